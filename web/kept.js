/**
 * The board in a form that can be kept, and back. No DOM.
 *
 * What comes back may be of another version, of another page or damaged: it is taken whole or not at all. Where the
 * window is another one now, everything moves as little as is needed to be within it, and shrinks only if it must; or,
 * where the person had moved the view, the view does.
 */

import { isPicture } from "./look.js";
import { boxOf } from "./poses.js";
import { inflate, intersection, overlaps, Stroke, union } from "./strokes.js";
import { AT_FIRST, isFirst, ZOOMS } from "./view.js";

/** @typedef {import("./poses.js").Pose} Pose */
/** @typedef {import("./strokes.js").Box} Box */
/** @typedef {import("./strokes.js").Point} Point */
/** @typedef {import("./view.js").Seen} Seen */
/** @typedef {{ width: number, height: number }} Size */
/**
 * @typedef {object} PlacedParts
 * @property {string | null} label
 * @property {Pose} square
 * @property {readonly Stroke[]} drawing that became it; none where that is not known any more
 */
/** @typedef {import("./look.js").Look & PlacedParts} PlacedSticker */
/**
 * @typedef {object} BoardState
 * @property {PlacedSticker[]} stickers
 * @property {Stroke[]} strokes
 * @property {Stroke[][]} unanswered drawings among the strokes that nobody has looked at yet
 * @property {Seen} seen  what is seen of the board
 */
/** @typedef {{ dx: number, dy: number, scale: number }} Move */

const VERSION = 1;
const MOST_STICKERS = 10_000;
const MOST_STROKES = 20_000;
const MOST_TEXT = 1000;
/** Farther away, in CSS pixels, is no place on any screen. */
const FARTHEST = 100_000;
/** In a small window more is seen than a person may choose. */
const LEAST_ZOOM = ZOOMS.least / 20;
const NO_MOVE = { dx: 0, dy: 0, scale: 1 };

/**
 * @param {BoardState} board
 * @param {Size} size of the window
 */
export function toKept({ stickers, strokes, unanswered, seen }, { width, height }) {
  const index = new Map(strokes.map((stroke, at) => [stroke, at]));
  return {
    version: VERSION,
    width,
    height,
    seen: { ...seen },
    stickers: stickers.map(({ square: { left, top, side, turn }, drawing, ...sticker }) => (
      { ...sticker, left, top, side, turn, drawing: drawing.map(flattened) }
    )),
    strokes: strokes.map(flattened),
    unanswered: unanswered.map((drawing) => drawing.flatMap((stroke) => index.get(stroke) ?? [])),
  };
}

/**
 * @param {unknown} value
 * @param {Size} size of the window
 * @returns {BoardState | null} null: there is nothing, or nothing sound
 */
export function fromKept(value, size) {
  const kept = checked(value);
  if (!kept) return null;
  const { seen = AT_FIRST } = kept; // an older page had no other
  const strokes = kept.strokes.map(raised);
  const isMoved = !isFirst(seen);
  const isSame = kept.width === size.width && kept.height === size.height;
  const fit = isSame ? NO_MOVE : moveInto(boxOfAll(kept.stickers, strokes, seen, kept), size);
  const move = isMoved ? NO_MOVE : fit;
  const moved = strokes.map((stroke) => moveStroke(stroke, move));
  return {
    seen: isMoved ? { x: seen.x * fit.scale + fit.dx, y: seen.y * fit.scale + fit.dy, zoom: seen.zoom * fit.scale } : seen,
    // Those of an older page have no image, no drawing and no turn.
    stickers: kept.stickers.map(({ label, text, image = null, drawing = [], left, top, side, turn = 0 }) => ({
      label, text, image,
      square: moveSquare({ left, top, side, turn }, move),
      drawing: drawing.map((each) => moveStroke(raised(each), move)),
    })),
    strokes: moved,
    unanswered: kept.unanswered.map((drawing) => drawing.map((at) => moved[at])),
  };
}

/** @typedef {ReturnType<typeof toKept>} Kept */

/**
 * @param {unknown} value
 * @returns {Kept | null}
 */
function checked(value) {
  const kept = /** @type {Partial<Kept>} */ (value ?? {});
  if (kept.version !== VERSION || !isLength(kept.width) || !isLength(kept.height)) return null;
  if (!isList(kept.stickers, isSticker, MOST_STICKERS) || !isList(kept.strokes, isStroke, MOST_STROKES)) return null;
  if (kept.seen !== undefined && !isSeen(kept.seen)) return null;
  const count = kept.strokes.length;
  const isDrawing = (/** @type {unknown} */ drawing) =>
    isList(drawing, (at) => Number.isInteger(at) && Number(at) >= 0 && Number(at) < count, count) && drawing.length > 0;
  return isList(kept.unanswered, isDrawing, count) ? /** @type {Kept} */ (kept) : null;
}

