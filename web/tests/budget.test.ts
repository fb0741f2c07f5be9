import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, createLogger } from "vite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Weight, weigh } from "../budget";

describe("the built client", () => {
  const folder = mkdtempSync(join(tmpdir(), "rumpus-client-"));
  let weights: Weight[] = [];
  const warnings: string[] = [];
  beforeAll(async () => {
    // Otherwise the libraries' own checks for developers would be weighed as well.
    vi.stubEnv("NODE_ENV", "production");
    await build({
      mode: "production",
      root: join(import.meta.dirname, ".."),
      logLevel: "warn",
      customLogger: {
        ...createLogger("warn"),
        warn: (words) => warnings.push(words),
        warnOnce: (words) => warnings.push(words),
      },
      build: { outDir: folder, emptyOutDir: true },
    });
    weights = weigh(folder);
  }, 60_000);
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it("is built without a word to those who only want to play", () => {
    expect(warnings).toEqual([]);
  });

  it("weighs no more than it may, compressed", () => {
    expect(weights.length).toBeGreaterThan(4);
    for (const { what, bytes, most } of weights) {
      expect(bytes, what).toBeGreaterThan(0);
      expect(bytes, what).toBeLessThanOrEqual(most);
    }
  });

  it("has a service worker that keeps every file which the page, its parts and its worker may load", () => {
    const text = readFileSync(join(folder, "sw.js"), "utf8");
    const list = (kind: string) => JSON.parse(new RegExp(`new ${kind}\\((.*)\\);`).exec(text)![1]!);
    const kept = new Set(list("Set") as string[]);
    expect(kept).toEqual(new Set(readdirSync(join(folder, "assets")).map((file) => `/assets/${file}`)));
    const others = new Map(list("Map") as [string, string][]);
    const statics = readdirSync(join(import.meta.dirname, "../public")).map((file) => `/${file}`);
    expect([...others.keys()].sort()).toEqual(["/", ...statics].sort());
    expect(text).not.toMatch(/__[A-Z]+__/);
  });
});
