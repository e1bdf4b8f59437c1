/**
 * What Python needs besides to read and write Core ML's files: fetched when somebody does so for the first time, and kept
 * for when there is no network.
 */

import { InkmojiError, messageOf } from "../errors.js";

/** @typedef {import("./boot.js").Pyodide} Pyodide */

const FOLDER = new URL("../pyodide/", import.meta.url).href;
const CACHE = `inkmoji:${new URL("..", import.meta.url).pathname}:coreml`;
/** Packages as zip files, which Python imports from as they are: what it finds in no other place. */
const ADD = `
import sys
import inkmoji

sys.path += places
sys.path_importer_cache.clear()
inkmoji.__path__ += [place + "/inkmoji" for place in places]  # a snapshot has but the modules that were needed
`;
/** Where the packages within the standard library look for their modules. */
const STANDARD_LIBRARY = { file: "python_stdlib.zip", place: "/lib/python314.zip" };

/** Whether Python has them. @type {Promise<void> | null} */
let prepared = null;

/**
 * @param {Pyodide} pyodide
 * @throws {InkmojiError} "worker-part": something could not be fetched; another call tries again
 */
export function prepareCoreML(pyodide) {
  prepared ??= prepare(pyodide);
  prepared.catch(() => (prepared = null));
  return prepared;
}

/** @param {Pyodide} pyodide */
async function prepare(pyodide) {
  /** @type {{file: string, integrity: string}[]} */
  const parts = await fetched("coreml.json").then((response) => response.json());
  const cache = await caches.open(CACHE).catch(() => null); // some browsers let a page keep nothing
  const contents = await Promise.all(parts.map(({ file, integrity }) => part(cache, file, integrity)));
  const places = parts.map(({ file }) => (file === STANDARD_LIBRARY.file ? STANDARD_LIBRARY.place : `/lib/${file}`));
  contents.forEach((content, index) => pyodide.FS.writeFile(places[index], content));
  const names = pyodide.toPy({ places });
  try {
    pyodide.runPython(ADD, { globals: names });
  } finally {
    names.destroy();
  }
}

/**
 * @param {Cache | null} cache
 * @param {string} file
 * @param {string} integrity  so that it is never one of another build
 */
async function part(cache, file, integrity) {
  const address = `${FOLDER}${file}?${new URLSearchParams({ integrity })}`;
  const kept = await cache?.match(address);
  const response = kept ?? (await fetched(file, { integrity, cache: "no-cache" }));
  if (cache && !kept) await keep(cache, address, response.clone()).catch(() => {});
  return new Uint8Array(await response.arrayBuffer());
}

/** @param {Cache} cache @param {string} address @param {Response} response */
async function keep(cache, address, response) {
  await cache.delete(address, { ignoreSearch: true });
  await cache.put(address, response);
}

/** @param {string} file @param {RequestInit} [options] */
async function fetched(file, options) {
  const response = await fetch(FOLDER + file, options).catch((error) => ({ ok: false, status: messageOf(error) }));
  if (response instanceof Response && response.ok) return response;
  const message = `Expected pyodide/${file}, which Core ML's files need, got ${response.status}. ` +
    "Once they were fetched no network is needed: connect to it, and try again.";
  throw new InkmojiError("worker-part", message);
}
