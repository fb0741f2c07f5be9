// What a form says beside an option's label.

const plain = (text: string): string => text.toLowerCase().replace(/[\s.:;,]+$/, "");

/** `hint` as a sentence begins, without what `label` says already: "" where nothing is left. */
export function hintBeside(label: string, hint: string): string {
  const name = plain(label);
  const repeats = hint.toLowerCase().startsWith(name) && /^\s*([.:;,]|$)/.test(hint.slice(name.length));
  const rest = repeats ? hint.slice(name.length).replace(/^[\s.:;,]+/, "") : hint;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
