// What the built client weighs, compressed, against what it may weigh. `vite build` prints it; a test holds it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

interface Chunk {
  file: string;
  imports?: string[];
  css?: string[];
}

export interface Weight {
  what: string;
  bytes: number;
  most: number;
}

const KB = 1000;

/** The weights of the client built in `folder`, in gzipped bytes. */
export function weigh(folder: string): Weight[] {
  const manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8")) as Record<
    string,
    Chunk
  >;
  const packed = (file: string) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;
  const files = new Set<string>();
  const styles = new Set<string>();
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const style of chunk.css ?? []) styles.add(style);
    for (const other of chunk.imports ?? []) visit(other);
  };
  visit("index.html");
  const sum = (list: Iterable<string>) => [...list].reduce((bytes, file) => bytes + packed(file), 0);
  const named = readdirSync(join(folder, "assets")).map((name) => `assets/${name}`);
  const runtime = named.filter((file) => /\/(worker|micropython)-/.test(file));
  // That of further languages comes with the first page that shows one of their letters.
  const fonts = named.filter((file) => file.endsWith(".woff2") && !file.includes("-ext-"));
  const weights = [
    { what: "JavaScript before the home page shows", bytes: sum(files), most: 44 * KB },
    { what: "styles before the home page shows", bytes: sum(styles), most: 10 * KB },
    { what: "fonts", bytes: sum(fonts), most: 41 * KB },
    { what: "the rules' interpreter and worker, later", bytes: sum(runtime), most: 225 * KB },
  ];
  for (const [key, { file }] of Object.entries(manifest)) {
    const game = /^src\/games\/(\w+)\.tsx?$/.exec(key)?.[1];
    if (game) weights.push({ what: `the picture of ${game}`, bytes: packed(file), most: 8 * KB });
  }
  return weights;
}

/** Prints the weights after a build that is asked to say what it does; else only those that are too much. */
export function budget(): Plugin {
  let quiet = false;
  return {
    name: "budget",
    apply: "build",
    configResolved({ logLevel }) {
      quiet = logLevel !== "info";
    },
    writeBundle({ dir }) {
      if (!dir || !existsSync(join(dir, ".vite/manifest.json"))) return;
      for (const { what, bytes, most } of weigh(dir)) {
        if (quiet && bytes <= most) continue;
        process.stdout.write(
          `${(bytes / KB).toFixed(1).padStart(7)} kB of ${most / KB}: ${what}${bytes > most ? "  TOO MUCH" : ""}\n`,
        );
      }
    },
  };
}
