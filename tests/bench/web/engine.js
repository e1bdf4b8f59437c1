/** The engine in a worker, as Inkmoji's own worker starts it, to measure parts of it alone: `engine.py` does. */

import "./answer.js";
import { boot } from "../worker/boot.js";

/** @type {import("../worker/boot.js").Pyodide} */
let pyodide;

const fetched = async (file) => new Uint8Array(await (await fetch(new URL(file, import.meta.url))).arrayBuffer());

/** What a function of `engine.py` answers, as plain objects. */
const python = (name, ...values) => {
  const run = pyodide.globals.get(name);
  const answer = run(...values);
  const plain = answer.toJs({ dict_converter: Object.fromEntries, create_pyproxies: false });
  answer.destroy();
  run.destroy();
  return plain;
};

const ask = (name) => (...values) => python(name, ...values);

self.answer({
  async start(files) {
    pyodide = await boot(() => {});
    pyodide.FS.mkdirTree("/bench");
    await Promise.all(files.map(async (file) => pyodide.FS.writeFile(`/bench/${file}`, await fetched(file))));
    pyodide.runPython(new TextDecoder().decode(await fetched("engine.py")));
  },
  embeddings: ask("embeddings"),
  embedding: ask("embedding"),
  neighbors: ask("neighbors"),
  fineTune: ask("fine_tune"),
});
