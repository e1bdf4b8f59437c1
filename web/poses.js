/** How stickers lie: a square each, turned about its middle. No DOM. */

import { boundsOf, squareAround, Stroke } from "./strokes.js";

/** @typedef {import("./strokes.js").Box} Box */
/** @typedef {import("./strokes.js").Point} Point */
/** @typedef {import("./strokes.js").Square} Square */
/** @typedef {import("./view.js").Place} Place */
/** @typedef {Square & { turn: number }} Pose  turned clockwise, in degrees from -180 to 180 */

/** @param {Square} square @returns {Place} */
export function middleOf({ left, top, side }) {
  return { x: left + side / 2, y: top + side / 2 };
}

/** @param {Box} box @returns {Place} */
export function middleOfBox({ left, top, right, bottom }) {
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}

/** @param {Square} square @returns {Box} */
export function boxOfSquare({ left, top, side }) {
  return { left, top, right: left + side, bottom: top + side };
}

/** The box that a box is within which is turned about its middle. @param {Box} box @param {number} turn @returns {Box} */
export function boxAround(box, turn) {
  if (turn === 0) return box;
  const { x, y } = middleOfBox(box);
  const [sine, cosine] = [Math.abs(Math.sin(radians(turn))), Math.abs(Math.cos(radians(turn)))];
  const [across, down] = [(box.right - box.left) / 2, (box.bottom - box.top) / 2];
  const [width, height] = [across * cosine + down * sine, across * sine + down * cosine];
  return { left: x - width, top: y - height, right: x + width, bottom: y + height };
}

/** @param {Pose} pose @returns {Box} that it is within */
export function boxOf({ turn, ...square }) {
  return boxAround(boxOfSquare(square), turn);
}

/** @param {Pose} pose @param {Place} place */
export function covers({ turn, ...square }, place) {
  const middle = middleOf(square);
  const back = turned(place, -turn, middle);
  return Math.max(Math.abs(back.x - middle.x), Math.abs(back.y - middle.y)) <= square.side / 2;
}

/** @param {Pose} pose @param {number} dx @param {number} dy @returns {Pose} */
export function movedBy({ left, top, side, turn }, dx, dy) {
  return { left: left + dx, top: top + dy, side, turn };
}

/** @param {Pose} pose @param {number} factor @param {Place} origin that stays where it is @returns {Pose} */
export function scaledBy({ left, top, side, turn }, factor, { x, y }) {
  return { left: x + (left - x) * factor, top: y + (top - y) * factor, side: side * factor, turn };
}

/** @param {Pose} pose @param {number} degrees clockwise @param {Place} around @returns {Pose} */
export function turnedBy({ turn, ...square }, degrees, around) {
  const { x, y } = turned(middleOf(square), degrees, around);
  const { side } = square;
  return { left: x - side / 2, top: y - side / 2, side, turn: normal(turn + degrees) };
}

/** @param {Place} place @param {number} degrees clockwise @param {Place} around @returns {Place} */
export function turned({ x, y }, degrees, around) {
  if (degrees === 0) return { x, y };
  const [sine, cosine] = [Math.sin(radians(degrees)), Math.cos(radians(degrees))];
  const [dx, dy] = [x - around.x, y - around.y];
  return { x: around.x + dx * cosine - dy * sine, y: around.y + dx * sine + dy * cosine };
}

/**
 * The strokes of a drawing that lies elsewhere by now, larger or smaller, and turned.
 * @param {readonly Stroke[]} strokes
 * @param {Pose} pose
 * @param {number} least the smallest side that the square had at first
 */
export function laidInto(strokes, { turn, ...square }, least) {
  const from = squareAround(boundsOf(strokes), least);
  const scale = square.side / from.side;
  const [dx, dy] = [square.left - from.left * scale, square.top - from.top * scale];
  const middle = middleOf(square);
  return strokes.map(({ width, pressed, points }) => {
    const laid = points.map(([x, y, pressure]) => {
      const place = turned({ x: x * scale + dx, y: y * scale + dy }, turn, middle);
      return /** @type {Point} */ ([place.x, place.y, pressure]);
    });
    return new Stroke(width * scale, pressed, laid);
  });
}

/** @param {Place} place @param {Place} around @returns degrees clockwise from above */
export function directionOf({ x, y }, around) {
  return (Math.atan2(x - around.x, around.y - y) * 180) / Math.PI;
}

/** The same turn, from -180 (not included) to 180. @param {number} degrees */
export function normal(degrees) {
  const rest = (((Math.round(degrees * 100) / 100) % 360) + 360) % 360;
  return rest > 180 ? rest - 360 : rest;
}

/** @param {number} degrees */
function radians(degrees) {
  return (degrees * Math.PI) / 180;
}
