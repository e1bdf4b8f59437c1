/** Telling a scribble, which rubs a sticker out, from a stroke that is meant to stay. No DOM. */

import { extentOf } from "./strokes.js";

/** @typedef {import("./strokes.js").Point} Point */
/** @typedef {import("./strokes.js").Box} Box */
/** @typedef {import("./strokes.js").Stroke} Stroke */

const LEAST_REVERSALS = 3;
/** How far back the pen must come to count as turned round, as a share of the scribble's length. */
const TURN = 0.25;
/** A pass that strays sideways by more than this share of its length is part of a curve: a circle strays by a half. */
const STRAY = 0.45;

/**
 * The direction that most of the pen's way follows, as a unit vector. Angles are doubled before they are averaged, so
 * that there and back count as one direction.
 * @param {readonly Point[]} points
 */
function mainDirection(points) {
  let cosine = 0;
  let sine = 0;
  for (let i = 1; i < points.length; i++) {
    const dx = points[i][0] - points[i - 1][0];
    const dy = points[i][1] - points[i - 1][1];
    const length = Math.hypot(dx, dy);
    if (length === 0) continue;
    cosine += (dx * dx - dy * dy) / length;
    sine += (2 * dx * dy) / length;
  }
  const angle = Math.atan2(sine, cosine) / 2;
  return { x: Math.cos(angle), y: Math.sin(angle) };
}

/**
 * Indices at which the values turn round, swings below `threshold` ignored; the first and the last index included.
 * @param {readonly number[]} values
 * @param {number} threshold
 */
function turningPoints(values, threshold) {
  const turns = [0];
  let extreme = 0;
  let rising = 0;
  for (let i = 1; i < values.length; i++) {
    const swing = values[i] - values[extreme];
    if (rising === 0) {
      if (Math.abs(swing) >= threshold) [rising, extreme] = [Math.sign(swing), i];
    } else if (swing * rising >= 0) {
      extreme = i;
    } else if (Math.abs(swing) >= threshold) {
      turns.push(extreme);
      [rising, extreme] = [-rising, i];
    }
  }
  turns.push(extreme);
  return turns;
}

/** @param {readonly number[]} values */
function rangeOf(values) {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return most - least;
}

/**
 * How often the pen turned round and went back along nearly the way it came.
 * @param {readonly Point[]} points
 */
export function countReversals(points) {
  const direction = mainDirection(points);
  const along = points.map(([x, y]) => x * direction.x + y * direction.y);
  const across = points.map(([x, y]) => y * direction.x - x * direction.y);
  const turns = turningPoints(along, Math.max(rangeOf(along) * TURN, 1));
  let passes = 0;
  for (let i = 1; i < turns.length; i++) {
    const length = Math.abs(along[turns[i]] - along[turns[i - 1]]);
    const stray = rangeOf(across.slice(turns[i - 1], turns[i] + 1));
    if (stray <= STRAY * length) passes += 1;
  }
  return Math.max(passes - 1, 0);
}

/**
 * Whether the stroke goes to and fro across the box: it must turn at least three times, reach over half of the
 * box in one direction and some of it in the other, and be of the box's order of size.
 * @param {Stroke} stroke
 * @param {Box} box
 */
export function scribblesOut(stroke, box) {
  const { bounds } = stroke;
  const side = extentOf(box);
  const wide = (Math.min(bounds.right, box.right) - Math.max(bounds.left, box.left)) / side;
  const high = (Math.min(bounds.bottom, box.bottom) - Math.max(bounds.top, box.top)) / side;
  const covers = Math.max(wide, high) >= 0.5 && Math.min(wide, high) >= 0.1;
  return covers && extentOf(bounds) <= 3 * side && countReversals(stroke.points) >= LEAST_REVERSALS;
}
