/** Pictures that leave the board, and pictures that come to it. */

import { isPictureFile, Pasted, pictureIn } from "./pasted.js";
import { PictureDialog } from "./savepicture.js";
import { isTyped } from "./typed.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {Omit<import("./pasted.js").Handlers, "put">} Handlers */

export class Pictures {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {Desk} desk
   * @param {Handlers & { isOccupied: () => boolean, onClose: () => void }} handlers
   */
  constructor(dialog, desk, handlers) {
    this.dialog = new PictureDialog(dialog, {
      ...handlers,
      content: () => ({ stickers: desk.board.stickers, strokes: desk.surface.strokes }),
    });
    this.pasted = new Pasted({ ...handlers, put: (sticker, square) => desk.put(sticker, square) });
    document.addEventListener("paste", (event) => {
      const file = pictureIn(event.clipboardData);
      if (!file || handlers.isOccupied() || isTyped(event)) return;
      event.preventDefault();
      void this.pasted.take(file, { x: innerWidth / 2, y: innerHeight / 2 });
    });
  }

  save() {
    this.dialog.open();
  }

  /**
   * @param {File} file that was dropped
   * @param {{ x: number, y: number }} place
   * @returns {boolean} whether it is a picture
   */
  drop(file, place) {
    if (!isPictureFile(file)) return false;
    void this.pasted.take(file, place);
    return true;
  }
}
