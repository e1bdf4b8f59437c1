/** Starts Python with the packages that Inkmoji needs. */

import { loadPyodide } from "../pyodide/pyodide.mjs";
import { messageOf } from "../errors.js";
import { fetchKernel, lendKernel } from "./kernel.js";

/** @typedef {Awaited<ReturnType<typeof loadPyodide>>} Pyodide */

/**
 * @param {(stage: "runtime" | "packages") => void} onStage
 * @returns {Promise<Pyodide>} that can import `inkmoji`
 */
export async function boot(onStage) {
  const kernel = fetchKernel();
  onStage("runtime");
  const pyodide = await bootFromSnapshot().catch(() => bootPyodide());
  onStage("packages");
  await loadPackages(pyodide);
  await lendKernel(pyodide, kernel);
  return pyodide;
}

/** The memory says nothing of the standard library's file, and would draw the same random numbers at every start. */
const AFTER_SNAPSHOT = `
import random, sys, zipimport
zipimport.zipimporter(next(path for path in sys.path if path.endswith(".zip")))
random.seed()
`;

/** Start Python as it was when the site was built, which takes a fraction of the time. */
async function bootFromSnapshot() {
  const pyodide = await bootPyodide(await readSnapshot());
  pyodide.runPython(AFTER_SNAPSHOT);
  return pyodide;
}

/** @returns {Promise<Uint8Array>} the memory of a Python that has just started */
async function readSnapshot() {
  const { body } = await fetch(new URL("../pyodide/snapshot.bin", import.meta.url));
  const packed = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (body);
  const inflated = packed.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(inflated).arrayBuffer());
}

/**
 * Pyodide only warns when its WebAssembly cannot be had, and then waits for ever: make that an error.
 *
 * @param {Uint8Array} [snapshot]
 */
async function bootPyodide(snapshot) {
  const { instantiateStreaming } = WebAssembly;
  const failure = new Promise((_, reject) => {
    WebAssembly.instantiateStreaming = async (...given) => {
      try {
        return await instantiateStreaming(...given);
      } catch (error) {
        reject(new Error(`pyodide.asm.wasm: ${messageOf(error)}.`));
        throw error;
      }
    };
  });
  const indexURL = new URL("../pyodide/", import.meta.url).href;
  const boot = loadPyodide(snapshot ? { indexURL, _loadSnapshot: snapshot } : { indexURL });
  try {
    return await /** @type {typeof boot} */ (Promise.race([boot, failure]));
  } finally {
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}

/** @param {Pyodide} pyodide */
async function loadPackages(pyodide) {
  /** @type {string[]} */
  const errors = [];
  await pyodide.loadPackage("inkmoji", {
    messageCallback: () => {},
    errorCallback: (message) => errors.push(message),
  });
  if (errors.length > 0) {
    throw new Error(errors.join(" "));
  }
}
