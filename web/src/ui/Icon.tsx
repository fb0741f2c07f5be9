// Line icons on a 24-unit grid, drawn in the colour of the text around them.
const PATHS = {
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6L6 18",
  skip: "M6 5l8 7-8 7zM18 5v14",
  again: "M4.5 9a8 8 0 1 1-.3 5M4.5 4v5h5",
  check: "M5 12.5l5 5L19.5 7",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  share: "M12 15V4M8 8l4-4 4 4M6 12H5v8h14v-8h-1",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9h.01",
  film: "M4 5h16v14H4zM8 5v14M16 5v14M4 9.5h4M4 14.5h4M16 9.5h4M16 14.5h4",
  scissors: "M6.5 3.8a2.7 2.7 0 1 0 .01 0M6.5 14.8a2.7 2.7 0 1 0 .01 0M9 8l11 10M9 16L20 6",
  qr: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2M20 14v2M14 20h2M18 18h2v2",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  crown: "M4 18h16M4.5 15L3.5 7l5 3.5L12 5l3.5 5.5 5-3.5-1 8z",
  bot: "M5 9h14v10H5zM12 9V5M9 13.5v.5M15 13.5v.5M9.5 16.5h5",
  clock: "M12 3.5a8.5 8.5 0 1 0 .01 0M12 7v5l3.5 2.2",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 1 0 .01 0",
  chat: "M4 5h16v11h-9l-5 4v-4H4z",
  smile: "M12 3.5a8.5 8.5 0 1 0 .01 0M8.5 10v.5M15.5 10v.5M8 14c2 3 6 3 8 0",
  gear: "M9.9 5.2L10.2 2.6L13.8 2.6L14.1 5.2L15.3 5.7L17.4 4.1L19.9 6.6L18.3 8.7L18.8 9.9L21.4 10.2L21.4 13.8L18.8 14.1L18.3 15.3L19.9 17.4L17.4 19.9L15.3 18.3L14.1 18.8L13.8 21.4L10.2 21.4L9.9 18.8L8.7 18.3L6.6 19.9L4.1 17.4L5.7 15.3L5.2 14.1L2.6 13.8L2.6 10.2L5.2 9.9L5.7 8.7L4.1 6.6L6.6 4.1L8.7 5.7zM12 8.9a3.1 3.1 0 1 0 .01 0",
  sound: "M4 9.5h3.5L12 5.5v13l-4.5-4H4zM15.5 9a4.5 4.5 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  muted: "M4 9.5h3.5L12 5.5v13l-4.5-4H4zM16 9.5l5 5M21 9.5l-5 5",
  menu: "M4 7h16M4 12h16M4 17h16",
  pause: "M8 5v14M16 5v14",
  play: "M7 4.5l12 7.5-12 7.5z",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  leave: "M14 4H5v16h9M10 12h11M17.5 8.5L21 12l-3.5 3.5",
  keyboard: "M3 7h18v11H3zM7 11h.01M11 11h.01M15 11h.01M8 14.5h8",
  warning: "M12 4L2.5 20h19zM12 10.5v4M12 17.2v.1",
  people:
    "M9 5a3.2 3.2 0 1 0 .01 0M3 19c.5-7 11.5-7 12 0M16 5.5a3 3 0 0 1 0 5.6M17.5 13.5c2.2.6 3.3 2.5 3.5 5.5",
  send: "M4 12L20 4l-4 16-4.5-6.5z",
  trophy: "M8 4h8v5a4 4 0 0 1-8 0zM8 5H4c0 4 2 5 4 5M16 5h4c0 4-2 5-4 5M12 13v4M8 20h8M9.5 17h5",
} as const;

export type IconName = keyof typeof PATHS;

/** `size` is in pixels at the normal text size and grows with it. */
export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
  return <LineIcon name={name} path={PATHS[name]} size={size} />;
}

/** An icon that only one part of the page needs. */
export function LineIcon({ name, path, size = 22 }: { name: string; path: string; size?: number }) {
  const side = `${size / 16}rem`;
  return (
    <svg class={`icon icon-${name}`} width={side} height={side} viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export function Logo({ small }: { small?: boolean }) {
  return (
    <span class={small ? "logo small" : "logo"}>
      <svg viewBox="0 0 64 64" class="logo-sign" aria-hidden="true">
        <path class="logo-ink a" d="M6 46C14 58 36 58 40 42 44 26 26 20 24 32 22 44 46 46 54 28" />
        <path class="logo-ink b" d="M8 20C16 8 30 6 38 12" />
        <circle class="logo-head a" cx="55" cy="24" r="6" />
        <path class="logo-head b" d="M40 5l11 6-9 8z" />
      </svg>
      <span class="logo-word">Rumpus</span>
    </span>
  );
}
