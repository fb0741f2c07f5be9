import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { renew, type Surroundings } from "../../src/session/page_build";
import { remember } from "../../src/session/storage";

let page: string;
let resting: boolean;
let busy: boolean;
let reloads: number;
const around: Surroundings = {
  resting: () => resting,
  busy: () => busy,
  page: async () => page,
  reload: () => {
    reloads++;
  },
};

beforeEach(() => {
  vi.useFakeTimers();
  page = '<script src="/assets/index-new.js">';
  resting = true;
  busy = false;
  reloads = 0;
  remember("tab", "build", null);
});

afterEach(() => {
  renew("", around);
  vi.useRealTimers();
});

test("an old page reloads when the match is over, not before", async () => {
  resting = false;
  renew("index-new", around);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(reloads).toBe(0);
  resting = true;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(reloads).toBe(1);
});

test("a player who types is not interrupted", async () => {
  busy = true;
  renew("index-new", around);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(reloads).toBe(0);
  busy = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(reloads).toBe(1);
});

test("a page does not reload while workers still serve the old build", async () => {
  const pages = ["new", "old", "new", "new", "old"].map((name) => `<script src="/assets/index-${name}.js">`);
  const mixed = { ...around, page: async () => pages.shift() ?? page };
  renew("index-new", mixed);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(reloads).toBe(0);
  await vi.advanceTimersByTimeAsync(40_000);
  expect(reloads).toBe(1);
});

test("a match that begins while the page is asked for is not interrupted", async () => {
  const slow = {
    ...around,
    page: async () => {
      resting = false;
      return page;
    },
  };
  renew("index-new", slow);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reloads).toBe(0);
});

test("a reload that brought the old page again is not repeated", async () => {
  renew("index-new", around);
  await vi.advanceTimersByTimeAsync(10_000);
  renew("index-new", around);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(reloads).toBe(1);
});

test("a page that is current again does not reload", async () => {
  renew("index-new", around);
  renew("", around);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(reloads).toBe(0);
});
