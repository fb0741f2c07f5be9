// Room codes as people type them.
const CODE = /^[A-Z0-9]{6,12}$/;

/** The code in what was typed: lower case, blanks and dashes are mended, a whole link is cut to its end. */
export function readCode(typed: string): string {
  const tail = typed.trim().replace(/\/+$/, "").split("/").pop() ?? "";
  return tail.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

export function isCode(read: string): boolean {
  return CODE.test(read);
}
