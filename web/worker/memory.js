/** What stands in for the store where the browser has none: the same calls, and all is gone with the page. */

import { InkmojiError } from "../errors.js";

/** @typedef {import("./store.js").Making} Making */
/** @typedef {{ number: number, archive: Uint8Array<ArrayBuffer>, created: number, parent: number | null, change: Making["change"] }} Held */

const MOST_GENERATIONS = 30;

export class MemoryStore {
  /** @type {Map<number, Held>} */
  #held = new Map();
  #active = 0;
  /** @type {number[]} */
  #redo = [];
  #last = 0;
  /** @type {unknown} */
  #kept;

  async pointer() {
    return { active: this.#active, redo: this.#redo };
  }

  /** @param {number} number */
  async besides(number) {
    return [...this.#held.keys()].filter((other) => other !== number).reverse();
  }

  async history() {
    return [...this.#held.values()].reverse().map(({ number, archive, created, change }) => {
      return { number, change, created, bytes: archive.byteLength, live: number === this.#active, damaged: false };
    });
  }

  async steps() {
    const live = this.#held.get(this.#active);
    const next = this.#held.get(this.#redo.at(-1) ?? 0);
    const back = live && live.parent !== null && (live.parent === 0 || this.#held.has(live.parent)) ? live : null;
    return {
      undo: back && { to: Number(back.parent), change: back.change },
      redo: next ? { to: next.number, change: next.change } : null,
    };
  }

  /** @param {number} number */
  async read(number) {
    const held = this.#held.get(number);
    if (!held) {
      throw new InkmojiError("storage-damaged", `Generation ${number} is missing.`);
    }
    return held.archive;
  }

  /** A copy: what is exported is given away. @param {number} number */
  async salvage(number) {
    return (await this.read(number)).slice();
  }

  /** @param {Uint8Array<ArrayBuffer>} archive @param {Making} making @param {AbortSignal} [signal] */
  async commit(archive, { parent, change, erased = [], untold }, signal) {
    signal?.throwIfAborted();
    const number = (this.#last += 1);
    this.#held.set(number, { number, archive, created: Date.now(), parent, change });
    erased.forEach((old) => this.#held.delete(old));
    for (const held of this.#held.values()) {
      held.change = { ...held.change, stickers: held.change.stickers.filter(({ label }) => label !== untold) };
    }
    [...this.#held.keys()].slice(0, -MOST_GENERATIONS).forEach((old) => this.#held.delete(old));
    [this.#active, this.#redo] = [number, []];
    return number;
  }

  /** @param {number} from @param {number} to @param {"undo" | "redo"} direction */
  async move(from, to, direction) {
    this.#redo = direction === "undo" ? [...this.#redo, from] : this.#redo.slice(0, -1);
    this.#active = to;
  }

  /** @param {number} from */
  async forgetHistory(from) {
    const live = this.#held.get(from);
    this.#held.clear();
    if (live) {
      this.#held.set(from, { ...live, parent: null, change: { type: "forgotten", stickers: [], examples: 0 } });
    }
    this.#redo = [];
  }

  async kept() {
    return this.#kept;
  }

  /** @param {unknown} value */
  async keep(value) {
    this.#kept = value;
  }

  async reset() {
    this.#held.clear();
    [this.#active, this.#redo, this.#kept] = [0, [], undefined];
  }

  announce() {}

  onAnnounce() {}
}
