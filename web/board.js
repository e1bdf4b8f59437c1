/** The stickers on the board: list items that lie under the ink, so that every reader of the page finds them. */

import { createFace } from "./face.js";
import { morph, reducedMotion } from "./morph.js";
import { scribblesOut } from "./scribble.js";
import { strings } from "./strings.js";
import { boundsOf, squareAround } from "./strokes.js";
import { showSureness } from "./sureness.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./strokes.js").Square} Square */
/** @typedef {import("./sureness.js").Sureness} Sureness */
/** @typedef {{ text: string, square: Square, element: HTMLLIElement }} Placed */

const LEAST_SIDE = 44;

export class Board {
  /** @type {Set<Placed>} */
  #stickers = new Set();

  /** @param {HTMLUListElement} list */
  constructor(list) {
    this.list = list;
  }

  get empty() {
    return this.#stickers.size === 0;
  }

  /**
   * Puts a sticker in the place of a drawing; the caller takes the ink away.
   * @param {string} text
   * @param {readonly Stroke[]} strokes
   * @param {Sureness | null} sureness of the recogniser, if it was that which knew the drawing
   */
  place(text, strokes, sureness = null) {
    const square = squareAround(boundsOf(strokes), LEAST_SIDE);
    const element = document.createElement("li");
    element.className = "sticker";
    element.setAttribute("aria-label", text);
    // The caption leaves; whoever comes to the sticker later is told all the same.
    if (sureness) element.setAttribute("aria-description", strings.sureness[sureness]);
    Object.assign(element.style, {
      left: `${square.left}px`, top: `${square.top}px`, width: `${square.side}px`, height: `${square.side}px`,
    });
    element.append(createFace(text, square.side));
    this.list.append(element);
    this.#stickers.add({ text, square, element });
    void morph({ strokes, text, square, sticker: element });
    if (sureness) void showSureness(element, sureness);
  }

  /**
   * The stickers that a stroke scribbles out.
   * @param {Stroke} stroke
   */
  scribbledOutBy(stroke) {
    return [...this.#stickers].filter(({ square: { left, top, side } }) =>
      scribblesOut(stroke, { left, top, right: left + side, bottom: top + side }),
    );
  }

  /** @param {...Placed} stickers */
  async remove(...stickers) {
    await Promise.all(
      stickers.map(async (sticker) => {
        this.#stickers.delete(sticker);
        const { element } = sticker;
        if (!reducedMotion.matches) {
          await element.animate([{}, { opacity: 0, scale: 0.7 }], { duration: 180, easing: "ease-in" }).finished;
        }
        element.remove();
      }),
    );
  }

  clear() {
    void this.remove(...this.#stickers);
  }
}
