/**
 * Lends Python the array products of `kernel.wat`, which use vector instructions on Python's own memory.
 *
 * Where that cannot be, for want of the file, of vector instructions or of the memory, NumPy computes them itself.
 */

/** @typedef {import("./boot.js").Pyodide} Pyodide */

/** The same kernel twice; the first is for browsers that multiply and add at once. */
const KERNELS = ["kernel-fused.wasm", "kernel.wasm"];

/** @returns {Promise<WebAssembly.Module | null>} null where there is none that this browser can run */
export async function fetchKernel() {
  for (const name of KERNELS) {
    try {
      return await WebAssembly.compileStreaming(fetch(new URL(name, import.meta.url)));
    } catch {
      // The next one may do, or NumPy.
    }
  }
  return null;
}

/**
 * @param {Pyodide} pyodide  that can import `inkmoji`
 * @param {Promise<WebAssembly.Module | null>} compiled
 * @returns {Promise<boolean>} whether Python computes with it
 */
export async function lendKernel(pyodide, compiled) {
  const module = await compiled;
  // Undocumented, so it may be gone one day. Memory that grows stays the same object.
  const { memory } = /** @type {{memory?: unknown}} */ (/** @type {any} */ (pyodide)._module ?? {});
  if (!module || !(memory instanceof WebAssembly.Memory)) {
    return false;
  }
  try {
    const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
    return pyodide.pyimport("inkmoji.kernel").lend(exports.convolve, exports.run);
  } catch {
    return false;
  }
}
