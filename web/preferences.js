/** How the person wants the page to be: kept in this browser, the same in all tabs, and gone with a reset. */

import { languages } from "./strings.js";

/** @typedef {"system" | "light" | "dark"} Theme */
/**
 * @typedef {object} Values
 * @property {number} pause  after the last stroke, before a drawing is looked at, in seconds
 * @property {boolean} onEnter  whether that is done only when Enter is pressed
 * @property {number} sureness  the least confidence with which a drawing becomes a sticker, 0 to 1
 * @property {boolean} guesses  whether guesses are shown while drawing
 * @property {boolean} pressure  whether a pen that is pressed harder draws a broader line
 * @property {boolean} helpKey  whether "?" alone shows the keyboard shortcuts
 * @property {string} language  the code of one, or "system"
 * @property {Theme} theme
 */

export const PAUSES = { least: 0.3, most: 3 };
/** @type {Readonly<Values>} */
const DEFAULTS = {
  pause: 0.5, onEnter: false, sureness: 0, guesses: true, pressure: true, helpKey: true, language: "system", theme: "system",
};
/** @type {{ [Name in keyof Values]: (value: unknown) => boolean }} */
const SOUND = {
  pause: (value) => typeof value === "number" && value >= PAUSES.least && value <= PAUSES.most,
  onEnter: (value) => typeof value === "boolean",
  sureness: (value) => typeof value === "number" && value >= 0 && value <= 1,
  guesses: (value) => typeof value === "boolean",
  pressure: (value) => typeof value === "boolean",
  helpKey: (value) => typeof value === "boolean",
  language: (value) => value === "system" || languages.some((code) => code === value),
  theme: (value) => value === "system" || value === "light" || value === "dark",
};
const NAMES = /** @type {(keyof Values)[]} */ (Object.keys(DEFAULTS));

export class Preferences {
  /** @type {Values} */
  #values = { ...DEFAULTS };
  /** @type {Set<() => void>} */
  #listeners = new Set();
  #key = `inkmoji:${new URL(".", location.href).pathname}:preferences`;

  constructor() {
    this.#load();
    addEventListener("storage", ({ key }) => {
      if (key === this.#key || key === null) this.#load();
    });
  }

  get values() {
    return this.#values;
  }

  /** @param {() => void} listener hears of every change, also in another tab */
  listen(listener) {
    this.#listeners.add(listener);
  }

  /** @param {Partial<Values>} changes kept for the next time, if the browser lets it */
  set(changes) {
    this.#values = { ...this.#values, ...changes };
    const changed = NAMES.filter((name) => this.#values[name] !== DEFAULTS[name]);
    try {
      localStorage.setItem(this.#key, JSON.stringify(Object.fromEntries(changed.map((name) => [name, this.#values[name]]))));
    } catch {
      // They hold until the page is closed.
    }
    this.#changed();
  }

  /** Forgets all of them, in every tab. */
  erase() {
    try {
      localStorage.removeItem(this.#key);
    } catch {
      // Nothing was kept.
    }
    this.#load();
  }

  /** Takes what is kept, as far as it is sound. */
  #load() {
    const kept = this.#read();
    this.#values = { ...DEFAULTS };
    for (const name of NAMES) {
      if (SOUND[name](kept[name])) Object.assign(this.#values, { [name]: kept[name] });
    }
    this.#changed();
  }

  /** @returns {Partial<Record<keyof Values, unknown>>} */
  #read() {
    try {
      return Object(JSON.parse(localStorage.getItem(this.#key) ?? "{}"));
    } catch {
      return {};
    }
  }

  #changed() {
    document.documentElement.dataset.theme = this.#values.theme;
    for (const listener of this.#listeners) listener();
  }
}
