/** Files of the person's: saving one, and choosing one. */

import { InkmojiError, messageOf } from "./errors.js";
import { inBytes } from "./formats.js";
import { strings } from "./strings.js";

export const EXTENSION = ".inkmoji";
/** @typedef {{ description: string, type: string, extension: string }} Kind of a file */
/** @type {Kind} */
const STICKERS = { description: strings.files.stickers, type: "application/octet-stream", extension: EXTENSION };
/** @type {Kind} */
export const MODEL = { description: strings.files.model, type: "application/octet-stream", extension: ".mlmodel" };
/** @type {Kind} */
export const PICTURE = { description: strings.files.picture, type: "image/png", extension: ".png" };
/** @type {Kind} */
export const VECTOR = { description: strings.files.vector, type: "image/svg+xml", extension: ".svg" };
/** More is in no archive; the format says so. */
export const MOST_BYTES = 64 << 20;
/** A dialog that ends sooner was never seen: the browser has no way to show one. */
const LEAST_SEEN_MS = 400;
/** By then the browser has taken the bytes of a download. */
const TAKEN_MS = 60_000;

/** @typedef {{ createWritable(): Promise<FileSystemWritableFileStream>, name: string }} Target */
/** @typedef {(options: object) => Promise<Target>} ShowSavePicker */

/**
 * Save bytes as a file: where the person says, if the browser lets them say it, else as a download.
 *
 * @param {string} name proposed for the file
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Kind} kind
 * @returns {Promise<{ name: string, downloaded: boolean } | null>} null: the person has decided otherwise
 * @throws {InkmojiError} "file-write"
 */
export async function saveFile(name, bytes, kind = STICKERS) {
  const target = await askWhere(name, kind);
  if (target === null) return null;
  if (target === undefined) {
    download(name, bytes, kind);
    return { name, downloaded: true };
  }
  try {
    await write(target, bytes);
  } catch (error) {
    const problem = `The file ${target.name} could not be written: ${messageOf(error)}`;
    throw new InkmojiError("file-write", `${problem}. Choose another place, then try again.`);
  }
  return { name: target.name, downloaded: false };
}

/**
 * @param {string} name
 * @param {Kind} kind
 * @returns {Promise<Target | null | undefined>} null: the person has cancelled; undefined: the browser cannot ask
 */
async function askWhere(name, { description, type, extension }) {
  const { showSaveFilePicker } = /** @type {{ showSaveFilePicker?: ShowSavePicker }} */ (/** @type {unknown} */ (window));
  const asked = performance.now();
  try {
    const types = [{ description, accept: { [type]: [extension] } }];
    return await showSaveFilePicker?.({ suggestedName: name, types });
  } catch (error) {
    const cancelled = error instanceof DOMException && error.name === "AbortError";
    return cancelled && performance.now() - asked > LEAST_SEEN_MS ? null : undefined;
  }
}

/**
 * What was there before is replaced only once everything is written.
 *
 * @param {Target} target
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function write(target, bytes) {
  const stream = await target.createWritable();
  try {
    await stream.write(bytes);
    await stream.close();
  } catch (error) {
    await stream.abort().catch(() => {});
    throw error;
  }
}

/**
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Kind} kind
 */
function download(name, bytes, { type }) {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), TAKEN_MS);
}

/**
 * The bytes of a file that may be an archive by its size.
 *
 * @param {File} file
 * @throws {InkmojiError} "file-large", "file-read"
 */
export async function readFile(file) {
  if (file.size > MOST_BYTES) {
    const message = `Expected at most ${inBytes(MOST_BYTES)}, got a file of ${inBytes(file.size)}. ` +
      "Choose a file that was exported from Inkmoji.";
    throw new InkmojiError("file-large", message);
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    throw new InkmojiError("file-read", `The file could not be read: ${messageOf(error)}. Choose it again.`);
  }
}

/**
 * Hear of a file that is dropped anywhere on the page; the browser would leave the page for it.
 *
 * @param {(file: File, place: { x: number, y: number }) => void} onFile
 */
export function onDroppedFile(onFile) {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) onFile(file, { x: event.clientX, y: event.clientY });
  });
}
