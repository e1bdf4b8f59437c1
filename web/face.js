/** Setting a sticker's emoji, text or picture so that its visible shape fills a square. */

import { nameOf } from "./look.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./strokes.js").Square} Square */
/** @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context */

const SVG = "http://www.w3.org/2000/svg";
const MEASURED_AT = 100;
const MOST_GRAPHEMES = 12;
const INLINE_SIDE = 24;
/** Of the characters that no font has to know. */
const FIRST_PRIVATE = 0xe000;

/** Anything but controls, joiners, spaces and marks that have nothing to stand on. */
const VISIBLE = /[^\p{Cc}\p{Cf}\p{Z}\p{M}]/u;

/** @typedef {{ size: number, x: number, y: number }} Setting font size and start of the baseline, in units of the square's side */

const measuring = /** @type {CanvasRenderingContext2D} */ (
  document.createElement("canvas").getContext("2d", { willReadFrequently: true })
);

/** @param {number} size in CSS pixels */
export function faceFont(size) {
  const family = getComputedStyle(document.documentElement).getPropertyValue("--font");
  return `700 ${size}px ${family}`;
}

/**
 * @param {string} text
 * @returns {Setting} for a square of side 1
 */
export function settingOf(text) {
  measuring.font = faceFont(MEASURED_AT);
  const metrics = measuring.measureText(text);
  const width = metrics.actualBoundingBoxLeft + metrics.actualBoundingBoxRight;
  const height = metrics.actualBoundingBoxAscent + metrics.actualBoundingBoxDescent;
  const scale = 1 / Math.max(width, height, 1);
  return {
    size: MEASURED_AT * scale,
    x: (1 - width * scale) / 2 + metrics.actualBoundingBoxLeft * scale,
    y: (1 - height * scale) / 2 + metrics.actualBoundingBoxAscent * scale,
  };
}

/**
 * @param {Look} look
 * @param {number} side of the square, in CSS pixels
 */
export function createFace({ text, image }, side) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "face");
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(image ? createPicture(image, side) : createText(text, side));
  return svg;
}

/**
 * @param {string} text
 * @param {number} side
 */
function createText(text, side) {
  const { size, x, y } = settingOf(text);
  const label = document.createElementNS(SVG, "text");
  label.setAttribute("x", String(x * side));
  label.setAttribute("y", String(y * side));
  label.setAttribute("font-size", String(size * side));
  label.textContent = text;
  return label;
}

/**
 * @param {Uint8Array} png
 * @param {number} side
 */
function createPicture(png, side) {
  const picture = document.createElementNS(SVG, "image");
  picture.setAttribute("href", addressOf(png));
  picture.setAttribute("width", String(side));
  picture.setAttribute("height", String(side));
  return picture;
}

/** An address that is the picture itself, so that nothing need be kept for it. @param {Uint8Array} png */
function addressOf(png) {
  return `data:image/png;base64,${btoa(Array.from(png, (byte) => String.fromCharCode(byte)).join(""))}`;
}

/**
 * Says a sentence about stickers in which pictures are seen where they would be named.
 * @param {HTMLElement} element
 * @param {readonly Look[]} looks
 * @param {(faces: string[]) => string} say
 */
export function illustrate(element, looks, say) {
  /** @type {Map<string, Look>} */
  const pictures = new Map();
  const faces = looks.map((look) => {
    if (!look.image) return look.text;
    // A character that means nothing, for the sentence to put where the picture is to be.
    const mark = String.fromCharCode(FIRST_PRIVATE + pictures.size);
    pictures.set(mark, look);
    return mark;
  });
  const parts = say(faces).split(/([\uE000-\uF8FF])/u);
  element.replaceChildren(...parts.map((part) => {
    const look = pictures.get(part);
    return look ? createInline(look) : part;
  }));
}

/** @param {Look} look */
function createInline(look) {
  const inline = document.createElement("span");
  inline.className = "inline-face";
  inline.setAttribute("role", "img");
  inline.setAttribute("aria-label", nameOf(look));
  inline.append(createFace(look, INLINE_SIDE));
  return inline;
}

/**
 * The face as it would look in a square, as pixels.
 * @param {Look} look
 * @param {number} side in pixels
 * @param {string} color of plain text
 */
export async function rasterise(look, side, color) {
  const paint = await painterOf(look);
  const { canvas } = measuring;
  canvas.width = side;
  canvas.height = side;
  paint(measuring, { left: 0, top: 0, side }, color);
  return measuring.getImageData(0, 0, side, side);
}

/**
 * What paints the face into a square of any canvas.
 * @param {Look} look
 * @returns {Promise<(context: Context, square: Square, color: string) => void>}
 */
export async function painterOf({ text, image }) {
  if (!image) return (context, square, color) => paintText(context, text, square, color);
  const bitmap = await createImageBitmap(new Blob([image.slice()], { type: "image/png" }));
  const longest = Math.max(bitmap.width, bitmap.height);
  return (context, { left, top, side }) => {
    const [width, height] = [(bitmap.width * side) / longest, (bitmap.height * side) / longest];
    context.drawImage(bitmap, left + (side - width) / 2, top + (side - height) / 2, width, height);
    bitmap.close();
  };
}

/** @param {Context} context @param {string} text @param {Square} square @param {string} color */
function paintText(context, text, { left, top, side }, color) {
  const { size, x, y } = settingOf(text);
  context.font = faceFont(size * side);
  context.fillStyle = color;
  // As it was measured: where the text begins does not depend on the page's language.
  context.direction = "ltr";
  context.fillText(text, left + x * side, top + y * side);
}

/**
 * What a person typed, as a face: trimmed, single spaces, at most twelve characters as people count them, or another
 * number; empty where nothing of it can be seen.
 * @param {string} typed
 * @param {number} [most]
 */
export function normalisedFace(typed, most = MOST_GRAPHEMES) {
  const text = typed.trim().replaceAll(/\s+/gu, " ");
  if (!VISIBLE.test(text)) return "";
  const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return Array.from(graphemes.segment(text), ({ segment }) => segment).slice(0, most).join("");
}
