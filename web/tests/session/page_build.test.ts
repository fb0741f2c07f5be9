import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PageRenewal, type RenewalNeeds } from "../../src/session/page_build";

let page: string;
let resting: boolean;
let busy: boolean;
let reloads: string[];
let needs: RenewalNeeds;

beforeEach(() => {
  vi.useFakeTimers();
  page = '<script src="/assets/index-new.js">';
  resting = true;
  busy = false;
  reloads = [];
  needs = {
    timers: { start: (run, ms) => setTimeout(run, ms), stop: (timer) => clearTimeout(timer) },
    random: Math.random,
    resting: () => resting,
    busy: () => busy,
    homePage: async () => page,
    reloadedFor: () => reloads.at(-1) ?? null,
    reload: (build) => reloads.push(build),
  };
});

afterEach(() => {
  vi.useRealTimers();
});

test("an old page reloads when the match is over, not before", async () => {
  const renewal = new PageRenewal(needs);
  resting = false;
  renewal.expect("index-new");
  await vi.advanceTimersByTimeAsync(120_000);
  expect(reloads).toEqual([]);
  resting = true;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(reloads).toEqual(["index-new"]);
});

test("a player who types is not interrupted", async () => {
  const renewal = new PageRenewal(needs);
  busy = true;
  renewal.expect("index-new");
  await vi.advanceTimersByTimeAsync(120_000);
  expect(reloads).toEqual([]);
  busy = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(reloads).toEqual(["index-new"]);
});

test("a page does not reload while workers still serve the old build", async () => {
  const pages = ["new", "old", "new", "new", "old"].map((name) => `<script src="/assets/index-${name}.js">`);
  const renewal = new PageRenewal({ ...needs, homePage: async () => pages.shift() ?? page });
  renewal.expect("index-new");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(reloads).toEqual([]);
  await vi.advanceTimersByTimeAsync(40_000);
  expect(reloads).toEqual(["index-new"]);
});

test("a match that begins while the page is asked for is not interrupted", async () => {
  const renewal = new PageRenewal({
    ...needs,
    homePage: async () => {
      resting = false;
      return page;
    },
  });
  renewal.expect("index-new");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reloads).toEqual([]);
});

test("a reload that brought the old page again is not repeated", async () => {
  const renewal = new PageRenewal(needs);
  renewal.expect("index-new");
  await vi.advanceTimersByTimeAsync(10_000);
  renewal.expect("index-new");
  await vi.advanceTimersByTimeAsync(600_000);
  expect(reloads).toEqual(["index-new"]);
});

test("a page that is current again does not reload", async () => {
  const renewal = new PageRenewal(needs);
  renewal.expect("index-new");
  renewal.expect("");
  await vi.advanceTimersByTimeAsync(600_000);
  expect(reloads).toEqual([]);
});
