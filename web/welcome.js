/** The empty board's first hint, and the stickers that are known, or that are offered to a new person. */

import { illustrate } from "./face.js";
import { StarterOffer } from "./offer.js";
import { isReadyMade } from "./settings.js";
import { strings } from "./strings.js";

/** @typedef {import("./inkmoji.js").Sticker} Sticker */
/** @typedef {ConstructorParameters<typeof StarterOffer>[1]} OfferHandlers */

export class Welcome {
  /**
   * @param {HTMLElement} section with a line for what is known and a button
   * @param {() => boolean} isEmpty  whether nothing is on the board
   * @param {OfferHandlers} handlers
   */
  constructor(section, isEmpty, handlers) {
    this.section = section;
    this.known = /** @type {HTMLElement} */ (section.querySelector("#known"));
    this.isEmpty = isEmpty;
    this.handlers = handlers;
    this.offer = new StarterOffer(/** @type {HTMLButtonElement} */ (section.querySelector("#offer")), handlers);
  }

  /** The board, or the stickers, are others. */
  refresh() {
    this.section.dataset.hidden = String(!this.isEmpty());
    this.offer.refresh();
    // What was taught goes first: ready-made stickers alone would fill the line.
    const stickers = (this.handlers.stickers() ?? []).toSorted((a, b) => Number(isReadyMade(a)) - Number(isReadyMade(b)));
    illustrate(this.known, stickers, strings.known);
  }
}
