// The worker that runs the rules, off the page's thread.
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import wasm from "@micropython/micropython-webassembly-pyscript/micropython.wasm?url";
import { Desk } from "./desk";
import type { Bundle } from "./engine";
import type { ToWorker } from "./messages";

const desk = new Desk({
  loadMicroPython,
  wasm: new URL(wasm, self.location.href).href,
  fetchBundle: async (url) => {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`the rules at ${url} answered ${answer.status}`);
    return (await answer.json()) as Bundle;
  },
  answer: (message, handOver) => self.postMessage(message, { transfer: handOver }),
  now: () => performance.now(),
});

self.onmessage = (event: MessageEvent<ToWorker>) => {
  void desk.take(event.data);
};
