// When installing the page can be offered, and what becomes of the offer.
import { beforeEach, describe, expect, it } from "vitest";
import { canInstall, install, listenForInstall } from "../../src/ui/install";

function offer(refuses = false) {
  const event = Object.assign(new Event("beforeinstallprompt", { cancelable: true }), {
    asked: 0,
    prompt: async () => {
      event.asked++;
      if (refuses) throw new Error("not allowed");
    },
  });
  return event;
}

describe("install", () => {
  let page: EventTarget;
  beforeEach(() => {
    page = new EventTarget();
    listenForInstall(page);
    page.dispatchEvent(new Event("appinstalled"));
  });

  it("is not offered before the browser allows it", () => {
    expect(canInstall()).toBe(false);
  });

  it.each([false, true])("asks once, also a browser that refuses: %s", (refuses) => {
    const event = offer(refuses);
    page.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    expect(canInstall()).toBe(true);
    install();
    expect(canInstall()).toBe(false);
    install();
    expect(event.asked).toBe(1);
  });

  it("is not offered any more once it is installed", () => {
    page.dispatchEvent(offer());
    page.dispatchEvent(new Event("appinstalled"));
    expect(canInstall()).toBe(false);
  });
});
