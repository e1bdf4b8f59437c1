/**
 * Strokes: what a pen leaves behind, and the geometry the page needs of it. No DOM.
 *
 * Lengths are in the units of the surface the stroke was drawn on: CSS pixels on the board.
 */

import { getStroke, getStrokeOutlinePoints, getStrokePoints } from "./vendor/perfect-freehand/index.mjs";

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box */
/** @typedef {{ left: number, top: number, side: number }} Square */
/** @typedef {[x: number, y: number, pressure: number]} Point */
/** @typedef {{ path: Path2D, box: Box }} Piece */

/** What a stroke is outlined in: so many points at a time, each piece reaching so many into the one before. */
const PIECE = 64;
const OVERLAP = 16;
/** A stroke smaller than this, in CSS pixels, is a tap. */
const TAP = 6;

/** One pull of the pen. */
export class Stroke {
  /** Of the first points: these do not change any more. @type {Piece[]} */
  #pieces = [];
  /** Of the last points, once the stroke has ended. @type {Piece | null} */
  #last = null;
  /** @type {import("./vendor/perfect-freehand/index.mjs").StrokePoint[] | null} */
  #smooth = null;

  /**
   * @param {number} width of the pen
   * @param {boolean} pressed whether the points carry real pressure; otherwise speed stands in for it
   * @param {Point[]} points
   */
  constructor(width, pressed, points = []) {
    this.width = width;
    this.pressed = pressed;
    /** @type {Point[]} */
    this.points = [];
    /** The box of the pen's path, without the pen's width. */
    this.bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (const point of points) this.add(point);
    this.ended = points.length > 0;
  }

  /** @param {Point} point */
  add(point) {
    const [x, y] = point;
    this.points.push(point);
    this.bounds = union(this.bounds, { left: x, top: y, right: x, bottom: y });
  }

  end() {
    this.ended = true;
  }

