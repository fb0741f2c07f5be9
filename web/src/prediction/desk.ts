// The worker's own part: takes orders in turn, has the engine do them, answers. Knows no `self`, so that
// tests run it as it is.
import { type Bundle, Engine, type LoadMicroPython } from "./engine";
import { Mailbox, type PictureAnswer } from "./mailbox";
import type { FromWorker, ToWorker } from "./messages";
import { INDEX } from "./messages";

export interface DeskNeeds {
  loadMicroPython: LoadMicroPython;
  /** Where the interpreter's wasm lies; undefined: beside its module. */
  wasm: string | undefined;
  /** Fetches JSON from a path of the server. */
  fetchJson(path: string): Promise<unknown>;
  answer(message: FromWorker, handOver: Transferable[]): void;
  now(): number;
}

const text = (error: unknown) => (error instanceof Error ? error.message : String(error));

export class Desk {
  private engine: Engine | null = null;
  private starting: Promise<Engine> | null = null;
  /** What is opened is opened one after the other, in the order of the wishes. */
  private opened: Promise<void> = Promise.resolve();
  private path = "";
  private generation = 0;
  private mailbox: Mailbox | null = null;
  private pictures = 0;
  private needs: DeskNeeds;

  constructor(needs: DeskNeeds) {
    this.needs = needs;
  }

  async take(order: ToWorker): Promise<void> {
    if (order.do === "open") {
      if (order.mailbox) this.mailbox ??= new Mailbox(order.mailbox);
      this.opened = this.opened.then(() => this.open(order.url));
      await this.opened;
      return;
    }
    if (!this.engine) return;
    try {
      this.obey(order, this.engine);
    } catch (error) {
      this.needs.answer({ is: "lost", generation: this.generation, reason: text(error) }, []);
    }
  }

  private async open(url: string): Promise<void> {
    const { loadMicroPython, wasm, answer, now } = this.needs;
    const began = now();
    try {
      // A worker can hold but one interpreter: the package keeps its references in globals.
      this.starting ??= Engine.start(loadMicroPython, wasm);
      const [{ bundle, path }, engine] = await Promise.all([this.fetch(url), this.starting]);
      if (!engine.fits(bundle)) {
        answer({ is: "outdated", url }, []);
        return;
      }
      // Whoever plays these rules already goes on.
      if (path !== this.path) engine.open(bundle);
      this.path = path;
      this.engine = engine;
      const { info, schema } = bundle;
      answer({ is: "opened", url: path, info, schema, ms: now() - began }, []);
    } catch (error) {
      answer({ is: "failed", reason: text(error) }, []);
    }
  }

  private async fetch(url: string): Promise<{ bundle: Bundle; path: string }> {
    const { fetchJson } = this.needs;
    let path = url;
    if (url === INDEX) {
      const { games } = (await fetchJson(url)) as { games: Record<string, string> };
      path = Object.values(games)[0] ?? "";
      if (!path) throw new Error("no game of this server can be run in a browser");
    }
    return { bundle: (await fetchJson(path)) as Bundle, path };
  }

  private obey(order: Exclude<ToWorker, { do: "open" }>, engine: Engine): void {
    const { answer, now } = this.needs;
    switch (order.do) {
      case "load":
        this.generation = order.generation;
        engine.load(order.packed);
        this.words(engine, order.words);
        engine.confirm(order.until, order.rows, true);
        return;
      case "confirm": {
        this.words(engine, order.words);
        engine.confirm(order.until, order.rows);
        if (order.hash < 0) return;
        const hash = engine.hash();
        if (hash !== order.hash)
          answer({ is: "desync", generation: this.generation, tick: order.until, hash }, []);
        return;
      }
      case "begin":
        this.generation = order.generation;
        engine.begin(order.setup);
        for (const { seat, level, style, seed } of order.bots) engine.bot(seat, level, style, seed);
        return;
      case "free":
        engine.free(order.seat);
        return;
      case "bot":
        engine.bot(order.bot.seat, order.bot.level, order.bot.style, order.bot.seed);
        return;
      case "look":
      case "play": {
        const began = now();
        if (order.do === "play") engine.play(order.until, order.held);
        const numbers =
          order.do === "play"
            ? engine.look(order.first, order.until)
            : engine.look(order.first, order.last, order.own, order.near);
        const { generation } = this;
        const { stamp } = order;
        this.show({ is: "picture", number: this.pictures++, generation, stamp, numbers, ms: now() - began });
      }
    }
  }

  private show(picture: PictureAnswer): void {
    if (this.mailbox?.put(picture.number, picture)) this.needs.answer({ is: "post" }, []);
    else this.needs.answer(picture, [picture.numbers.buffer]);
  }

  private words(engine: Engine, words: number[]): void {
    for (let k = 0; k < words.length; k += 2) engine.chance(words[k]!, words[k + 1]!);
  }
}
