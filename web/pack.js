/** Drawings on their way to the worker: always copies, so that the caller keeps what is its own. */

import { InkmojiError } from "./errors.js";

/**
 * @typedef {import("./protocol.d.ts").Drawing} Drawing
 * @typedef {import("./protocol.d.ts").PyDrawing} PyDrawing
 * @typedef {import("./protocol.d.ts").Stroke} Stroke
 */

/**
 * @param {Drawing} drawing
 * @returns {{packed: PyDrawing, buffers: ArrayBuffer[]}} the drawing, and the buffers that can be transferred
 * @throws {InkmojiError} "drawing-malformed"
 */
export function pack(drawing) {
  if ("strokes" in drawing) {
    const points = interleave(drawing.strokes);
    const lengths = Int32Array.from(drawing.strokes, ({ x }) => x.length);
    return { packed: { points, lengths }, buffers: [points.buffer, lengths.buffer] };
  }
  if ("pixels" in drawing) {
    const pixels = new Uint8Array(drawing.pixels);
    const { width, height } = drawing;
    return { packed: { pixels, width, height }, buffers: [pixels.buffer] };
  }
  throw new InkmojiError("drawing-malformed", "Expected a drawing with strokes or with pixels, got neither.");
}

/**
 * A drawing as Python gives it back, in the form in which a canvas hands one over.
 *
 * @param {PyDrawing} packed
 * @returns {Drawing}
 */
export function unpack(packed) {
  if ("pixels" in packed) {
    return packed;
  }
  let end = 0;
  const strokes = Array.from(packed.lengths, (length) => {
    const own = packed.points.subarray(2 * end, 2 * (end + length));
    end += length;
    return { x: own.filter((_, index) => index % 2 === 0), y: own.filter((_, index) => index % 2 === 1) };
  });
  return { strokes };
}

/** @param {readonly Stroke[]} strokes */
function interleave(strokes) {
  const points = new Float32Array(2 * strokes.reduce((sum, { x }) => sum + x.length, 0));
  let at = 0;
  for (const { x, y } of strokes) {
    if (x.length !== y.length) {
      const got = `${x.length} x and ${y.length} y`;
      throw new InkmojiError("drawing-malformed", `Expected a y for every x of a stroke, got ${got}.`);
    }
    for (let index = 0; index < x.length; index += 1) {
      points[at] = x[index];
      points[at + 1] = y[index];
      at += 2;
    }
  }
  return points;
}

/** A face as Python takes it, created now. @param {import("./protocol.d.ts").Face} face */
export function asPyFace({ label, text, name = "", image = null }) {
  return { label, text, name, image, created: Date.now() };
}
