import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const SOURCE = join(import.meta.dirname, "../src");
/** Properties and values that name a side of the screen: wrong for languages that are written from right to left. */
const SIDED =
  /^\s*((margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right)\b|(left|right)\s*:|border-(top|bottom)-(left|right)-radius|(text-align|float|clear)\s*:\s*(left|right)\b)/;

it("lays out by the direction of the text, not by left and right", () => {
  const files = (readdirSync(SOURCE, { recursive: true }) as string[]).filter((path) =>
    path.endsWith(".css"),
  );
  expect(files.length).toBeGreaterThan(10);
  const sided = files.flatMap((path) =>
    readFileSync(join(SOURCE, path), "utf8")
      .split(/\n|(?<=[{;])/)
      .filter((line) => SIDED.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
  expect(sided).toEqual([]);
  expect(" left: 0;").toMatch(SIDED);
  expect("margin-inline-start: 0; text-align: start").not.toMatch(SIDED);
});
