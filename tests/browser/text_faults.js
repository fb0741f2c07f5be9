// The faults of the texts in front: cut, one over the other, in no dictionary. Texts that may scroll into view
// are not cut. `given`: {madeUp, names}.
(given) => {
  const found = new Set();
  const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  const shown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const brief = (text) => text.trim().replace(/\s+/g, " ").slice(0, 60);
  const where = (one) => {
    const named = one.closest("[class]:not([class=''])");
    return named ? named.tagName.toLowerCase() + "." + named.getAttribute("class").split(" ")[0] : one.tagName;
  };

  // Texts that no dictionary has: in the made-up language all others are in brackets.
  const isEnglish = (text) => {
    let rest = text;
    for (let before = ""; before !== rest; ) {
      before = rest;
      rest = rest.replace(/\[[^[\]]*\]/g, " ");
    }
    for (const name of given.names) rest = rest.replaceAll(name, " ");
    return /\p{L}{2,}/u.test(rest);
  };
  const alike = "script, style, noscript, kbd, code, bdi, .code, [translate=no], option[value=de]";
  const tags = (one) => one.matches("option") && /^[a-z]{2}(-[A-Z]{2})?$/.test(one.value);
  if (given.madeUp) {
    for (const one of top.querySelectorAll("*")) {
      if (!one.checkVisibility() || one.closest(alike)) continue;
      for (const name of ["aria-label", "aria-valuetext", "aria-description", "title", "placeholder", "alt"]) {
        const text = one.getAttribute(name);
        if (text && isEnglish(text)) found.add(`${name} is not translated: ${brief(text)} (${where(one)})`);
      }
    }
    if (isEnglish(document.title)) found.add(`the title is not translated: ${document.title}`);
  }

  const texts = [];
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const one = node.parentElement;
    if (!node.data.trim() || !one || one.closest("script, style, noscript, svg title")) continue;
    if (!one.matches("option") && !one.checkVisibility()) continue;
    if (given.madeUp && !one.closest(alike) && !tags(one) && isEnglish(node.data))
      found.add(`not translated: ${brief(node.data)} (${where(one)})`);
    if (one.closest(".unseen, .skip:not(:focus), option, .toasts") || !shown(one)) continue;
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1) continue;
      let { left, right, top: high, bottom: low } = box;
      let [freeX, freeY, layer] = [false, false, null];
      for (let up = one; up && up !== document.documentElement; up = up.parentElement) {
        const style = getComputedStyle(up);
        if (!layer && /fixed|sticky/.test(style.position)) layer = up;
        const edge = up.getBoundingClientRect();
        const small = up === document.body || style.display === "inline";
        if (small || style.display === "contents") continue;
        const more = style.textOverflow === "ellipsis" && style.overflowX !== "visible";
        if (more && up.scrollWidth > up.clientWidth + 1) {
          const whole = up.closest("[title], [aria-label]");
          if (!whole && !up.querySelector("[title]"))
            found.add(`shortened without a title: ${brief(node.data)} (${where(one)})`);
          freeX = true;
        }
        const slack = 1.5;
        if (/hidden|clip/.test(style.overflowX) && !freeX && (left < edge.left - slack || right > edge.right + slack))
          found.add(`cut at a side: ${brief(node.data)} (${where(one)} in ${where(up)})`);
        if (/hidden|clip/.test(style.overflowY) && !freeY && (high < edge.top - 4 || low > edge.bottom + 4))
          found.add(`cut above or below: ${brief(node.data)} (${where(one)} in ${where(up)})`);
        if (/auto|scroll/.test(style.overflowX)) freeX = true;
        if (/auto|scroll/.test(style.overflowY)) freeY = true;
        if (style.overflowX !== "visible") [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        if (style.overflowY !== "visible") [high, low] = [Math.max(high, edge.top), Math.min(low, edge.bottom)];
      }
      if (!freeX && (box.left < -1.5 || box.right > innerWidth + 1.5))
        found.add(`beside the screen: ${brief(node.data)} (${where(one)})`);
      const scrolls = document.scrollingElement.scrollHeight > innerHeight + 1;
      if (!freeY && !scrolls && (box.top < -4 || box.bottom > innerHeight + 4))
        found.add(`above or below the screen: ${brief(node.data)} (${where(one)})`);
      const fifth = (low - high) / 5;
      if (right - left > 2 && low - high > 2)
        texts.push({ one, layer, text: node.data, left: left + 1, right: right - 1, high: high + fifth, low: low - fifth });
    }
  }
  for (let k = 0; k < texts.length; k++)
    for (let j = 0; j < k; j++) {
      const [a, b] = [texts[k], texts[j]];
      if (a.layer !== b.layer) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.low, b.low) - Math.max(a.high, b.high);
      if (wide < 3 || high < 2 || a.one === b.one) continue;
      found.add(`one over the other: ${brief(b.text)} (${where(b.one)}) and ${brief(a.text)} (${where(a.one)})`);
    }
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) found.add(`the page is ${wide} px wide`);
  return [...found];
}
