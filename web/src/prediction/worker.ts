// The worker that runs the rules, off the page's thread.
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import wasm from "@micropython/micropython-webassembly-pyscript/micropython.wasm?url";
import { Desk } from "./desk";
import type { ToWorker } from "./messages";

const desk = new Desk({
  loadMicroPython,
  wasm: new URL(wasm, self.location.href).href,
  fetchJson: async (path) => {
    const answer = await fetch(path, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return answer.json();
  },
  answer: (message, handOver) => self.postMessage(message, { transfer: handOver }),
  now: () => performance.now(),
});

self.onmessage = (event: MessageEvent<ToWorker>) => {
  void desk.take(event.data);
};
