// Run learning.py in the Pyodide that dist/ ships, as the browser's worker does.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const dist = new URL("../../dist/pyodide/", import.meta.url);
const { loadPyodide } = await import(new URL("pyodide.mjs", dist));
const pyodide = await loadPyodide({ indexURL: fileURLToPath(dist) });
await pyodide.loadPackage("inkmoji", { messageCallback: () => {} });
const base = new URL("../../dist/models/base.inkmoji", import.meta.url);
pyodide.FS.writeFile("base.inkmoji", readFileSync(base));
pyodide.runPython(readFileSync(new URL("learning.py", import.meta.url), "utf-8"));
