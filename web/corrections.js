/** Corrections of what the recogniser took a drawing for: on the board, and in the model, together. */

import { CorrectDialog } from "./correct.js";
import { nameOf } from "./look.js";
import { strings } from "./strings.js";
import { toDrawing } from "./strokes.js";

/** @typedef {import("./board.js").Placed} Placed */
/** @typedef {import("./inkmoji.js").Sticker} Sticker */
/** @typedef {import("./collection.js").Collection} Collection */
/** @typedef {import("./correct.js").Action} Action */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./look.js").Look & { label: string | null }} What a sticker is */
/** @typedef {{ placed: Placed, before: What, after: What, from: number, to: number }} Made by the change between two generations */
/**
 * @typedef {object} Handlers
 * @property {(strokes: Placed["drawing"]) => Promise<What | null>} teach  asks for a new sticker of which the drawing is
 *   one; settles with it, if it was learned
 * @property {() => void} onLearned
 * @property {(message: string, tone?: "quiet") => void} announce
 * @property {(error: unknown) => string} explain  an error in words
 * @property {() => void} onClose
 */

export class Corrections {
  /** @type {Made[]} */
  #made = [];

  /**
   * @param {HTMLDialogElement} dialog
   * @param {{ desk: Desk, collection: Collection }} parts
   * @param {Handlers} handlers
   */
  constructor(dialog, { desk, collection }, handlers) {
    this.desk = desk;
    this.collection = collection;
    this.handlers = handlers;
    this.dialog = new CorrectDialog(dialog, {
      stickers: () => collection.stickers,
      candidates: async ({ drawing }, signal) => {
        const client = await collection.connected(signal);
        return (await client.predict(toDrawing(drawing), { signal })).candidates;
      },
      learn: (placed, sticker, signal) => this.#learn(placed, sticker, signal),
      act: (placed, action) => void this.#act(placed, action),
      explain: handlers.explain,
      onClose: handlers.onClose,
    });
    desk.board.onChoose = (placed) => this.dialog.open(placed);
  }

  /** The live model is another: what a change of it has corrected goes back and forth with it. */
  follow() {
    const generation = this.collection.client?.storage.generation;
    for (const { placed, before, after, from, to } of this.#made) {
      if (generation === from && placed.label === after.label) this.desk.board.become(placed, before);
      if (generation === to && placed.label === before.label) this.desk.board.become(placed, after);
    }
  }

  /**
   * @param {Placed} placed
   * @param {Sticker} sticker
   * @param {AbortSignal} signal
   */
  async #learn(placed, sticker, signal) {
    const from = this.collection.client?.storage.generation ?? 0;
    const before = { label: placed.label, text: placed.text, image: placed.image };
    const drawings = [toDrawing(placed.drawing)];
    await this.collection.learn({ look: sticker, of: sticker.label, drawings, signal, onProgress: () => {} });
    const to = this.collection.client?.storage.generation ?? 0;
    this.#made.push({ placed, before, after: sticker, from, to });
    this.desk.become(placed, sticker);
    this.handlers.announce(strings.correct.done(nameOf(before), nameOf(sticker)));
    this.handlers.onLearned();
  }

  /**
   * @param {Placed} placed
   * @param {Action} action
   */
  async #act(placed, action) {
    if (action === "new") {
      const sticker = await this.handlers.teach(placed.drawing);
      if (sticker) this.desk.become(placed, sticker);
    } else if (action === "ink") this.desk.turnBack(placed);
    else this.desk.remove(placed);
  }
}
