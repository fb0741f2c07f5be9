// What components take from the page around them: the kind of screen, the server's clock, the focus when another
// screen is shown, and the wake lock.
import { type Signal, signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { session } from "../session/page";
import { settings } from "../settings";
import { type Declared, lookOf, lookStyle } from "./look";

/** Whether a media query matches, kept current while the window changes; false where there is no page. */
function media(query: string): Signal<boolean> {
  const value = signal(false);
  if (typeof matchMedia !== "function") return value;
  const list = matchMedia(query);
  value.value = list.matches;
  list.addEventListener("change", () => {
    value.value = list.matches;
  });
  return value;
}

/** The screen has room for the chat beside everything else. */
export const wide = media("(min-width: 68rem)");
/** The first way to point on this device is a finger. */
export const touch = media("(pointer: coarse)");
/** As in match.css: a phone upright, and one that lies down. */
export const uprightPhone = media("(max-width: 48rem) and (orientation: portrait)");
export const lyingPhone = media("(max-height: 32rem) and (orientation: landscape)");

/** How many CSS pixels of the page's foot a phone's keyboard covers, where the page does not become lower by it. */
export function useKeyboard(): number {
  const [covered, setCovered] = useState(0);
  useEffect(() => {
    const view = window.visualViewport;
    if (!view) return;
    const measure = () => setCovered(Math.max(0, Math.round(innerHeight - view.height - view.offsetTop)));
    measure();
    view.addEventListener("resize", measure);
    view.addEventListener("scroll", measure);
    return () => {
      view.removeEventListener("resize", measure);
      view.removeEventListener("scroll", measure);
    };
  }, []);
  return covered;
}

/** True once the component has been shown for this long. */
export function useLater(ms: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, []);
  return late;
}

const SERVER_NOW_EVERY_MS = 100;
const serverNow = signal(0);
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function readClock(): void {
  serverNow.value = session.serverNow();
}

/** The server's time in ms as a signal, updated ten times a second while a component uses it. */
export function useServerNow(): Signal<number> {
  useEffect(() => {
    users++;
    readClock();
    timer ??= setInterval(readClock, SERVER_NOW_EVERY_MS);
    return () => {
      users--;
      if (users > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, []);
  if (users === 0) readClock();
  return serverNow;
}

/**
 * Scrolls a screen that follows another to its top, and moves the focus to its heading unless an element of the
 * screen or of an open dialog has it.
 *
 * @param screen Identifies the screen; a change of it is a change of screen.
 * @param atOnce Do so for the first screen as well.
 */
export function useFocus(screen: string, atOnce = false): void {
  const first = useRef(!atOnce);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    scrollTo(0, 0);
    const main = document.querySelector("main");
    if (!main || document.activeElement !== document.body) return;
    const heading = main.querySelector<HTMLElement>("h1") ?? main;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, [screen]);
}

/** Keeps the screen on while the component is shown, where the browser allows it. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let over = false;
    const take = async () => {
      if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
      try {
        lock = await navigator.wakeLock.request("screen");
        if (over) await lock.release();
      } catch {
        lock = null; // the browser refuses it, for example because the battery is low
      }
    };
    const again = () => void take();
    again();
    document.addEventListener("visibilitychange", again);
    return () => {
      over = true;
      document.removeEventListener("visibilitychange", again);
      void lock?.release();
    };
  }, []);
}

/** Gives the whole page the colours of a game, as long as the component is shown; null: the page's own. */
export function useLook(game: Declared | null | undefined): void {
  const look = lookOf(game);
  const highContrast = settings.highContrast.value;
  useLayoutEffect(() => {
    const { style } = document.documentElement;
    const colours = Object.entries(lookStyle(look, highContrast));
    for (const [name, colour] of colours) style.setProperty(name, colour);
    const bar = document.querySelector<HTMLMetaElement>('meta[name="theme-color"]');
    const before = bar?.content ?? "";
    if (bar) bar.content = look.ground;
    return () => {
      for (const [name] of colours) style.removeProperty(name);
      if (bar) bar.content = before;
    };
  }, [look, highContrast]);
}
