/**
 * Run by Node.js: node warm.mjs PYODIDE SNAPSHOT [WHEEL MADE]...
 *
 * Writes the memory of a Python that has just started to SNAPSHOT, gzip-compressed, unless that file is there, and
 * each WHEEL, with the bytecode of that Python, to MADE. PYODIDE is the folder of the npm part.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

// What Pyodide, NumPy, Pillow and Inkmoji import of the standard library once Python has started.
const IMPORTS =
  "ctypes, datetime, email, encodings.cp437, graphlib, hashlib, importlib.metadata, numbers, pickle, platform, " +
  "sysconfig, tarfile, uuid";

/** @param {string} folder @param {string} snapshot @param {string[]} wheels */
async function warm(folder, snapshot, ...wheels) {
  const indexURL = `${folder}/`;
  const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
  if (!existsSync(snapshot)) {
    const python = await loadPyodide({ indexURL, _makeSnapshot: true });
    python.runPython(`import ${IMPORTS}`);
    writeFileSync(snapshot, gzipSync(python.makeMemorySnapshot(), { level: 9 }));
  }
  if (wheels.length > 0) {
    const python = await loadPyodide({ indexURL, _loadSnapshot: gunzipSync(readFileSync(snapshot)) });
    python.runPython(readFileSync(new URL("bytecode.py", import.meta.url), "utf-8"));
    const withBytecode = python.globals.get("with_bytecode");
    for (let at = 0; at < wheels.length; at += 2) {
      const wheel = python.toPy(new Uint8Array(readFileSync(wheels[at]))); // Pyodide fails on a Buffer
      writeFileSync(wheels[at + 1], withBytecode(wheel.tobytes(), basename(wheels[at])).toJs());
    }
  }
}

try {
  await warm(...process.argv.slice(2));
} catch (error) {
  console.error(error.message); // without the line of Pyodide's code, which is all of it
  process.exitCode = 1;
}
