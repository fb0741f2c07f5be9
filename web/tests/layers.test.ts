import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const WEB = join(import.meta.dirname, "..");
/** The highest layer may import everything; styles import nothing. */
const FREE = ["screens", "style"];

it("holds every folder of the client to the layers of biome.json", () => {
  const { overrides } = JSON.parse(readFileSync(join(WEB, "biome.json"), "utf8")) as {
    overrides: { includes: string[]; linter: { rules: { style: { noRestrictedImports?: object } } } }[];
  };
  const held = overrides
    .filter(({ linter }) => linter.rules.style.noRestrictedImports)
    .flatMap(({ includes }) => includes)
    .flatMap((path) => /^src\/(\w+)\/\*\*$/.exec(path)?.[1] ?? []);
  const folders = readdirSync(join(WEB, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect([...held, ...FREE].sort()).toEqual(folders.sort());
});
