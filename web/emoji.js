/**
 * Emoji of our own, for a system that has none, and what emoji are called in a language: each is fetched only where it
 * is needed, and kept for when there is no network.
 */

import { about } from "./strings.js";

const FAMILY = "Inkmoji Emoji";
const FONT = new URL("./vendor/twemoji/twemoji.woff2", import.meta.url).href;
/** What emoji are called in the page's language. */
export const NAMES = new URL(`./vendor/emoji-picker-element-data/${about.emoji.data}/data.json`, import.meta.url).href;
/** The service worker answers from it: `sw.js`. */
const CACHE = `inkmoji:${new URL(".", import.meta.url).pathname}:emoji`;
/** What the font knows, in the counting of Unicode. */
const VERSION = 15;
/** A page that cannot have its emoji soon is better than none. */
const LONGEST_WAIT_MS = 5000;
const SAMPLE = "🐟";
const SIDE = 24;
const LEAST_COLOUR = 64;

/** The version of emoji that can be shown, if they are ours; otherwise the system knows. @type {number | undefined} */
export const emojiVersion = systemHasEmoji() ? undefined : VERSION;

/** Whether an emoji that is painted black has colours all the same: what stands for a missing one has not. */
function systemHasEmoji() {
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.font = `${SIDE}px "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif`;
  context.fillText(SAMPLE, 0, SIDE);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return data.some((value, index) => index % 4 !== 3 && value > LEAST_COLOUR);
}

/** Settles when emoji can be shown and measured, or cannot be had. */
export async function prepareEmoji() {
  if (emojiVersion === undefined) return;
  document.documentElement.dataset.emoji = "own";
  const late = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS));
  await Promise.race([document.fonts.load(`${SIDE}px "${FAMILY}"`, SAMPLE).catch(() => {}), late]);
  // A browser may refuse to keep anything: then there are emoji as long as there is a network.
  void keep(FONT).catch(() => {});
}

/** Once nothing more urgent is left to do. */
export function keepNames() {
  void keep(NAMES).catch(() => {});
}

/** @param {string} address  which the browser may just have loaded */
async function keep(address) {
  const cache = await caches.open(CACHE);
  if (!(await cache.match(address))) await cache.add(address);
}
