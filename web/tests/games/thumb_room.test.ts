import { describe, expect, it } from "vitest";
import { thumbRoom } from "../../src/games/common_drawing";
import type { Scene } from "../../src/games/game_renderer";

/** A picture of this width and height, in device pixels. */
const picture = (width: number, height: number, more: Partial<Scene> = {}): Scene =>
  ({
    top: { canvas: { width, height } },
    dpr: 2,
    thumbs: true,
    upright: height > width,
    ...more,
  }) as unknown as Scene;

describe("the room for thumbs below an upright picture", () => {
  it("is there only where thumbs play, and only below", () => {
    expect(thumbRoom(picture(780, 1400), 164)).toBe(328);
    expect(thumbRoom(picture(780, 1400, { thumbs: false }), 164)).toBe(0);
    expect(thumbRoom(picture(1688, 780), 164)).toBe(0);
  });

  it("yields to a world that needs it", () => {
    const world = { width: 960, height: 600 };
    expect(thumbRoom(picture(780, 1500), 100, world)).toBe(200);
    expect(thumbRoom(picture(780, 1348), 100, world)).toBe(100);
    expect(thumbRoom(picture(1536, 1752), 100, world)).toBe(0);
  });
});
