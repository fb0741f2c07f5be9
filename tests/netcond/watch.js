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
  let shown = null;
  window.requestAnimationFrame = (callback) =>
    request((at) => {
      const began = performance.now();
      callback(at);
      spent += performance.now() - began;
      drawn();
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
      seen.pressed = { frame: seen.frames, at: performance.now(), heading: shown };
    },
    true,
  );
  // Asked right after the page drew: between two frames, what is confirmed may stand in its stead.
  const drawn = () => {
    const { pressed } = seen;
    shown = own()?.heading ?? null;
    if (!pressed || shown === null || shown === pressed.heading) return;
    seen.turns.push([seen.frames - pressed.frame, performance.now() - pressed.at]);
    seen.pressed = null;
  };
  const look = () => {
    request(look);
    seen.frames++;
    if (spent > 0 && seen.work.length < 4000) seen.work.push(spent);
    spent = 0;
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
