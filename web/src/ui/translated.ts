// Browsers that translate a page put <font> elements in the place of its texts. The page keeps writing into
// the texts that it made, which nobody sees any more: timers stand still. Here each such text is put back,
// empty, beside its translation; when the page writes into it, the translation goes, and when the page
// removes it, the translation is removed as well.

const isFont = (node: Node | null): node is HTMLElement => node?.nodeName === "FONT";

/** Keeps the texts under `root` alive while it is translated. Returns what ends it. */
export function keepTexts(root: Node): () => void {
  /** The translation of each text that was put back. */
  const fonts = new WeakMap<Node, HTMLElement>();
  const taken = new WeakSet<Node>();

  const putBack = (text: Text, font: HTMLElement) => {
    text.data = "";
    font.before(text);
    fonts.set(text, font);
    taken.add(font);
  };
  const drop = (text: Node) => {
    fonts.get(text)?.remove();
    fonts.delete(text);
  };

  const observer = new MutationObserver((records) => {
    for (const { type, target, addedNodes, removedNodes, previousSibling, nextSibling } of records) {
      if (type === "characterData") {
        if (fonts.has(target) && (target as Text).data !== "") drop(target);
        continue;
      }
      for (const node of removedNodes) {
        if (fonts.has(node)) {
          if (!node.isConnected) drop(node);
          continue;
        }
        if (!(node instanceof Text) || node.isConnected) continue;
        const font = [...addedNodes, previousSibling, nextSibling].find(
          (other) => isFont(other) && other.isConnected && !taken.has(other),
        );
        if (font) putBack(node, font as HTMLElement);
      }
    }
    // What was done here is no news.
    observer.takeRecords();
  });
  observer.observe(root, { childList: true, characterData: true, subtree: true });
  return () => observer.disconnect();
}
