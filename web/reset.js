/** The dialog that asks before everything taught is forgotten. */

import { strings } from "./strings.js";

export class ResetDialog {
  /** @type {(done: boolean) => void} */
  #settle = () => {};

  /**
   * @param {HTMLDialogElement} dialog
   * @param {() => Promise<void>} reset
   * @param {(error: unknown) => string} explain an error in words
   */
  constructor(dialog, reset, explain) {
    this.dialog = dialog;
    this.reset = reset;
    this.explain = explain;
    this.confirm = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-action=reset]"));
    this.error = /** @type {HTMLElement} */ (dialog.querySelector("[role=alert]"));
    this.confirm.addEventListener("click", () => void this.#reset());
    dialog.querySelector("[data-action=cancel]")?.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.#settle(false));
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** @returns {Promise<boolean>} whether everything was reset */
  open() {
    this.error.textContent = "";
    this.dialog.showModal();
    return new Promise((resolve) => (this.#settle = resolve));
  }

  async #reset() {
    this.confirm.disabled = true;
    this.error.textContent = "";
    try {
      await this.reset();
      this.#settle(true);
      this.dialog.close();
    } catch (error) {
      this.error.textContent = strings.resetFailed(this.explain(error));
    } finally {
      this.confirm.disabled = false;
    }
  }
}