/**
 * @param {unknown} value
 * @param {(item: unknown) => boolean} isItem
 * @param {number} most
 * @returns {value is unknown[]}
 */
function isList(value, isItem, most) {
  return Array.isArray(value) && value.length <= most && value.every(isItem);
}

/** @param {unknown} value */
function isPlace(value) {
  return typeof value === "number" && Math.abs(value) <= FARTHEST;
}

/** @param {unknown} value */
function isLength(value) {
  return isPlace(value) && Number(value) > 0;
}

/** @param {unknown} value */
function isSeen(value) {
  const { x, y, zoom } = /** @type {Partial<Seen>} */ (value ?? {});
  return isPlace(x) && isPlace(y) && typeof zoom === "number" && zoom >= LEAST_ZOOM && zoom <= ZOOMS.most;
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === "string" && value.length > 0 && value.length <= MOST_TEXT;
}

/** @param {unknown} value */
function isSticker(value) {
  const { label, text, image = null, left, top, side, turn = 0, drawing = [] } =
    /** @type {Partial<Kept["stickers"][0]>} */ (value ?? {});
  const looks = image === null ? isText(text) : isPicture(image) && (text === "" || isText(text));
  const placed = isPlace(left) && isPlace(top) && isLength(side) && typeof turn === "number" && Math.abs(turn) <= 180;
  return (label === null || isText(label)) && looks && placed && isList(drawing, isStroke, MOST_STROKES);
}

/** @param {unknown} value */
function isStroke(value) {
  const { width, pressed, points } = /** @type {Partial<Kept["strokes"][0]>} */ (value ?? {});
  if (!isLength(width) || typeof pressed !== "boolean" || !(points instanceof Float32Array)) return false;
  return points.length > 0 && points.length % 3 === 0 && points.every(isPlace);
}

/** A stroke as it is kept. @param {Stroke} stroke */
function flattened({ width, pressed, points }) {
  return { width, pressed, points: Float32Array.from(points.flat()) };
}

/** The stroke again. @param {ReturnType<typeof flattened>} kept */
function raised({ width, pressed, points }) {
  return new Stroke(width, pressed, inThrees(points));
}

/** @param {Float32Array} numbers */
function inThrees(numbers) {
  return Array.from({ length: numbers.length / 3 }, (_, at) => {
    return /** @type {Point} */ ([numbers[3 * at], numbers[3 * at + 1], numbers[3 * at + 2]]);
  });
}

/**
 * The box of everything in the window, or nothing where there is nothing. What was in sight counts as far as it was; what was not,
 * because the window had become smaller, counts wholly.
 * @param {Kept["stickers"]} stickers
 * @param {readonly Stroke[]} strokes
 * @param {Seen} seen
 * @param {Size} size of the window
 */
function boxOfAll(stickers, strokes, { x, y, zoom }, { width, height }) {
  const sight = { left: 0, top: 0, right: width, bottom: height };
  const boxes = stickers.map(({ left, top, side, turn = 0 }) => boxOf({ left, top, side, turn }));
  return [...boxes, ...strokes.map((stroke) => inflate(stroke.bounds, stroke.width / 2))]
    .map(({ left, top, right, bottom }) => (
      { left: left * zoom + x, top: top * zoom + y, right: right * zoom + x, bottom: bottom * zoom + y }
    ))
    .map((box) => (overlaps(box, sight) ? intersection(box, sight) : box))
    .reduce(union, NOTHING);
}

const NOTHING = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };

/**
 * @param {Box} box of everything
 * @param {Size} size of the window to be within
 * @returns {Move}
 */
function moveInto({ left, top, right, bottom }, { width, height }) {
  if (left >= right || top >= bottom) return NO_MOVE;
  const scale = Math.min(1, width / (right - left), height / (bottom - top));
  return { dx: shift(left * scale, right * scale, width), dy: shift(top * scale, bottom * scale, height), scale };
}

/**
 * @param {number} start
 * @param {number} end
 * @param {number} length to be within
 */
function shift(start, end, length) {
  return Math.max(Math.min(0, length - end), -start);
}

/** @param {Stroke} stroke @param {Move} move */
function moveStroke(stroke, { dx, dy, scale }) {
  return stroke.transformed(scale, dx, dy, stroke.width * scale);
}

/**
 * @param {Pose} square
 * @param {Move} move
 */
function moveSquare({ left, top, side, turn }, { dx, dy, scale }) {
  return { left: left * scale + dx, top: top * scale + dy, side: side * scale, turn };
}
