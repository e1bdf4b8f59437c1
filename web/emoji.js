/** Emoji of our own, for a system that has none: the font is fetched there only, and kept for when there is no network. */

const FAMILY = "Inkmoji Emoji";
const FONT = new URL("./vendor/twemoji/twemoji.woff2", import.meta.url).href;
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
  void keep().catch(() => {});
}

/** Keeps the font, which the browser has just loaded. */
async function keep() {
  const cache = await caches.open(CACHE);
  if (!(await cache.match(FONT))) await cache.add(FONT);
}
