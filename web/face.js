/** Setting a sticker's emoji or text so that its visible shape fills a square. */

const SVG = "http://www.w3.org/2000/svg";
const MEASURED_AT = 100;
const MOST_GRAPHEMES = 12;

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
 * @param {string} text
 * @param {number} side of the square, in CSS pixels
 */
export function createFace(text, side) {
  const { size, x, y } = settingOf(text);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "face");
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.setAttribute("aria-hidden", "true");
  const label = document.createElementNS(SVG, "text");
  label.setAttribute("x", String(x * side));
  label.setAttribute("y", String(y * side));
  label.setAttribute("font-size", String(size * side));
  label.textContent = text;
  svg.append(label);
  return svg;
}

/**
 * The face as it would look in a square, as pixels.
 * @param {string} text
 * @param {number} side in pixels
 * @param {string} color of plain text
 */
export function rasterise(text, side, color) {
  const { size, x, y } = settingOf(text);
  const { canvas } = measuring;
  canvas.width = side;
  canvas.height = side;
  measuring.font = faceFont(size * side);
  measuring.fillStyle = color;
  measuring.fillText(text, x * side, y * side);
  return measuring.getImageData(0, 0, side, side);
}

/**
 * What a person typed, as a face: trimmed, single spaces, at most twelve characters as people count them; empty where
 * nothing of it can be seen.
 * @param {string} typed
 */
export function normalisedFace(typed) {
  const text = typed.trim().replaceAll(/\s+/gu, " ");
  if (!VISIBLE.test(text)) return "";
  const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return Array.from(graphemes.segment(text), ({ segment }) => segment).slice(0, MOST_GRAPHEMES).join("");
}
