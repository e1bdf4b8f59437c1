/** What a person without stickers is offered: to begin with the ready-made ones. */

import { strings } from "./strings.js";

/** @typedef {import("./inkmoji.js").Sticker} Sticker */
/**
 * @typedef {object} Handlers
 * @property {() => readonly Sticker[] | null} stickers  those known now; null until Python is up
 * @property {() => boolean} isImported  whether the starter stickers are not for the model in use
 * @property {(signal: AbortSignal) => Promise<void>} useStarter  waits for Python, and settles when the change is saved
 * @property {(error: unknown) => string} explain  an error in words
 * @property {(message: string, tone?: "error" | "quiet") => void} announce
 * @property {() => void} onTaken  the button that had the focus is gone
 */

export class StarterOffer {
  /** Whether a person is known to be new before Python is up. */
  #isNew = false;
  #busy = false;

  /**
   * @param {HTMLButtonElement} button
   * @param {Handlers} handlers
   */
  constructor(button, handlers) {
    this.button = button;
    this.handlers = handlers;
    this.words = button.textContent;
    button.addEventListener("click", () => {
      if (!this.#busy) void this.#take();
    });
  }

  /**
   * Before Python is up nobody knows which stickers there are, but where nothing was ever saved there are none.
   * @param {Promise<readonly unknown[]>} history
   */
  async startWith(history) {
    this.#isNew = (await history.catch(() => null))?.length === 0;
    this.refresh();
  }

  /** Shows or hides the offer: the stickers have changed, or are known by now. */
  refresh() {
    const { button } = this;
    const stickers = this.handlers.stickers();
    const focused = document.activeElement === button;
    button.hidden = stickers ? stickers.length > 0 || this.handlers.isImported() : !this.#isNew;
    button.textContent = this.#busy ? this.#doing : this.words;
    // Disabled for good, it would lose the focus.
    button.ariaDisabled = String(this.#busy);
    if (focused && button.hidden) this.handlers.onTaken();
  }

  get #doing() {
    return this.handlers.stickers() ? strings.settings.switching(true) : strings.settings.waiting;
  }

  async #take() {
    this.#busy = true;
    this.handlers.announce(this.#doing, "quiet");
    this.refresh();
    try {
      await this.handlers.useStarter(new AbortController().signal);
      this.handlers.announce(strings.settings.switched(this.handlers.stickers()?.length ?? 0));
    } catch (error) {
      this.handlers.announce(strings.settings.failed(this.handlers.explain(error)), "error");
    }
    this.#busy = false;
    this.refresh();
  }
}
