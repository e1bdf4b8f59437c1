/**
 * A snapshot of Python's memory in which NumPy, Pillow and Inkmoji are imported already, as the build makes it
 * (`web/tools/warm.mjs`) and the worker restores it. Both come here for what they have to do alike.
 */

/** @typedef {import("../pyodide/pyodide.mjs").PyodideConfig} Options  of `loadPyodide` */

export const SITE = "/lib/python3.14/site-packages/";
const SUFFIX = ".cpython-314-wasm32-emscripten.so";
/** The native parts of what is imported: loaded before Python starts, they come to lie where the snapshot knows them. */
export const LIBRARIES = ["numpy/_core/_multiarray_umath", "numpy/linalg/_umath_linalg", "PIL/_imaging"].map(
  (name) => name + SUFFIX,
);
/** Of a snapshot's file, before the snapshot: the checksum of what it is the difference from, and zeros. */
export const HEAD_BYTES = 16;

/**
 * @typedef {object} Fresh  a Python that has not started yet
 * @property {Uint32Array} memory  as far as there is anything in it
 * @property {number} libraries  where in it the part of LIBRARIES begins, which is the same in every browser
 * @property {any} FS  its file system
 */

/**
 * @param {(settings: any) => Promise<any>} create  what `pyodide.asm.mjs` exports
 * @param {(library: string) => string} addressOf  where one of LIBRARIES is to be had
 * @param {(fresh: Fresh) => void} onFresh
 * @param {number} [bytes]  the size that the memory is to have before a snapshot is put in
 * @returns {object} options of `loadPyodide`
 */
export function withLibraries(create, addressOf, onFresh, bytes = 0) {
  /** @type {any} */
  let module;
  /** @type {unknown} */
  let failure;
  return {
    async createPyodideModule(/** @type {any} */ settings) {
      const { locateFile } = settings;
      settings.dynamicLibraries = LIBRARIES.map((name) => SITE + name);
      settings.locateFile = (/** @type {string} */ name) =>
        name.startsWith(SITE) ? addressOf(name.slice(SITE.length)) : locateFile(name);
      module = settings;
      const created = await create(settings);
      if (failure) throw failure;
      created.growMemory(bytes);
      return created;
    },
    /** It is called just before Python starts, and must not fail: Pyodide would not notice. */
    async fsInit(/** @type {any} */ FS) {
      try {
        const end = module.HEAPU32[module._emscripten_get_sbrk_ptr() >>> 2];
        const libraries = module._emscripten_stack_get_current() >>> 2; // they follow the stack, which is empty
        onFresh({ memory: module.HEAPU32.subarray(0, end >>> 2), libraries, FS });
      } catch (error) {
        failure = error;
      }
    },
  };
}

/**
 * Turn a snapshot into its difference from fresh memory, which holds a good part of it, or back.
 *
 * @param {Uint8Array} snapshot  is changed in place
 * @param {Fresh} fresh
 * @returns {number} checksum of what the libraries brought into memory
 */
export function difference(snapshot, { memory, libraries }) {
  const words = new Uint32Array(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength >>> 2);
  const start = words[1] >>> 2; // Pyodide says there where the memory begins, in bytes
  let sum = memory.length;
  for (let at = 0; at < memory.length; at += 1) {
    words[start + at] ^= memory[at];
    if (at >= libraries) sum = (Math.imul(sum, 31) + memory[at]) | 0;
  }
  return sum;
}

const TAR_BLOCK = 512;

/** The files in an archive by their names. @param {Uint8Array<ArrayBuffer>} tar @returns {Map<string, Uint8Array<ArrayBuffer>>} */
export function unpacked(tar) {
  const files = new Map();
  /** @param {number} at @param {number} length */
  const text = (at, length) => new TextDecoder().decode(tar.subarray(at, at + length)).replace(/\0.*/s, "");
  for (let at = 0; tar[at]; ) {
    const start = at + TAR_BLOCK;
    const end = start + parseInt(text(at + 124, 12), 8);
    files.set(text(at, 100), tar.subarray(start, end));
    at = Math.ceil(end / TAR_BLOCK) * TAR_BLOCK;
  }
  return files;
}
