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
 * @property {number[]} functions  where functions, and other things with names, have come to lie
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
      const created = await recognising(settings, () => create(settings));
      if (failure) throw failure;
      created.growMemory(bytes);
      return created;
    },
    /** It is called just before Python starts, and must not fail: Pyodide would not notice. */
    async fsInit(/** @type {any} */ FS) {
      try {
        const end = module.HEAPU32[module._emscripten_get_sbrk_ptr() >>> 2];
        const libraries = module._emscripten_stack_get_current() >>> 2; // they follow the stack, which is empty
        const functions = Object.values(module.GOT).map(({ value }) => value);
        onFresh({ memory: module.HEAPU32.subarray(0, end >>> 2), libraries, functions, FS });
      } catch (error) {
        failure = error;
      }
    },
  };
}

/**
 * WebKit gives a function that is exported and also in the table as two objects. Pyodide would take them for two
 * functions, and what it puts into the table from then on would come to lie elsewhere than the snapshot knows it.
 *
 * @template Result
 * @param {Table} pyodide
 * @param {() => Promise<Result>} run
 */
async function recognising(pyodide, run) {
  const { instantiate } = WebAssembly;
  /** @param {any} source @param {any} imports @returns {Promise<any>} */
  const instantiateKnown = async (source, imports) => {
    const made = /** @type {any} */ (await instantiate(source, imports));
    // Whatever else is made meanwhile is none of Pyodide's.
    if (imports?.["GOT.func"]) recognise(made.instance ?? made, imports.env.__table_base ?? 0, pyodide);
    return made;
  };
  WebAssembly.instantiate = instantiateKnown;
  try {
    return await run();
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

/**
 * @typedef {{wasmTable?: WebAssembly.Table, wasmTableMirror: unknown[]}} Table  as Pyodide has it
 * @param {WebAssembly.Instance} instance  that has just been made
 * @param {number} start  of its functions in the table
 * @param {Table} pyodide
 */
function recognise({ exports }, start, { wasmTable, wasmTableMirror }) {
  const table = /** @type {WebAssembly.Table} */ (wasmTable ?? exports.__indirect_function_table);
  const exported = new Map();
  for (const value of Object.values(exports)) if (typeof value === "function") exported.set(value.name, value);
  for (let place = start; place < table.length; place += 1) {
    const same = exported.get(table.get(place)?.name); // which is its number among the instance's functions
    if (same) wasmTableMirror[place] = same;
  }
}

/**
 * Turn a snapshot into its difference from fresh memory, which holds a good part of it, or back.
 *
 * @param {Uint8Array} snapshot  is changed in place
 * @param {Fresh} fresh
 * @returns {number} checksum of what must be as it was
 */
export function difference(snapshot, { memory, libraries, functions }) {
  const words = new Uint32Array(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength >>> 2);
  const start = words[1] >>> 2; // Pyodide says there where the memory begins, in bytes
  let sum = memory.length;
  for (const place of functions) sum = (Math.imul(sum, 31) + place) | 0;
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
