// Keeps the assets of the build before under dist/previous/: a page that was opened before a deploy still asks
// for parts of itself, and the server hands them out beside the new ones.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "vite";

type Files = Map<string, Buffer>;

function read(folder: string): Files {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
}

/** Carries the assets that the new build does not have over to it; one earlier build is kept. */
export function previous(): Plugin {
  let out = "";
  let last: Files = new Map();
  let earlier: Files = new Map();
  return {
    name: "previous",
    apply: "build",
    configResolved(config) {
      out = resolve(config.root, config.build.outDir);
    },
    buildStart() {
      last = read(join(out, "assets"));
      earlier = read(join(out, "previous/assets"));
    },
    writeBundle() {
      const current = new Set(readdirSync(join(out, "assets")));
      const gone = [...last].filter(([name]) => !current.has(name));
      // A build that changed nothing replaces no build.
      const kept = gone.length > 0 ? gone : [...earlier].filter(([name]) => !current.has(name));
      if (kept.length === 0) return;
      mkdirSync(join(out, "previous/assets"), { recursive: true });
      for (const [name, body] of kept) writeFileSync(join(out, "previous/assets", name), body);
    },
  };
}
