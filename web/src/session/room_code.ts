// Room codes as people type, paste and pass them on.
const CODE = /^[A-Z0-9]{6,12}$/;
/** A room's link, or what is left of it: anything may stand before and behind. */
const LINK = /\/(r|tv)\/+([A-Z0-9]{4,12})(?![A-Z0-9])/i;

/** The path of a room's link; one whose code was cut off is told so, as any wrong code is. */
const PATH = /^\/(r|tv)\/+([A-Z0-9]{1,12})(?![A-Z0-9])/i;

/** A text in plain letters: full-width ones are made plain, %-signs are read, what is invisible is left out. */
function plain(text: string): string {
  let read = text;
  try {
    read = decodeURIComponent(text);
  } catch {
    // a % that stands for itself
  }
  return read.normalize("NFKC").replace(/\p{Cf}/gu, "");
}

/** The room that the path of an address names, and whether as the screen for all; null: none. */
export function roomOfPath(path: string): { code: string; tv: boolean } | null {
  const [, kind, code] = PATH.exec(plain(path)) ?? [];
  return kind && code ? { code: code.toUpperCase(), tv: kind.length > 1 } : null;
}

/** The code in what was typed or pasted: a code however it is written, a link, or a sentence with either. */
export function readCode(typed: string): string {
  const text = plain(typed);
  const link = LINK.exec(text)?.[2];
  if (link) return link.toUpperCase();
  // In a sentence the code is the word in capitals or with a digit; blanks or dashes may part it in two.
  const words = text.match(/[A-Z0-9]{6,12}(?![A-Za-z0-9])|\b[A-Z0-9]{3}[ -][A-Z0-9]{3}\b/g) ?? [];
  const [word] = words.length > 0 ? words : (text.match(/\b(?=\w*\d)[a-z0-9]{6,12}\b/gi) ?? []);
  return (word ?? text).toUpperCase().replace(/[^A-Z0-9]/g, "");
}

export function isCode(read: string): boolean {
  return CODE.test(read);
}
