/** What the person has chosen for stickers lately, the latest first. No DOM. */

import { isPicture, sameLook } from "./look.js";

/** @typedef {import("./look.js").Look} Look */

const MOST = 8;
const MOST_TEXT = 64;

export class Recent {
  /** @type {readonly Look[]} */
  #looks = [];
  /** Hears that it is another one. */
  onChange = () => {};

  get looks() {
    return this.#looks;
  }

  /** @param {Look} look that was chosen */
  add({ text, image }) {
    const look = { text, image };
    this.#become([look, ...this.#looks.filter((other) => !sameLook(other, look))]);
  }

  /**
   * Keeps what these have, and nothing else: the rest was forgotten for good.
   * @param {readonly Look[]} stickers
   */
  keepOnly(stickers) {
    this.#become(this.#looks.filter((look) => stickers.some((sticker) => sameLook(sticker, look))));
  }

  /**
   * What was chosen before the page was opened comes after what was chosen since.
   * @param {unknown} kept of any version, or damaged
   */
  restore(kept) {
    const before = Array.isArray(kept) ? kept.filter(isLook) : [];
    this.#become([...this.#looks, ...before.filter((look) => !this.#looks.some((other) => sameLook(other, look)))]);
  }

  clear() {
    this.#become([]);
  }

  /** @param {readonly Look[]} looks */
  #become(looks) {
    this.#looks = looks.slice(0, MOST);
    this.onChange();
  }
}

/** @param {unknown} value @returns {value is Look} */
function isLook(value) {
  const { text, image } = /** @type {Partial<Look>} */ (value ?? {});
  if (typeof text !== "string" || text.length > MOST_TEXT) return false;
  return image === null ? text !== "" : isPicture(image);
}
