/**
 * Run by Node.js: node warm.mjs PYODIDE SITE SNAPSHOT
 *
 * Writes to SNAPSHOT the memory of a Python that has imported what Inkmoji needs of the packages in the folder SITE, as
 * the worker reads it. PYODIDE is the folder of the npm part.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { difference, HEAD_BYTES, SITE, withLibraries } from "../worker/snapshot.js";

// All that is ever imported: the worker has no other modules. Python asks for the first when it formats a warning.
const IMPORTS = `
import tracemalloc
import PIL.Image
import inkmoji.session

PIL.Image.preinit()
`;
/** Python forgets the file of its standard library, and what it saw of folders: the worker has them not, or others. */
const FORGET = `
import gc, sys, zipimport

sys.path[:] = [path for path in sys.path if not path.endswith(".zip")]
sys.path_importer_cache.clear()
zipimport._zip_directory_cache.clear()
gc.collect()
gc.freeze()  # what is there stays, so no collection need look at it again
`;
/** Without docstrings and columns for tracebacks: nobody reads them, and they would be a tenth of the snapshot. */
const env = { PYTHONOPTIMIZE: "2", PYTHONNODEBUGRANGES: "1", PYTHONDONTWRITEBYTECODE: "1" };
const LARGEST_BLOCK = 1 << 18;
const SMALLEST_BLOCK = 8;

/** @param {string} folder @param {string} site @param {string} target */
async function writeSnapshot(folder, site, target) {
  const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
  const { default: create } = await import(pathToFileURL(`${folder}/pyodide.asm.mjs`).href);
  /** @type {any} */
  let fresh;
  const python = await loadPyodide({
    indexURL: `${folder}/`,
    env,
    _makeSnapshot: true,
    ...withLibraries(create, (name) => join(site, name), (given) => {
      fresh = { ...given, memory: given.memory.slice() };
      copy(site, given.FS);
    }),
  });
  python.runPython(IMPORTS);
  python.runPython(FORGET);
  wipe(python._module);
  const snapshot = python.makeMemorySnapshot();
  const head = new Int32Array(HEAD_BYTES / 4);
  head[0] = difference(snapshot, fresh);
  writeFileSync(target, Buffer.concat([Buffer.from(head.buffer), snapshot]));
}

/** @param {string} site @param {any} FS  Pyodide's file system */
function copy(site, FS) {
  for (const entry of readdirSync(site, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const target = SITE + path.slice(site.length + 1).replaceAll("\\", "/");
    if (entry.isDirectory()) FS.mkdirTree(target);
    else FS.writeFile(target, new Uint8Array(readFileSync(path)));
  }
}

/** Fill with zeros what Python has freed, which is a third of all: so it needs no room in a packed snapshot. @param {any} module */
function wipe(module) {
  const end = () => module.HEAPU32[module._emscripten_get_sbrk_ptr() >>> 2];
  const blocks = [];
  for (let size = LARGEST_BLOCK; size >= SMALLEST_BLOCK; size >>>= 1) {
    for (;;) {
      const before = end();
      const block = module._malloc(size);
      blocks.push(block);
      module.HEAPU8.fill(0, block, block + size);
      if (end() !== before) break; // no block of this size was free any more
    }
  }
  blocks.forEach((block) => module._free(block));
}

try {
  const [folder, site, target] = process.argv.slice(2);
  await writeSnapshot(folder, site, target);
} catch (error) {
  console.error(error.message); // without the line of Pyodide's code, which is all of it
  process.exitCode = 1;
}
