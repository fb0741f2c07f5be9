// An engine in Node with the rules of this checkout.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { type Bundle, Engine } from "../../src/prediction/engine";

const ROOT = join(import.meta.dirname, "../../..");

/** The bundle that the server would hand out for a game. */
export function bundleOf(game: string, name: string): Bundle {
  const files: Record<string, string> = { "game/__init__.py": "", "game/games/__init__.py": "" };
  for (const file of readdirSync(join(ROOT, "game/rules")))
    if (file.endsWith(".py"))
      files[`game/rules/${file}`] = readFileSync(join(ROOT, "game/rules", file), "utf8");
  files[`game/games/${game}.py`] = readFileSync(join(ROOT, `game/games/${game}.py`), "utf8");
  // Only practice asks for these.
  const unasked = {} as Pick<Bundle, "info" | "schema">;
  return { game, module: `game.games.${game}`, class: name, files, ...unasked };
}

export async function startEngine(game = "trails", name = "Trails"): Promise<Engine> {
  const engine = await Engine.start(loadMicroPython);
  engine.open(bundleOf(game, name));
  return engine;
}
