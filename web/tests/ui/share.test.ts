import { afterEach, expect, it, vi } from "vitest";
import { canShare, fileName, shareLink } from "../../src/ui/share";

afterEach(() => {
  vi.unstubAllGlobals();
});

it("names files so that every system takes them", () => {
  expect(fileName(["Loose Ends", "Ann wins"], "png")).toBe("Loose-Ends-Ann-wins.png");
  expect(fileName(["Größe / 大きい", "..\\..\\a?b"], "mp4")).toBe("Größe-大きい-a-b.mp4");
  expect(fileName(["***"], "png")).toBe("Rumpus.png");
  expect(fileName(["x".repeat(300)], "webm")).toBe(`${"x".repeat(60)}.webm`);
});

it("tells a share sheet that was closed from one that does not work", async () => {
  const share = vi.fn();
  vi.stubGlobal("navigator", { share });
  expect(canShare()).toBe(true);
  share.mockResolvedValueOnce(undefined);
  expect(await shareLink("https://a/m/x", "Look")).toBe(true);
  expect(share).toHaveBeenLastCalledWith({ title: "Rumpus", text: "Look", url: "https://a/m/x" });
  share.mockRejectedValueOnce(new DOMException("closed", "AbortError"));
  expect(await shareLink("https://a/m/x", "Look")).toBe(true);
  share.mockRejectedValueOnce(new DOMException("no", "NotAllowedError"));
  expect(await shareLink("https://a/m/x", "Look")).toBe(false);
  vi.stubGlobal("navigator", {});
  expect(canShare()).toBe(false);
});
