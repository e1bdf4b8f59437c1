/** How far a change of the stickers is, as a share of a bar. */

/** @typedef {{ event: string, done: number, total: number }} Progress */

/** Share of the bar for the learning itself; the rest is for saving what was learned. */
const LEARNING_SHARE = 0.9;

export const BEGUN = { event: "training-begin", done: 0, total: 1 };

/**
 * @param {Progress} progress
 * @returns {{ percent: number, saving: boolean }}
 */
export function progressOf({ event, done, total }) {
  const saving = event === "saving";
  const share = saving ? LEARNING_SHARE : (LEARNING_SHARE * done) / Math.max(total, 1);
  return { percent: Math.floor(100 * share), saving };
}
