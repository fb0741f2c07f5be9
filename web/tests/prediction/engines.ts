// An engine in Node with the rules of this checkout.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { type Bundle, Engine } from "../../src/prediction/engine";

const ROOT = join(import.meta.dirname, "../../..");

/** The bundle that the server would hand out for a game. */
export function bundleOf(game: string, name: string): Bundle {
  const files: Record<string, string> = { "game/__init__.py": "", "game/games/__init__.py": "" };
  for (const folder of ["game/rules", `game/games/${game}`])
    for (const file of readdirSync(join(ROOT, folder)))
      if (file.endsWith(".py")) files[`${folder}/${file}`] = readFileSync(join(ROOT, folder, file), "utf8");
  // Only practice asks for these.
  const unasked = {} as Pick<Bundle, "info" | "schema">;
  return { game, module: `game.games.${game}`, class: name, files, ...unasked };
}

export async function startEngine(game = "trails", name = "Trails"): Promise<Engine> {
  const engine = await Engine.start(loadMicroPython);
  engine.open(bundleOf(game, name));
  return engine;
}
