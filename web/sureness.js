/** How sure the recogniser was, in words rather than numbers: a caption at a new sticker that soon leaves. */

import { reducedMotion } from "./morph.js";
import { strings } from "./strings.js";

/** @typedef {keyof typeof strings.sureness} Sureness */

/** The least confidence of each level; under the last one nothing is recognised. */
const SURE = 0.9;
const FAIRLY_SURE = 0.7;

const SHOWN_MS = 2400;
/** The caption comes when the ink has become the sticker. */
const DELAY_MS = 400;
/** Room between the caption and the window's edge. */
const MARGIN = 8;
const COME_AND_GO = [
  { opacity: 0, transform: "translateY(-4px)" },
  { opacity: 1, transform: "none", offset: 0.08 },
  { opacity: 1, offset: 0.85 },
  { opacity: 0 },
];
const STAND_STILL = [{ opacity: 1 }, { opacity: 1 }];

/**
 * @param {number} confidence from 0 to 1, of a drawing that was recognised
 * @returns {Sureness}
 */
export function surenessOf(confidence) {
  if (confidence >= SURE) return "sure";
  return confidence >= FAIRLY_SURE ? "fairly" : "guess";
}

/**
 * Shows the caption for a while. It is hidden from assistive technology, which hears the same from the status and the
 * sticker's description.
 * @param {HTMLElement} sticker
 * @param {Sureness} sureness
 */
export async function showSureness(sticker, sureness) {
  const caption = document.createElement("span");
  caption.className = "sureness";
  caption.dataset.level = sureness;
  caption.setAttribute("aria-hidden", "true");
  caption.textContent = strings.sureness[sureness];
  sticker.append(caption);
  keepInWindow(caption);
  const frames = reducedMotion.matches ? STAND_STILL : COME_AND_GO;
  await caption.animate(frames, { duration: SHOWN_MS, delay: DELAY_MS, fill: "backwards" }).finished;
  caption.remove();
}

/** @param {HTMLElement} caption under the sticker's middle, wherever that is */
function keepInWindow(caption) {
  const { left, right, bottom } = caption.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const aside = Math.max(MARGIN - left, 0) + Math.min(clientWidth - MARGIN - right, 0);
  caption.style.marginLeft = `${aside}px`;
  caption.style.marginTop = `${Math.min(clientHeight - MARGIN - bottom, 0)}px`;
}
