// What a page of the soak does on its own: opens a room with bots, starts each match, and steers at random.
(() => {
  const labelOf = (one) => one.ariaLabel ?? one.textContent.trim();
  const find = (label) =>
    [...document.querySelectorAll("button")].find((one) => labelOf(one) === label && !one.disabled);
  const key = (type, code) => dispatchEvent(new KeyboardEvent(type, { code, key: code, bubbles: true }));
  const soak = { bots: 0, chosen: false, starts: 0 };
  window.__soak = soak;
  setInterval(() => {
    const friends = find("Play with friends");
    const add = find("Add bot");
    const start = find("Start"); // it can be pressed as soon as there are two players
    if (friends) friends.click();
    else if (add && soak.bots < __BOTS__) {
      soak.bots++;
      add.click();
    } else if (start && !soak.chosen) {
      soak.chosen = true;
      find("Quick")?.click();
    } else if (start) {
      soak.starts++;
      start.click();
    }
  }, 400);
  setInterval(() => {
    const code = Math.random() < 0.5 ? "ArrowLeft" : "ArrowRight";
    key("keydown", code);
    setTimeout(() => key("keyup", code), 60 + Math.random() * 400);
  }, 500);
  return true;
})()
