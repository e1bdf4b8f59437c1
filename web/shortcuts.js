/** The list of keyboard shortcuts, and the key that shows it. */

import { closeFromBeside } from "./beside.js";

const TYPED_IN = "input, textarea, select, [contenteditable]";
const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

export class ShortcutsDialog {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {object} handlers
   * @param {() => boolean} handlers.hasKey  whether "?" alone shows it
   * @param {() => boolean} handlers.isOccupied  whether something else is open
   * @param {() => void} handlers.onClose
   */
  constructor(dialog, { hasKey, isOccupied, onClose }) {
    this.dialog = dialog;
    for (const key of dialog.querySelectorAll("kbd")) {
      if (IS_APPLE && key.textContent === "Ctrl") key.textContent = "⌘";
    }
    /** @type {HTMLElement} */ (dialog.querySelector("[data-action=close]")).addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", onClose);
    closeFromBeside(dialog);
    document.addEventListener("keydown", (event) => {
      const isTyped = /** @type {Element} */ (event.target).matches(TYPED_IN);
      if (event.key !== "?" || isTyped || !hasKey() || isOccupied()) return;
      event.preventDefault();
      this.open();
    });
  }

  open() {
    this.dialog.showModal();
  }
}
