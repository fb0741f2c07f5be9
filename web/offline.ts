// Writes the service worker (sw.js) of a build: what it has to keep is what the build consists of.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

export interface Kept {
  /** Paths that change with the content. */
  named: string[];
  /** All other files of a page: path and hash, as `integrity` has it. */
  checked: [path: string, integrity: string][];
}

const digest = (content: Buffer | string) => createHash("sha256").update(content);

/** What a page of the build in `folder` may need, where `written` are the files that the build wrote. */
export function keptOf(folder: string, written: readonly string[], publicFiles: readonly string[]): Kept {
  const named = written.filter((file) => file.startsWith("assets/"));
  const others = ["index.html", ...publicFiles];
  return {
    named: named.map((file) => `/${file}`).sort(),
    checked: others.sort().map((file) => {
      const sum = digest(readFileSync(join(folder, file))).digest("base64");
      return [file === "index.html" ? "/" : `/${file}`, `sha256-${sum}`];
    }),
  };
}

/** The text of the service worker from its `source`. */
export function serviceWorker(source: string, { named, checked }: Kept): string {
  const values: Record<string, unknown> = {
    __NAMED__: named,
    __CHECKED__: checked,
    __VERSION__: digest(JSON.stringify([named, checked]))
      .digest("hex")
      .slice(0, 12),
  };
  return source.replace(/__[A-Z]+__/g, (name) => JSON.stringify(values[name]));
}

/** Writes sw.js after a build. */
export function offline(): Plugin {
  let root = "";
  let publicDir = "";
  return {
    name: "offline",
    apply: "build",
    configResolved(config) {
      root = config.root;
      publicDir = config.publicDir;
    },
    writeBundle({ dir }, bundle) {
      if (!dir || !existsSync(join(dir, "index.html"))) return;
      const kept = keptOf(dir, Object.keys(bundle), readdirSync(publicDir));
      const source = readFileSync(join(root, "sw.js"), "utf8");
      writeFileSync(join(dir, "sw.js"), serviceWorker(source, kept));
    },
  };
}
