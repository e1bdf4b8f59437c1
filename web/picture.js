/** A picture of the person's own, from any file that the browser can show to a small PNG with nothing else in it. */

import { InkmojiError } from "./errors.js";
import { inBytes } from "./formats.js";
import { MOST_BYTES } from "./look.js";
import { strings } from "./strings.js";

/** More, in bytes, is no picture for a sticker. */
const MOST_FILE = 32 << 20;
/** Pixels of the longer side. */
const MOST_SIDE = 128;
/** Pixels of the longer side in which the margins are looked for. */
const SEARCHED_SIDE = 512;
/** What is too large is tried again at this share of its size. */
const SMALLER = 0.85;

/** @typedef {{ left: number, top: number, width: number, height: number }} Part  of a bitmap, in its pixels */

/**
 * @param {Blob} file
 * @returns {Promise<Uint8Array<ArrayBuffer>>} a PNG of the file's picture without see-through margins
 * @throws {InkmojiError} "picture-large", "picture-unreadable", "picture-empty"
 */
export async function readPicture(file) {
  const bitmap = await openPicture(file);
  try {
    const part = visiblePart(bitmap);
    if (!part) throw new InkmojiError("picture-empty", strings.teach.pictureEmpty);
    return await encoded(bitmap, part);
  } finally {
    bitmap.close();
  }
}

/**
 * @param {Blob} file
 * @throws {InkmojiError} "picture-large", "picture-unreadable"
 */
async function openPicture(file) {
  if (file.size > MOST_FILE) {
    throw new InkmojiError("picture-large", strings.teach.pictureLarge(inBytes(MOST_FILE), inBytes(file.size)));
  }
  return await createImageBitmap(file).catch(() => {
    throw new InkmojiError("picture-unreadable", strings.teach.pictureUnreadable);
  });
}

/**
 * The pixels of a file's picture, made smaller if need be.
 * @param {Blob} file
 * @param {number} most  pixels of the longer side
 * @returns {Promise<{ pixels: ImageData, side: number }>} and the picture's own longer side
 * @throws {InkmojiError} "picture-large", "picture-unreadable"
 */
export async function readPixels(file, most) {
  const bitmap = await openPicture(file);
  const { width, height } = bitmap;
  const { canvas, context } = drawn(bitmap, { left: 0, top: 0, width, height }, most);
  bitmap.close();
  return { pixels: context.getImageData(0, 0, canvas.width, canvas.height), side: Math.max(width, height) };
}

/**
 * What is left without see-through margins, as faces fill their square.
 * @param {ImageBitmap} bitmap
 * @returns {Part | null} null: there is nothing to see
 */
function visiblePart(bitmap) {
  const { width, height } = bitmap;
  const { canvas, context } = drawn(bitmap, { left: 0, top: 0, width, height }, SEARCHED_SIDE);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let [left, top, right, bottom] = [canvas.width, canvas.height, 0, 0];
  for (let at = 3; at < data.length; at += 4) {
    if (data[at] === 0) continue;
    const [x, y] = [((at - 3) / 4) % canvas.width, Math.floor(at / 4 / canvas.width)];
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x + 1), Math.max(bottom, y + 1)];
  }
  const [across, down] = [width / canvas.width, height / canvas.height];
  if (left >= right) return null;
  return { left: left * across, top: top * down, width: (right - left) * across, height: (bottom - top) * down };
}

/**
 * @param {ImageBitmap} bitmap
 * @param {Part} part
 */
async function encoded(bitmap, part) {
  for (let side = MOST_SIDE; ; side = Math.floor(side * SMALLER)) {
    const png = await drawn(bitmap, part, side).canvas.convertToBlob({ type: "image/png" });
    if (png.size <= MOST_BYTES) return new Uint8Array(await png.arrayBuffer());
  }
}

/**
 * @param {ImageBitmap} bitmap
 * @param {Part} part  that is drawn, in its own shape
 * @param {number} most  pixels of the longer side; what is smaller stays so
 */
function drawn(bitmap, { left, top, width, height }, most) {
  const scale = Math.min(1, most / Math.max(width, height));
  const [columns, rows] = [width, height].map((length) => Math.max(Math.round(length * scale), 1));
  const canvas = new OffscreenCanvas(columns, rows);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, left, top, width, height, 0, 0, columns, rows);
  return { canvas, context };
}
