// Passes links and files on: to the device's share sheet, the clipboard or the downloads.

/** Copies text; false if the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOldWay(text); // no permission, or not a secure page
  }
}

/** Pages without https have no clipboard, but may copy what is selected. */
function copyOldWay(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  Object.assign(field.style, { position: "fixed", opacity: "0" });
  const before = document.activeElement;
  // A dialog that is open lets nothing outside of it be selected.
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    done = false; // the browser refuses
  }
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return done;
}

export const canShare = (): boolean => typeof navigator !== "undefined" && "share" in navigator;

/** Opens the device's share sheet with a link; true unless the device could not. */
export async function shareLink(link: string, text: string): Promise<boolean> {
  try {
    await navigator.share({ title: "Rumpus", text, url: link });
    return true;
  } catch (error) {
    return error instanceof DOMException && error.name === "AbortError"; // closed without sharing
  }
}

/** Whether the share sheet takes this file. */
export function canShareFile(file: File): boolean {
  return canShare() && typeof navigator.canShare === "function" && navigator.canShare({ files: [file] });
}

export async function shareFile(file: File, text: string): Promise<boolean> {
  try {
    await navigator.share({ title: "Rumpus", text, files: [file] });
    return true;
  } catch (error) {
    return error instanceof DOMException && error.name === "AbortError";
  }
}

const LINK_MS = 60_000;

/** Saves a file into the device's downloads. */
export function download(file: File): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = file.name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), LINK_MS); // some browsers begin late
}

const MOST_CHARS = 60;

/** A name for a file that every system takes: fileName(["Loose Ends", "Ann wins"], "png") is "Loose-Ends-Ann-wins.png". */
export function fileName(parts: readonly string[], extension: string): string {
  const words = parts
    .map((part) => part.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-"))
    .join("-")
    .replace(/-{2,}/g, "-");
  const short = [...words]
    .slice(0, MOST_CHARS)
    .join("")
    .replace(/^-+|-+$/g, "");
  return `${short || "Rumpus"}.${extension}`;
}
