/** Small pictures of drawings in the page's ink, each painted when it comes into sight. */

import { fitted, Stroke } from "./strokes.js";

/** @typedef {import("./protocol.d.ts").Drawing} Drawing */

/** Length of a picture's side in its own units, as on the pads that the drawings were made on. */
const SIDE = 200;
const MARGIN = 26;
const PEN_WIDTH = 9;
/** Pictures are painted this far, in CSS pixels, before they are scrolled into sight. */
const AHEAD = "300px";

export class Thumbnails {
  /** @type {Map<Element, Drawing>} */
  #drawings = new Map();
  #observer;

  constructor() {
    this.#observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: AHEAD });
    addEventListener("schemechange", () => this.#paintAnew());
    addEventListener("resize", () => this.#paintAnew());
  }

  /** @param {Drawing} drawing of any size */
  create(drawing) {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    this.#drawings.set(canvas, drawing);
    this.#observer.observe(canvas);
    return canvas;
  }

  /** @param {HTMLCanvasElement} canvas that is not shown any more */
  release(canvas) {
    this.#drawings.delete(canvas);
    this.#observer.unobserve(canvas);
  }

  /** The ink's colour and the density of pixels may be others now. */
  #paintAnew() {
    for (const canvas of this.#drawings.keys()) {
      this.#observer.unobserve(canvas);
      this.#observer.observe(canvas);
    }
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const drawing = this.#drawings.get(target);
      if (!isIntersecting || !drawing) continue;
      this.#observer.unobserve(target);
      paint(/** @type {HTMLCanvasElement} */ (target), drawing);
    }
  }
}

/**
 * @param {HTMLCanvasElement} canvas its ink has the element's CSS `color`
 * @param {Drawing} drawing
 */
function paint(canvas, drawing) {
  const side = Math.round(canvas.clientWidth * devicePixelRatio);
  canvas.width = side;
  canvas.height = side;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(side / SIDE, side / SIDE);
  context.fillStyle = getComputedStyle(canvas).color;
  if ("strokes" in drawing) drawStrokes(context, drawing.strokes);
  else drawPixels(context, drawing);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {readonly import("./protocol.d.ts").Stroke[]} strokes
 */
function drawStrokes(context, strokes) {
  const inked = strokes.map(({ x, y }) => new Stroke(PEN_WIDTH, false, Array.from(x, (left, at) => [left, y[at], 0.5])));
  for (const stroke of fitted(inked, SIDE, MARGIN, PEN_WIDTH)) stroke.paint(context);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ pixels: Uint8ClampedArray | Uint8Array, width: number, height: number }} drawing
 */
function drawPixels(context, { pixels, width, height }) {
  const ink = new OffscreenCanvas(width, height);
  const inkContext = /** @type {OffscreenCanvasRenderingContext2D} */ (ink.getContext("2d"));
  inkContext.putImageData(new ImageData(coverage(pixels), width, height), 0, 0);
  inkContext.globalCompositeOperation = "source-in";
  inkContext.fillStyle = context.fillStyle;
  inkContext.fillRect(0, 0, width, height);
  const scale = (SIDE - 2 * MARGIN) / Math.max(width, height);
  const [across, down] = [width * scale, height * scale];
  context.drawImage(ink, (SIDE - across) / 2, (SIDE - down) / 2, across, down);
}

/**
 * Where the ink is, as transparency: what see-through paper shows, else what differs from the paper's first pixel.
 * @param {Uint8ClampedArray | Uint8Array} pixels RGBA
 */
function coverage(pixels) {
  const seeThrough = pixels.some((value, at) => at % 4 === 3 && value < 128);
  const ink = new Uint8ClampedArray(pixels.length);
  for (let at = 0; at < pixels.length; at += 4) {
    ink[at + 3] = seeThrough ? pixels[at + 3] : Math.abs(pixels[at] - pixels[0]);
  }
  return ink;
}
