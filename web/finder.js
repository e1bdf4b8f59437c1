/** What finds a sticker among many: a search by its text, its name or what its emoji is called, and an order. */

import { qualityOf } from "./apart.js";
import { findEmoji } from "./picker.js";
import { strings } from "./strings.js";

/** @typedef {import("./protocol.d.ts").Separation} Separation */
/** @typedef {import("./protocol.d.ts").Sticker} Sticker */
/** @typedef {(sticker: Sticker) => Separation | undefined} Judge what is known of how well it is told apart */

/** With fewer stickers than this everything is in sight. */
const FEW = 4;
/** Tones of skin, and what asks for an emoji's coloured form. */
const VARIANTS = /[\u{1F3FB}-\u{1F3FF}\uFE0F]/gu;

/** @type {Record<string, (judge: Judge) => (a: Sticker, b: Sticker) => number>} */
const ORDERS = {
  newest: () => (a, b) => b.created - a.created,
  oldest: () => (a, b) => a.created - b.created,
  examples: () => (a, b) => b.examples - a.examples || b.created - a.created,
  mixed: (judge) => (a, b) => rankOf(judge(a)) - rankOf(judge(b)) || b.created - a.created,
};

export class Finder {
  /** The emoji that are called what is searched for. @type {ReadonlySet<string>} */
  #called = new Set();

  /**
   * @param {HTMLElement} tools with a field to search in and a choice of orders
   * @param {HTMLElement} found where it is said how many were found
   * @param {() => void} onChange
   */
  constructor(tools, found, onChange) {
    this.tools = tools;
    this.found = found;
    this.search = /** @type {HTMLInputElement} */ (tools.querySelector("[type=search]"));
    this.order = /** @type {HTMLSelectElement} */ (tools.querySelector("select"));
    this.onChange = onChange;
    this.search.addEventListener("input", () => void this.#look());
    // Escape empties the field first, and closes the dialog only then.
    this.search.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.search.value === "") return;
      event.preventDefault();
      this.clear();
    });
    this.order.addEventListener("change", onChange);
  }

  get #query() {
    return this.search.value.trim().toLocaleLowerCase();
  }

  /** Searches for nothing. */
  clear() {
    this.search.value = "";
    void this.#look();
  }

  /** @param {number} count of all stickers: few need no search */
  offer(count) {
    this.tools.hidden = count < FEW && this.#query === "";
  }

  /**
   * @param {readonly Sticker[]} stickers
   * @param {Judge} judge
   */
  sorted(stickers, judge) {
    return stickers.toSorted(ORDERS[this.order.value](judge));
  }

  /** @param {Sticker} sticker whether it is searched for */
  matches({ text, name }) {
    const query = this.#query;
    if (query === "") return true;
    return [text, name].some((words) => words.toLocaleLowerCase().includes(query)) || this.#called.has(bare(text));
  }

  /** @param {number} shown how many match @param {number} count of all */
  tell(shown, count) {
    this.found.textContent = this.#query === "" ? "" : strings.library.found(shown, count, this.search.value.trim());
  }

  /** Searches at once by what the stickers say, and by what emoji are called as soon as that is known. */
  async #look() {
    const query = this.#query;
    this.#called = new Set();
    this.onChange();
    if (query === "") return;
    const called = await findEmoji(query);
    if (query !== this.#query || called.length === 0) return;
    this.#called = new Set(called.map(bare));
    this.onChange();
  }
}

/** @param {string} text an emoji, whatever its tone of skin */
const bare = (text) => text.replaceAll(VARIANTS, "");

/** @param {Separation | undefined} separation of a sticker; those of which nothing is known go last */
const rankOf = (separation) => (separation && qualityOf(separation)) ?? 2;
