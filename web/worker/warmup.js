/**
 * Lets the first drawing be answered as quickly as later ones. A browser compiles anew, and better, what runs often: of
 * Python's answers the first take three times as long as the hundredth.
 */

import { ticker } from "./pump.js";

/** @typedef {import("../protocol.d.ts").PyDrawing} PyDrawing */

const ANSWERS = 60;
/** @type {PyDrawing} */
const SCRIBBLE = {
  points: Float32Array.from({ length: 120 }, (_, at) => (at % 2 ? 40 * Math.sin(at / 9) : at * (1 + (at % 3)))),
  lengths: Int32Array.of(20, 30, 10),
};

/**
 * Answers a drawing of nobody's again and again; whatever is asked meanwhile goes first.
 *
 * @param {import("./queue.js").Queue} queue
 * @param {(drawing: PyDrawing) => unknown} predict
 */
export async function warmUp(queue, predict) {
  const tick = ticker();
  try {
    for (let answer = 0; answer < ANSWERS; answer += 1) {
      await tick();
      await queue.run(() => predict(SCRIBBLE));
    }
  } catch {
    // Whoever asks for something else hears of it.
  }
}
