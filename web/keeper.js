/**
 * Keeps the board: its stickers and its ink are there again after a reload; and with it what was chosen lately.
 *
 * Ink is kept as ink. A drawing that had no answer yet is looked at again; one that was answered, and not recognised,
 * is not asked about again. Every tab has a board of its own; the one that changed last is the one that is kept.
 */

import { InkmojiError } from "./errors.js";
import { fromKept, toKept } from "./kept.js";
import { LastWord } from "./lastword.js";

/** @typedef {import("./board.js").Board} Board */
/** @typedef {import("./canvas.js").InkSurface} InkSurface */
/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */
/** @typedef {import("./recent.js").Recent} Recent */
/** @typedef {import("./view.js").View} View */
/** @typedef {import("./recognizer.js").Recognizer} Recognizer */

const IDLE_MS = 400;

/** What the client keeps for the page. @typedef {{ board: unknown, backup: unknown, recent: unknown }} Value */

export class Keeper {
  /** The saved generation that the person has a file of; 0: none. */
  #backup = 0;
  /** @type {Inkmoji | null} */
  #client = null;
  #restored = false;
  #dirty = false;
  /** Whether everything is being erased just now. */
  #held = false;
  #timer = 0;
  /** Strokes without an answer when that was last looked at. */
  #unanswered = 0;
  #saving = Promise.resolve();
  /** How often something is being saved just now. */
  #running = 0;
  #lastWord = new LastWord();
  /** Of the window when the board was opened in it; it may be another one by now, that has left something behind. */
  #opened = { width: 0, height: 0 };

  /**
   * @param {{ board: Board, surface: InkSurface, desk: { view: View }, recent: Recent, recognizer: Recognizer }} parts
   * @param {(error: unknown) => void} onError the board could not be saved
   */
  constructor({ board, surface, desk, recent, recognizer }, onError) {
    this.view = desk.view;
    this.board = board;
    this.recent = recent;
    this.surface = surface;
    this.recognizer = recognizer;
    this.onError = onError;
    this.#opened = this.#size;
    board.onChange = () => this.#touch();
    surface.onChange = () => this.#touch();
    recent.onChange = () => this.#touch();
    addEventListener("pagehide", () => this.#saveAtLast());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#saveAtLast();
    });
  }

  get backup() {
    return this.#backup;
  }

  set backup(generation) {
    this.#backup = generation;
    this.#touch();
  }

  /** @param {Inkmoji} client */
  async connect(client) {
    this.#client = client;
    if (this.#restored) return;
    const value = await client.kept().catch((error) => (isOfWorker(error) ? error : null));
    // Where the worker died the next one may still know.
    if (this.#restored || value instanceof InkmojiError) return;
    this.#restored = true;
    void this.#lastWord.open();
    this.quietly(() => this.#restore(/** @type {Partial<Value>} */ (value ?? {})));
    if (this.#dirty) this.#touch();
  }

  /** The recogniser has taken a drawing or has answered one. */
  answered() {
    const count = this.recognizer.unanswered.flat().length;
    if (count === this.#unanswered) return;
    this.#unanswered = count;
    this.#touch();
  }

  /**
   * Nothing is saved while everything is erased.
   * @param {() => Promise<void>} erase
   */
  async whileErasing(erase) {
    this.#held = true;
    clearTimeout(this.#timer);
    try {
      await this.#saving;
      await erase();
      this.erased();
    } finally {
      this.#held = false;
      if (this.#dirty) this.#touch();
    }
  }

  /** What `work` changes is no reason to save the board in place of another tab's. @param {() => void} work */
  quietly(work) {
    const dirty = this.#dirty;
    work();
    if (dirty) return;
    clearTimeout(this.#timer);
    this.#dirty = false;
  }

  /** What was kept is gone. */
  erased() {
    this.#restored = true;
    this.#backup = 0;
    this.recent.clear();
    clearTimeout(this.#timer);
    this.#dirty = false;
  }

  #touch() {
    this.#dirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), IDLE_MS);
  }

  /** Saves at once what has changed. */
  save() {
    if (!this.#client || !this.#restored || this.#held || !this.#dirty) return;
    clearTimeout(this.#timer);
    this.#dirty = false;
    this.#running += 1;
    this.#saving = this.#client.keep(this.#value).catch((error) => {
      this.#dirty = true;
      if (!isOfWorker(error)) this.onError(error);
    }).finally(() => {
      this.#running -= 1;
    });
  }

  /** Saves, also where there is no time left. */
  #saveAtLast() {
    const mayBeLost = this.#dirty || this.#running > 0;
    if (mayBeLost && this.#restored && !this.#held) this.#lastWord.say(this.#value);
    this.save();
  }

  get #size() {
    const { clientWidth: width, clientHeight: height } = this.surface.canvas;
    return { width, height };
  }

  get #value() {
    const { board, surface, recognizer, view: { seen }, recent: { looks } } = this;
    if (board.empty && surface.empty && looks.length === 0 && this.#backup === 0) return undefined;
    const state = { stickers: board.stickers, strokes: surface.strokes, unanswered: recognizer.unanswered, seen };
    return { board: toKept(state, this.#opened), backup: this.#backup, recent: looks };
  }

  /**
   * What was drawn since the page was opened stays.
   * @param {Partial<Value>} value
   */
  #restore({ board, backup, recent }) {
    this.recent.restore(recent);
    if (typeof backup === "number" && this.#backup === 0) this.#backup = backup;
    this.#opened = this.#size;
    const kept = fromKept(board, this.#opened);
    if (kept) {
      if (this.view.isAtFirst) this.view.seen = kept.seen;
      this.board.restore(kept.stickers);
      this.surface.draw(...kept.strokes);
      this.recognizer.submit(...kept.unanswered);
    }
  }
}

/** @param {unknown} error that says nothing of what is kept: its reader has died or was closed */
function isOfWorker(error) {
  return error instanceof InkmojiError && error.code.startsWith("worker-");
}
