import { afterEach, beforeEach, expect, it, vi } from "vitest";

beforeEach(() => {
  vi.stubGlobal("location", { origin: "http://192.168.0.7:8080", pathname: "/", search: "" });
  vi.stubGlobal("addEventListener", () => {});
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("links a room at the server's public address, and without one at the page's own", async () => {
  const { roomLink } = await import("../../src/screens/route");
  const { session } = await import("../../src/session/page");
  expect(roomLink("KX4P7M")).toBe("http://192.168.0.7:8080/r/KX4P7M");
  session.publicUrl.value = "https://example.org/games";
  expect(roomLink("KX4P7M")).toBe("https://example.org/games/r/KX4P7M");
});
