/** The live model: the one that predicts, and its saved twin in the store. The two change together or not at all. */

import { InkmojiError, messageOf } from "../errors.js";
import { LOST } from "./generations.js";

/**
 * @typedef {import("../protocol.d.ts").Session} Session
 * @typedef {import("../protocol.d.ts").State} State
 * @typedef {import("../protocol.d.ts").Notice} Notice
 * @typedef {import("../protocol.d.ts").Change} Change
 * @typedef {import("./store.js").Making} Making
 */

const SAFE = "Nothing was deleted, and the damaged state can be exported from the history.";

export class LiveModel {
  #session;
  #base;
  #notify;
  /** @type {State} */
  #state;
  /** What the store's pointer said when the live model was loaded; the model itself is older where that is damaged. */
  #pointer = 0;

  /**
   * @param {Session} session
   * @param {() => Promise<Uint8Array<ArrayBuffer>>} base  fetches the base model's archive
   * @param {import("./store.js").Store | import("./memory.js").MemoryStore} store
   * @param {string | null} failure  why there is no store but in memory
   * @param {(notice: Notice) => void} notify
   */
  constructor(session, base, store, failure, notify) {
    this.#session = session;
    this.#base = base;
    this.store = store;
    this.#notify = notify;
    const message = failure && `What you teach is lost with this page. ${failure}`;
    const storage = { persistent: failure === null, message, generation: 0, bytes: 0 };
    this.#state = { stickers: [], origin: "base", storage, undo: null, redo: null };
    if (message) {
      notify({ level: "warning", message });
    }
  }

  get state() {
    return this.#state;
  }

  get base() {
    return this.#base;
  }

  /** Load the model that the store's pointer names: else the newest sound one besides it, else the base model. */
  async load() {
    const { active } = await this.store.pointer();
    if (active === 0 || !(await this.#loadGeneration(active))) {
      await this.#become(this.#session.load(await this.#base()), 0);
    }
    this.#pointer = active;
  }

  /** Load the model again if another tab has changed it, and look anew at what can be undone. */
  async refresh() {
    if ((await this.store.pointer()).active !== this.#pointer) {
      await this.load();
    } else {
      await this.#look();
    }
  }

  /**
   * Save the session's candidate, then make it the live model. When this fails the model in use stays.
   *
   * @param {Pick<Making, "change" | "erased" | "untold"> & {parent?: null}} making
   * @param {AbortSignal} [signal]  heeded until the candidate is saved
   * @throws {InkmojiError} "update-conflict", "storage-…"; the reason of `signal`
   */
  async adopt(making, signal) {
    const whole = { parent: this.#state.storage.generation, ...making, from: this.#pointer };
    const number = await this.store.commit(this.#session.candidate(), whole, signal);
    await this.#become(this.#session.adopt(), number);
    // Last: if the session fails, the store is ahead, and the next change loads what is there.
    this.#pointer = number;
    this.store.announce("moved");
  }

  /**
   * Go one step back or forth in the history.
   *
   * @param {"undo" | "redo"} direction
   * @throws {InkmojiError} "update-nothing", "update-conflict", "storage-…"
   */
  async move(direction) {
    const step = (await this.store.steps())[direction];
    if (!step) {
      const message = `Expected something to ${direction}, got none: nothing is left of what came ${
        direction === "undo" ? "before" : "after"}.`;
      throw new InkmojiError("update-nothing", message);
    }
    this.#session.offer(await this.read(step.to));
    await this.store.move(this.#pointer, step.to, direction);
    await this.#become(this.#session.adopt(), step.to);
    this.#pointer = step.to;
    this.store.announce("moved");
  }

  /** Erase every generation but the live one. */
  async forgetHistory() {
    await this.store.forgetHistory(this.#pointer);
    await this.#look();
    this.store.announce("moved");
  }

  /** Whether the model in use is the one that the store's pointer names, and not one in place of a damaged one. */
  get isNamed() {
    return this.#pointer === this.#state.storage.generation;
  }

  /** The saved generations, newest first; where the newest is damaged, an older one is the live one. */
  async history() {
    const history = await this.store.history();
    return history.map((one) => ({ ...one, live: one.number === this.#state.storage.generation }));
  }

  /** The archive of a generation; 0 is the base model. @param {number} number */
  read(number) {
    return number === 0 ? this.#base() : this.store.read(number);
  }

  /** Go back to the base model, here and in the store. */
  async reset() {
    const base = await this.#base();
    await this.store.reset();
    this.#pointer = 0;
    await this.#become(this.#session.load(base), 0);
    this.store.announce("reset");
  }

  /**
   * @param {number} pointer
   * @returns {Promise<boolean>} whether there was a sound one
   */
  async #loadGeneration(pointer) {
    const damage = await this.#tryGeneration(pointer);
    if (!damage) {
      return true;
    }
    const lost = `The stickers saved last cannot be used: ${damage}`;
    for (const number of await this.store.besides(pointer)) {
      if (!(await this.#tryGeneration(number))) {
        this.#notify({ level: "warning", message: `${lost} An earlier state is in use. ${SAFE}` });
        return true;
      }
    }
    this.#notify({ level: "error", message: `${lost} The untaught model is in use. ${SAFE}` });
    return false;
  }

  /**
   * @param {number} number
   * @returns {Promise<string | null>} what is wrong with it
   */
  async #tryGeneration(number) {
    if (number === LOST) {
      return "what says which state is the newest is damaged.";
    }
    try {
      const summary = this.#session.load(await this.store.read(number));
      await this.#become(summary, number);
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** @param {import("../protocol.d.ts").Summary} summary @param {number} generation */
  async #become({ stickers, bytes, origin }, generation) {
    this.#state = { ...this.#state, stickers, origin, storage: { ...this.#state.storage, generation, bytes } };
    await this.#look();
  }

  /** Look up what can be undone and redone; that this fails must not undo what has been done. */
  async #look() {
    const { undo, redo } = await this.store.steps().catch(() => ({ undo: null, redo: null }));
    this.#state = { ...this.#state, undo: undo?.change ?? null, redo: redo?.change ?? null };
  }
}
