// Runs replayer.py and the rules under MicroPython: a journal a line on stdin, its hashes a line on stdout.
// Usage: node replay.mjs ROOT, where ROOT holds game/ and web/node_modules/.
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const root = path.resolve(process.argv[2]);
const runtime = path.join(
  root,
  "web/node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs",
);
const { loadMicroPython } = await import(pathToFileURL(runtime).href);
const python = await loadMicroPython({
  heapsize: 32 * 1024 * 1024,
  stdout: (line) => process.stderr.write(`${line}\n`),
});

function copy(folder, deep) {
  python.FS.mkdir(`/${folder}`);
  for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = `${folder}/${entry.name}`;
    if (entry.isFile() && entry.name.endsWith(".py")) {
      python.FS.writeFile(`/${name}`, fs.readFileSync(path.join(root, name)));
    } else if (deep && entry.isDirectory() && entry.name !== "__pycache__") {
      copy(name, true);
    }
  }
}

copy("game", false);
copy("game/rules", true);
copy("game/games", true);
const here = path.dirname(process.argv[1]);
python.FS.writeFile("/replayer.py", fs.readFileSync(path.join(here, "replayer.py")));
python.runPython("import sys\nsys.path.insert(0, '/')\nfrom replayer import replay");
const replay = python.globals.get("replay");
process.stdout.write("ready\n");

for await (const line of readline.createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = replay(line);
  } catch (error) {
    answer = `error ${JSON.stringify(String(error.message ?? error))}`;
  }
  process.stdout.write(`${answer}\n`);
}
