// Runs in a page before its own code: counts animation frames, measures what their callbacks take, and
// notes in which frame a key went down and in which one's own head was first drawn to turn.
{
  const seen = {
    frames: 0,
    /** JavaScript of each animation frame, ms. */
    work: [],
    /** [frames, ms] from each key's press to the first frame that shows the turn. */
    turns: [],
    pressed: null,
    seat: 0,
    /** What an empty worker takes to answer, ms: how far the machine itself holds things up. */
    echoes: [],
  };
  Object.assign(window, { __seen: seen });
  const request = window.requestAnimationFrame.bind(window);
  let spent = 0;
  window.requestAnimationFrame = (callback) =>
    request((at) => {
      const began = performance.now();
      callback(at);
      spent += performance.now() - began;
    });
  const own = () => {
    const match = window.__rumpus?.match;
    const racers = match?.latest?.racers;
    return racers?.find((racer) => racer.id === seen.seat) ?? null;
  };
  addEventListener(
    "keydown",
    (event) => {
      const racer = own();
      if (event.repeat || !racer?.alive || !event.code.startsWith("Arrow")) return;
      seen.pressed = { frame: seen.frames, at: performance.now(), heading: racer.heading };
    },
    true,
  );
  const look = () => {
    request(look);
    seen.frames++;
    if (spent > 0 && seen.work.length < 4000) seen.work.push(spent);
    spent = 0;
    const racer = own();
    const { pressed } = seen;
    if (pressed && racer && racer.heading !== pressed.heading) {
      // This runs before the page's own callback: what is seen here was drawn in the frame before.
      seen.turns.push([seen.frames - 1 - pressed.frame, performance.now() - pressed.at]);
      seen.pressed = null;
    }
  };
  request(look);
  const script = new Blob(["onmessage = () => postMessage(0)"], { type: "text/javascript" });
  const echo = new Worker(URL.createObjectURL(script));
  let sent = performance.now();
  echo.onmessage = () => {
    seen.echoes.push(performance.now() - sent);
    setTimeout(() => {
      sent = performance.now();
      echo.postMessage(0);
    }, 100);
  };
  addEventListener("load", () => {
    sent = performance.now();
    echo.postMessage(0);
  });
}
