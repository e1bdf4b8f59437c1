/** The live guess: a quiet bubble by the pen, with what the drawing seems to become and how sure that is. */

import { createFace } from "./face.js";
import { boundsOf, toDrawing } from "./strokes.js";
import { surenessOf } from "./sureness.js";

/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */
/** @typedef {import("./inkmoji.js").Sticker} Sticker */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/**
 * @typedef {object} Source
 * @property {() => Inkmoji | null} client  that is up and has nothing more important to do
 * @property {() => readonly Stroke[]} drawing  so far
 * @property {() => boolean} wanted
 * @property {() => import("./view.js").Seen} seen  what is seen of the board
 */

/** Between an answer and the next question, so that drawing always goes first. */
const PAUSE_MS = 150;
/** What is less likely than this is no guess worth showing. */
const LEAST = 0.25;
/** Fewer points than these tell nothing. */
const LEAST_POINTS = 8;
const FACE_SIDE = 26;
/** From the pen's tip, or from the drawing's top edge where that is near, to the bubble: above the hand and the ink. */
const OFFSET = { x: 18, y: -52 };
const NEAR = 200;
const MARGIN = 8;

export class LiveGuess {
  #asking = false;
  #timer = 0;
  /** The drawing has changed since the last question. */
  #stale = false;
  /** The label that is shown. @type {string | null} */
  #shown = null;

  /**
   * @param {HTMLElement} bubble
   * @param {Source} source
   */
  constructor(bubble, source) {
    this.bubble = bubble;
    this.source = source;
  }

  /** The drawing has grown; the person goes on. */
  changed() {
    this.#stale = true;
    if (!this.#asking && this.#timer === 0) this.#wait();
  }

  /** The drawing is finished, or gone. */
  hide() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#stale = false;
    this.#shown = null;
    this.bubble.hidden = true;
  }

  #wait() {
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      void this.#ask();
    }, PAUSE_MS);
  }

  async #ask() {
    const client = this.source.client();
    const drawing = this.source.drawing();
    const points = drawing.reduce((sum, stroke) => sum + stroke.points.length, 0);
    if (!client || !this.source.wanted() || points < LEAST_POINTS) return;
    this.#stale = false;
    this.#asking = true;
    const answer = await client.predict(toDrawing(drawing)).catch(() => null);
    this.#asking = false;
    // By now it may have become a sticker, or another drawing may have been begun.
    if (answer && this.source.drawing()[0] === drawing[0] && this.source.wanted()) {
      const [best] = answer.candidates;
      this.#show(client.stickers.find(({ label }) => label === best?.label), best?.confidence ?? 0);
    }
    if (this.#stale) this.#wait();
  }

  /**
   * @param {Sticker | undefined} sticker
   * @param {number} confidence
   */
  #show(sticker, confidence) {
    this.bubble.hidden = !sticker || confidence < LEAST;
    if (!sticker || this.bubble.hidden) return;
    this.bubble.dataset.level = surenessOf(confidence);
    if (this.#shown !== sticker.label) this.bubble.replaceChildren(createFace(sticker, FACE_SIDE));
    this.#shown = sticker.label;
    this.#follow();
  }

  /** Moves to the pen. */
  #follow() {
    const drawing = this.source.drawing();
    const last = drawing.at(-1)?.points.at(-1);
    if (!last) return;
    const { x, y, zoom } = this.source.seen();
    const tip = [last[0] * zoom + x, last[1] * zoom + y];
    const edge = boundsOf(drawing).top * zoom + y;
    const { offsetWidth: width, offsetHeight: height } = this.bubble;
    const { clientWidth, clientHeight } = document.documentElement;
    const left = Math.min(Math.max(tip[0] + OFFSET.x, MARGIN), clientWidth - width - MARGIN);
    const above = (tip[1] - edge < NEAR ? edge : tip[1]) + OFFSET.y;
    const top = Math.min(Math.max(above, MARGIN), clientHeight - height - MARGIN);
    this.bubble.style.translate = `${left}px ${top}px`;
  }
}
