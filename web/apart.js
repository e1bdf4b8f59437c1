/** How well stickers are told apart, in plain words, as a small bar, and on a map. */

import { strings } from "./strings.js";

/** @typedef {import("./protocol.d.ts").Separation} Separation */
/** @typedef {"unknown" | "alone" | "well" | "some" | "badly"} Level */

/** From this margin on a sticker is well told apart. */
const WELL = 0.95;
/** Below this one in four drawings or more, as the model sees it, is taken for another sticker. */
const SOME = 0.75;
/** Below this the drawings of a sticker do not support one another. */
const RECOGNIZED = 0.5;

/** @param {Separation} separation @returns {Level} */
export function levelOf({ margin, recognized, nearest }) {
  if (margin === null || recognized === null) return "unknown";
  if (margin < SOME || recognized < RECOGNIZED) return "badly";
  if (nearest === null) return "alone";
  return margin < WELL ? "some" : "well";
}

/** @param {Separation} separation whether it is easily taken for its neighbour, or that one for it */
export function isMixedUp({ margin, nearest }) {
  return margin !== null && nearest !== null && margin < SOME;
}

/** How good that is, from 0 to 1; null: not known. @param {Separation} separation */
export function qualityOf({ margin, recognized }) {
  return margin === null || recognized === null ? null : Math.min(margin, recognized);
}

/**
 * @param {Separation} separation
 * @param {string} neighbour the text of the nearest sticker
 */
export function describeSeparation(separation, neighbour) {
  const level = levelOf(separation);
  // Not mixed up with another one, and still not recognised.
  if (level === "badly" && !isMixedUp(separation)) return strings.apart.scattered;
  return strings.apart[level](neighbour);
}
