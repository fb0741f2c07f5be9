// The word mark: the name, and a loose end of ink that loops under it.
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
