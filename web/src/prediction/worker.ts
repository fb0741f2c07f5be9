// The worker that runs the rules beside the page's thread. Small, because a worker needs a file to begin with and tests
// run everything else without it.
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import wasm from "@micropython/micropython-webassembly-pyscript/micropython.wasm?url";
import { type Request, RulesServer } from "./rpc";

const server = new RulesServer({
  loadMicroPython,
  wasm: new URL(wasm, self.location.href).href,
  fetchJson: async (path) => {
    const answer = await fetch(path, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return answer.json();
  },
  reply: (reply, transfer) => self.postMessage(reply, { transfer }),
  now: () => performance.now(),
});

self.onmessage = (event: MessageEvent<Request>) => {
  void server.handle(event.data);
};
