// Runs rules under MicroPython: the first line on stdin is an object of files, path to text; then a journal a
// line, whose hashes go to stdout a line. Usage: node replay.mjs RUNTIME, where RUNTIME is micropython.mjs.
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const runtime = path.resolve(process.argv[2]);
const { loadMicroPython } = await import(pathToFileURL(runtime).href);
const python = await loadMicroPython({
  heapsize: 32 * 1024 * 1024,
  stdout: (line) => process.stderr.write(`${line}\n`),
});
const made = new Set();

function folder(name) {
  if (name === "." || made.has(name)) return;
  folder(path.posix.dirname(name));
  python.FS.mkdir(`/${name}`);
  made.add(name);
}

let replay = null;
for await (const line of readline.createInterface({ input: process.stdin })) {
  if (replay === null) {
    for (const [name, text] of Object.entries(JSON.parse(line))) {
      folder(path.posix.dirname(name));
      python.FS.writeFile(`/${name}`, text);
    }
    python.runPython("import sys\nsys.path.insert(0, '/')\nfrom replayer import replay");
    replay = python.globals.get("replay");
    process.stdout.write("ready\n");
    continue;
  }
  let answer;
  try {
    answer = replay(line);
  } catch (error) {
    answer = `error ${JSON.stringify(String(error.message ?? error))}`;
  }
  process.stdout.write(`${answer}\n`);
}