  /** How perfect-freehand draws it. */
  get #style() {
    const { width: size, pressed, ended: last } = this;
    return { size, thinning: 0.5, smoothing: 0.5, streamline: 0.25, simulatePressure: !pressed, last };
  }

  /** The ink's outline as an SVG path has it. */
  get pathData() {
    const pen = new SvgPen();
    trace(getStroke(this.points, this.#style), pen);
    return pen.data;
  }

  /** Whether all of its ink is ready to be painted; while a stroke grows there is little left to do. */
  get isOutlined() {
    return !this.ended || this.#last !== null;
  }

  /** Outlines another piece of a stroke that has ended. */
  outlineMore() {
    const smooth = (this.#smooth ??= getStrokePoints(this.points, this.#style));
    if (this.#settle(smooth)) return;
    this.#last = this.#piece(smooth, this.#settled, smooth.length);
    this.#smooth = null;
  }

  /** Outlines that together are the ink, as far as it is outlined; while the stroke grows only the last one changes. */
  get pieces() {
    if (this.ended) return this.#last ? [...this.#pieces, this.#last] : this.#pieces;
    const smooth = getStrokePoints(this.points, this.#style);
    while (this.#settle(smooth));
    return [...this.#pieces, this.#piece(smooth, this.#settled, smooth.length)];
  }

  /** Paints all of the ink. @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context */
  paint(context) {
    while (!this.isOutlined) this.outlineMore();
    for (const { path } of this.pieces) context.fill(path);
  }

  /**
   * Makes the next piece, if there are enough points for it and another one.
   * @param {import("./vendor/perfect-freehand/index.mjs").StrokePoint[]} smooth
   */
  #settle(smooth) {
    const start = this.#settled;
    if (start + 2 * PIECE >= smooth.length) return false;
    this.#pieces.push(this.#piece(smooth, start, start + PIECE));
    return true;
  }

  /**
   * @param {import("./vendor/perfect-freehand/index.mjs").StrokePoint[]} smooth
   * @param {number} start
   * @param {number} end
   * @returns {Piece}
   */
  #piece(smooth, start, end) {
    const part = smooth.slice(Math.max(start - OVERLAP, 0), end);
    const path = outlinePath(getStrokeOutlinePoints(part, this.#style));
    return { path, box: inflate(boxAround(part.map(({ point }) => point)), this.width) };
  }

  /** Points in pieces that do not change any more. */
  get #settled() {
    return this.#pieces.length * PIECE;
  }

  /** The box of the ink that may look different since `pieces` were asked for last. */
  get freshBox() {
    if (this.#last || this.#settled === 0) return this.inkBox;
    return inflate(boxAround(this.points.slice(Math.max(this.#settled - OVERLAP, 0))), this.width);
  }

  /** The box of the ink, pen width included. */
  get inkBox() {
    return inflate(this.bounds, this.width);
  }

  /**
   * The same stroke moved and scaled, for a surface with a pen of its own.
   * @param {number} scale
   * @param {number} dx
   * @param {number} dy
   * @param {number} width
   */
  transformed(scale, dx, dy, width) {
    const points = this.points.map(
      ([x, y, pressure]) => /** @type {Point} */ ([x * scale + dx, y * scale + dy, pressure]),
    );
    return new Stroke(width, this.pressed, points);
  }
}

/** Writes what it draws as the data of an SVG path, to the hundredth of a unit. */
class SvgPen {
  data = "";

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    this.#write("M", x, y);
  }

  /** @param {...number} places */
  quadraticCurveTo(...places) {
    this.#write("Q", ...places);
  }

  closePath() {
    this.#write("Z");
  }

  /** @param {string} command @param {...number} places */
  #write(command, ...places) {
    this.data += command + places.map((place) => Math.round(100 * place) / 100).join(" ");
  }
}

/** @param {number[][]} polygon */
function outlinePath(polygon) {
  const path = new Path2D();
  trace(polygon, path);
  return path;
}

/**
 * Rounds a polygon: its edges' midpoints are joined by curves that bend at its corners.
 * @param {number[][]} polygon
 * @param {Path2D | SvgPen} path
 */
function trace(polygon, path) {
  if (polygon.length < 3) return;
  const middle = (/** @type {number} */ i) => {
    const [a, b] = [polygon[i % polygon.length], polygon[(i + 1) % polygon.length]];
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  };
  const [startX, startY] = middle(0);
  path.moveTo(startX, startY);
  for (let i = 1; i <= polygon.length; i++) {
    const [cornerX, cornerY] = polygon[i % polygon.length];
    const [x, y] = middle(i);
    path.quadraticCurveTo(cornerX, cornerY, x, y);
  }
  path.closePath();
}

/** @param {readonly number[][]} points at least one */
function boxAround(points) {
  return points.map(([x, y]) => ({ left: x, top: y, right: x, bottom: y })).reduce(union);
}

/**
 * The box of the pen's path, without the pen's width.
 * @param {readonly Stroke[]} strokes at least one
 */
export function boundsOf(strokes) {
  return strokes.map((stroke) => stroke.bounds).reduce(union);
}

/**
 * @param {Box} box
 * @param {number} by
 * @returns {Box}
 */
export function inflate(box, by) {
  return { left: box.left - by, top: box.top - by, right: box.right + by, bottom: box.bottom + by };
}

/**
 * @param {Box} a
 * @param {Box} b
 * @returns {Box}
 */
export function union(a, b) {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/**
 * @param {Box} a
 * @param {Box} b
 * @returns {Box}
 */
export function intersection(a, b) {
  return {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  };
}

/**
 * @param {Box} a
 * @param {Box} b
 */
export function overlaps(a, b) {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;
}

/** @param {Box} box */
export function extentOf(box) {
  return Math.max(box.right - box.left, box.bottom - box.top);
}

/** Whether the pen hardly moved. @param {Stroke} stroke @param {number} scale CSS pixels in one unit of length */
export function isTap(stroke, scale) {
  return extentOf(stroke.bounds) * scale < TAP;
}

/**
 * The square around a box, with the same centre.
 * @param {Box} box
 * @param {number} least the smallest side
 * @returns {Square}
 */
export function squareAround(box, least) {
  const side = Math.max(extentOf(box), least);
  return { left: (box.left + box.right - side) / 2, top: (box.top + box.bottom - side) / 2, side };
}

/**
 * The strokes scaled to the middle of a square surface, for instance of a board's drawing on a pad.
 * @param {readonly Stroke[]} strokes
 * @param {number} side of the surface
 * @param {number} margin to leave free
 * @param {number} width of the surface's pen
 */
export function fitted(strokes, side, margin, width) {
  const box = boundsOf(strokes);
  const scale = (side - 2 * margin) / Math.max(extentOf(box), 1);
  const dx = side / 2 - ((box.left + box.right) / 2) * scale;
  const dy = side / 2 - ((box.top + box.bottom) / 2) * scale;
  return strokes.map((stroke) => stroke.transformed(scale, dx, dy, width));
}

/**
 * The strokes as the client takes them: coordinates only.
 * @param {readonly Stroke[]} strokes
 */
export function toDrawing(strokes) {
  return {
    strokes: strokes.map(({ points }) => ({
      x: Float32Array.from(points, (point) => point[0]),
      y: Float32Array.from(points, (point) => point[1]),
    })),
  };
}
