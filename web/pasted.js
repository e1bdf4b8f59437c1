/** Pictures of drawings that are pasted or dropped onto the board: they are recognised by their pixels. */

import { nameOf } from "./look.js";
import { readPixels } from "./picture.js";
import { strings } from "./strings.js";
import { surenessOf } from "./sureness.js";

/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */
/** @typedef {import("./inkmoji.js").Sticker} Sticker */
/** @typedef {import("./strokes.js").Square} Square */
/**
 * @typedef {object} Handlers
 * @property {(signal: AbortSignal) => Promise<Inkmoji>} connect  the client, once Python is up
 * @property {() => number} least  confidence of what counts as recognised
 * @property {(sticker: Sticker, square: Square) => void} put  onto the board
 * @property {(error: unknown) => string} explain  an error in words
 * @property {(message: string, tone?: "quiet" | "error") => void} announce
 */

/** Pixels of the longer side in which a picture is looked at. */
const MOST_SIDE = 512;
/** CSS pixels of a sticker's side. */
const SIDES = { least: 80, most: 320 };

export class Pasted {
  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
  }

  /**
   * @param {Blob} file
   * @param {{ x: number, y: number }} middle of where it goes
   */
  async take(file, { x, y }) {
    const { handlers } = this;
    try {
      const { pixels: { data: pixels, width, height }, side: longest } = await readPixels(file, MOST_SIDE);
      const client = await handlers.connect(new AbortController().signal);
      const { label, confidence } = await client.predict({ pixels, width, height });
      const sticker = client.stickers.find((known) => known.label === label);
      if (!sticker || confidence < handlers.least()) {
        handlers.announce(strings.pasted.unknown);
        return;
      }
      const side = Math.max(SIDES.least, Math.min(longest / devicePixelRatio, SIDES.most));
      handlers.put(sticker, { left: x - side / 2, top: y - side / 2, side });
      handlers.announce(strings.recognised(nameOf(sticker), strings.sureness[surenessOf(confidence)]), "quiet");
    } catch (error) {
      handlers.announce(handlers.explain(error), "error");
    }
  }
}

/** The picture in what was pasted, if there is one. @param {DataTransfer | null} data */
export function pictureIn(data) {
  return [...(data?.files ?? [])].find(isPictureFile) ?? null;
}

/** @param {Blob} file */
export function isPictureFile(file) {
  return file.type.startsWith("image/");
}
