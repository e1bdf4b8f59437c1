/** The board as a picture: its stickers with their ink over them, and nothing else. */

import { createFace, painterOf } from "./face.js";
import { boxOf, middleOf } from "./poses.js";
import { inflate, union } from "./strokes.js";

/** @typedef {import("./kept.js").PlacedSticker} PlacedSticker */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {{ stickers: readonly PlacedSticker[], strokes: readonly Stroke[] }} Content */

/** Left free around everything, in CSS pixels. */
const MARGIN = 24;
const SVG = "http://www.w3.org/2000/svg";
/** Pixels of the longer side; more is more than some browsers' canvases hold. */
const MOST_SIDE = 8192;

/**
 * Pixels of the picture.
 * @param {Content} content something
 * @param {number} scale pixels for each CSS pixel; fewer where that would be too many
 */
export function sizeOf({ stickers, strokes }, scale) {
  const boxes = [
    ...stickers.map(({ square }) => boxOf(square)),
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
  content.stickers.forEach(({ square: { turn, ...square } }, at) => {
    const { x, y } = middleOf(square);
    context.save();
    context.translate(x, y);
    context.rotate((turn * Math.PI) / 180);
    context.translate(-x, -y);
    painters[at](context, square, ink);
    context.restore();
  });
  context.fillStyle = ink;
  for (const stroke of content.strokes) stroke.paint(context);
  return canvas.convertToBlob({ type: "image/png" });
}

/**
 * @param {Content} content something
 * @param {{ ink: string, paper: string | null }} colors without paper it is see-through
 * @returns an SVG, sharp at any size; emoji and texts are drawn with the fonts of whoever looks at it
 */
export function vectorOf(content, { ink, paper }) {
  const { left, top, width, height } = sizeOf(content, 1);
  const svg = document.createElementNS(SVG, "svg");
  const font = getComputedStyle(document.documentElement).getPropertyValue("--font");
  const box = { x: left, y: top, width, height };
  setAll(svg, { width, height, viewBox: Object.values(box).join(" "), "font-family": font, "font-weight": 700, fill: ink });
  if (paper) svg.append(setAll(document.createElementNS(SVG, "rect"), { ...box, fill: paper }));
  for (const { square, ...look } of content.stickers) {
    const { left, top, side, turn } = square;
    const { x, y } = middleOf(square);
    const place = setAll(document.createElementNS(SVG, "g"), { transform: `rotate(${turn} ${x} ${y})` });
    place.append(setAll(createFace(look, side), { x: left, y: top, width: side, height: side }));
    svg.append(place);
  }
  for (const { pathData } of content.strokes) svg.append(setAll(document.createElementNS(SVG, "path"), { d: pathData }));
  return new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
}

/**
 * @template {Element} Kind
 * @param {Kind} element
 * @param {Record<string, string | number>} attributes
 */
function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
