/** Starts Python with the packages that Inkmoji needs. */

import { loadPyodide } from "../pyodide/pyodide.mjs";
import { messageOf } from "../errors.js";
import { fetchKernel, lendKernel } from "./kernel.js";
import { difference, HEAD_BYTES, unpacked, withLibraries } from "./snapshot.js";

/** @typedef {Awaited<ReturnType<typeof loadPyodide>>} Pyodide */
/** @typedef {NonNullable<Parameters<typeof loadPyodide>[0]>} Options */

const FOLDER = new URL("../pyodide/", import.meta.url).href;
const LOCK = "pyodide-lock.json";

/**
 * @param {(stage: "runtime" | "packages") => void} onStage
 * @returns {Promise<Pyodide>} that can import `inkmoji`
 */
export async function boot(onStage) {
  const kernel = fetchKernel();
  onStage("runtime");
  const quick = await bootFromSnapshot().catch(() => null);
  const pyodide = quick ?? (await bootPyodide());
  onStage("packages");
  if (!quick) await loadPackages(pyodide);
  await lendKernel(pyodide, kernel);
  return pyodide;
}

/** Start Python as it was when the site was built, with all packages imported, which takes a fraction of the time. */
async function bootFromSnapshot() {
  const core = WebAssembly.compileStreaming(packed("pyodide.asm.wasm.bin"));
  core.catch(() => {}); // it is awaited later
  const [file, libraries, lock, script] = await Promise.all([
    packed("snapshot.bin").then(bytesOf),
    packed("libraries.bin").then(bytesOf).then(unpacked),
    fetch(`${FOLDER}${LOCK}`).then(bytesOf), // Pyodide would ask for it much later
    import(`${FOLDER}pyodide.asm.mjs`),
  ]);
  const [checksum] = new Int32Array(file.buffer, 0, 1);
  let snapshot = file.subarray(HEAD_BYTES);
  const restoring = withLibraries(script.default, (library) => FOLDER + library, (fresh) => {
    if (difference(snapshot, fresh) !== checksum) {
      throw new Error("Expected the libraries that the snapshot was made with, got others.");
    }
  }, snapshot.length);
  const answers = new Map([...libraries].map(([name, data]) => [FOLDER + name, data]));
  answers.set(FOLDER + LOCK, lock);
  // The core is here in another form, and from the standard library nothing is imported any more.
  for (const name of ["pyodide.asm.wasm", "python_stdlib.zip"]) answers.set(FOLDER + name, new Uint8Array());
  const pyodide = await answering(answers, () => bootPyodide({ ...restoring, _loadSnapshot: snapshot }, core));
  // Pyodide would hold on to the snapshot, which is as large as all of Python's memory.
  delete (/** @type {any} */ (pyodide)._api?.config?._loadSnapshot);
  snapshot = new Uint8Array(); // in the place of the one that a callback sees
  // Python would draw the same random numbers at every start.
  pyodide.runPython("import random; random.seed()");
  return pyodide;
}

/**
 * A file that is compressed whatever its host does; it is not called `.gz`, which some hosts take for an encoding.
 *
 * @param {string} name
 */
async function packed(name) {
  const { body } = await fetch(FOLDER + name);
  const bytes = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (body);
  const headers = { "Content-Type": "application/wasm" }; // without which it would not be compiled as it arrives
  return new Response(bytes.pipeThrough(new DecompressionStream("gzip")), { headers });
}

/** @param {Response} response */
async function bytesOf(response) {
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Pyodide asks for its files by names that cannot be chosen: meanwhile let it have those that are here already.
 *
 * @template Result
 * @param {Map<string, Uint8Array<ArrayBuffer>>} answers  by address
 * @param {() => Promise<Result>} run
 */
async function answering(answers, run) {
  const { fetch } = self;
  self.fetch = async (address, options) => {
    const answer = answers.get(String(address));
    return answer ? new Response(answer) : fetch(address, options);
  };
  try {
    return await run();
  } finally {
    self.fetch = fetch;
  }
}

/**
 * Pyodide only warns when its WebAssembly cannot be had, and then waits for ever: make that an error.
 *
 * @param {Options & {_loadSnapshot?: Uint8Array}} [options]
 * @param {Promise<WebAssembly.Module>} [core]  in place of what Pyodide fetches
 */
async function bootPyodide(options = {}, core) {
  const { instantiateStreaming } = WebAssembly;
  const failure = new Promise((_, reject) => {
    WebAssembly.instantiateStreaming = async (response, imports) => {
      try {
        if (!core) return await instantiateStreaming(response, imports);
        const module = await core;
        return { module, instance: await WebAssembly.instantiate(module, imports) };
      } catch (error) {
        reject(new Error(`pyodide.asm.wasm: ${messageOf(error)}.`));
        throw error;
      }
    };
  });
  const boot = loadPyodide({ indexURL: FOLDER, ...options });
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
