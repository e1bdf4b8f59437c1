/** The board as a picture: its stickers with their ink over them, and nothing else. */

import { painterOf } from "./face.js";
import { inflate, union } from "./strokes.js";

/** @typedef {import("./kept.js").PlacedSticker} PlacedSticker */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {{ stickers: readonly PlacedSticker[], strokes: readonly Stroke[] }} Content */

/** Left free around everything, in CSS pixels. */
const MARGIN = 24;
/** Pixels of the longer side; more is more than some browsers' canvases hold. */
const MOST_SIDE = 8192;

/**
 * Pixels of the picture.
 * @param {Content} content something
 * @param {number} scale pixels for each CSS pixel; fewer where that would be too many
 */
export function sizeOf({ stickers, strokes }, scale) {
  const boxes = [
    ...stickers.map(({ square: { left, top, side } }) => ({ left, top, right: left + side, bottom: top + side })),
    ...strokes.map(({ inkBox }) => inkBox),
  ];
  const { left, top, right, bottom } = inflate(boxes.reduce(union), MARGIN);
  const unit = Math.min(scale, MOST_SIDE / Math.max(right - left, bottom - top));
  return { left, top, unit, width: Math.round((right - left) * unit), height: Math.round((bottom - top) * unit) };
}

/**
 * @param {Content} content something
 * @param {{ scale: number, ink: string, paper: string | null }} options colours; without paper it is see-through
 * @returns {Promise<Blob>} a PNG
 */
export async function pictureOf(content, { scale, ink, paper }) {
  const { left, top, unit, width, height } = sizeOf(content, scale);
  const painters = await Promise.all(content.stickers.map(painterOf));
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  if (paper) {
    context.fillStyle = paper;
    context.fillRect(0, 0, width, height);
  }
  context.setTransform(unit, 0, 0, unit, -left * unit, -top * unit);
  content.stickers.forEach(({ square }, at) => painters[at](context, square, ink));
  context.fillStyle = ink;
  for (const { path } of content.strokes) context.fill(path);
  return canvas.convertToBlob({ type: "image/png" });
}

