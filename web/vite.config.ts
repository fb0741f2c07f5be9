// How the client is built: `vite build` writes web/dist, which the server hands out as it is.
// Everything under dist/assets carries a hash of its content in its name and may be cached for ever.
import { defineConfig } from "vitest/config";
import { budget } from "./budget.ts";
import { offline } from "./offline.ts";
import { previous } from "./previous.ts";

const server = `http://localhost:${process.env.PORT ?? "8080"}`;

export default defineConfig({
  plugins: [budget(), offline(), previous()],
  // JSX is compiled by Vite itself: Preact needs no plugin for that.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    assetsDir: "assets",
    // The size budget is checked against this list.
    manifest: true,
    // The wasm of the rules' interpreter and the font stay files of their own, cached by themselves.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // How long plugins took is of no use to those who only build.
      checks: { bundlerTimings: false },
      // Everything that the home page needs is one file: it compresses better than many small ones.
      output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } },
    },
  },
  worker: {
    format: "es",
    // The interpreter's package asks for these under Node alone.
    rolldownOptions: { external: ["fs", "module", "path", "url"], checks: { bundlerTimings: false } },
  },
  server: {
    proxy: {
      "/socket.io": { target: server, ws: true },
    },
  },
  test: {
    environment: "node",
    // They end what hangs, and measure nothing: a machine that does other things too takes many times as long.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"],
    coverage: {
      provider: "v8",
      include: ["src/**/*.{ts,tsx}"],
      // The table is printed by tests/floors.py, together with the server's.
      reporter: ["json-summary"],
      reportsDirectory: "../build/coverage/web",
    },
  },
});
