// When installing the page can be offered, and what becomes of the offer.
import { beforeEach, describe, expect, it } from "vitest";
import { canInstall, install, listenForInstall } from "../../src/ui/install";

function offer(outcome: "accepted" | "dismissed") {
  const event = Object.assign(new Event("beforeinstallprompt", { cancelable: true }), {
    asked: 0,
    prompt: async () => {
      event.asked++;
      return { outcome };
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

  it("is not offered before the browser allows it", async () => {
    expect(canInstall()).toBe(false);
    expect(await install()).toBe(false);
  });

  it.each(["accepted", "dismissed"] as const)("asks once: %s", async (outcome) => {
    const event = offer(outcome);
    page.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    expect(canInstall()).toBe(true);
    expect(await install()).toBe(outcome === "accepted");
    expect(canInstall()).toBe(false);
    expect(await install()).toBe(false);
    expect(event.asked).toBe(1);
  });

  it("is not offered any more once it is installed", () => {
    page.dispatchEvent(offer("accepted"));
    page.dispatchEvent(new Event("appinstalled"));
    expect(canInstall()).toBe(false);
  });
});
