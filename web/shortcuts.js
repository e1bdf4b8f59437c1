/** The list of keyboard shortcuts, and the key that shows it. */

import { closeFromBeside } from "./beside.js";
import { isTyped } from "./typed.js";

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
      if (event.key !== "?" || isTyped(event) || !hasKey() || isOccupied()) return;
      event.preventDefault();
      this.open();
    });
  }

  open() {
    this.dialog.showModal();
  }
}
