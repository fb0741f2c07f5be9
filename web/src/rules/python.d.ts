// Python files that go into the build as text.
declare module "*.py?raw" {
  const text: string;
  export default text;
}

// The interpreter's package brings no types; engine.ts says what is used of it.
declare module "@micropython/micropython-webassembly-pyscript/micropython.mjs" {
  export const loadMicroPython: import("./engine").LoadMicroPython;
}
