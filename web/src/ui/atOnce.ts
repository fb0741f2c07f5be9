// Shows a change before the next event of the page.
import { options } from "preact";

/** Makes a change of state; its result is on the page when this returns, not some milliseconds later. */
export function atOnce(change: () => void): void {
  const usual = options.debounceRendering;
  options.debounceRendering = (render) => render();
  try {
    change();
  } finally {
    if (usual) options.debounceRendering = usual;
    else delete options.debounceRendering;
  }
}
