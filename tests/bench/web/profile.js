/**
 * Where the start of Python spends its time, and a prediction, seen from outside: what the worker waits for is wrapped
 * before `boot.js` is loaded, and `profile.py` looks from inside.
 */

import "./answer.js";

/** @type {{name: string, start: number, end: number}[]} */
const spans = [];

/** @param {string} name @param {() => any} run */
async function spanned(name, run) {
  const start = performance.now();
  try {
    return await run();
  } finally {
    spans.push({ name, start, end: performance.now() });
  }
}

/** @param {any} owner @param {string} method @param {(self: any, given: any[]) => string} described */
function wrap(owner, method, described) {
  const own = owner[method];
  owner[method] = function (...given) {
    return spanned(described(this, given), () => own.apply(this, given));
  };
}

const fileOf = (address) => String(address).split("/").at(-1);

wrap(self, "fetch", (_, [request]) => `fetch, until its head: ${fileOf(request.url ?? request)}`);
for (const method of ["arrayBuffer", "text", "json"]) {
  wrap(Response.prototype, method, ({ url }) => `read, maybe inflate: ${fileOf(url) || "a stream"}`);
}
for (const method of ["instantiate", "instantiateStreaming", "compile", "compileStreaming"]) {
  wrap(WebAssembly, method, () => `WebAssembly.${method}`);
}

const bytes = async (file) => new Uint8Array(await (await fetch(new URL(file, import.meta.url))).arrayBuffer());

self.answer({
  start() {},
  /** All of it, up to a first and a second answer; the stages in order, then what they waited for. */
  async boot(model, points) {
    const inside = new TextDecoder().decode(await bytes("profile.py"));
    spans.length = 0;
    performance.clearResourceTimings();
    const begun = performance.now();
    const { boot } = await spanned("stage: load boot.js and what it imports", () => import("../worker/boot.js"));
    let stage = { name: "", start: 0 };
    const close = () => stage.name && spans.push({ ...stage, end: performance.now() });
    const pyodide = await boot((name) => {
      close();
      stage = { name: `stage: boot, ${name}`, start: performance.now() };
    });
    close();
    pyodide.runPython(inside);
    const python = (name, ...values) => spanned(`stage: ${name.replaceAll("_", " ")}`, () => pyodide.globals.get(name)(...values));
    const imports = await python("import_inkmoji");
    const archive = pyodide.toPy(await spanned("stage: fetch the model", () => bytes(model)));
    await python("load_the_model", archive);
    const drawing = pyodide.toPy(points);
    await python("answer_for_the_first_time", drawing);
    await python("answer_again", drawing);
    const end = performance.now();
    pyodide.FS.writeFile("/stdlib.zip", await bytes("stdlib.zip"));
    const loading = pyodide.globals.get("profile_loading")(archive);
    const predicting = pyodide.globals.get("profile_answers")(drawing);
    const files = performance.getEntriesByType("resource").map(({ name, startTime, duration, transferSize }) =>
      ({ name: `file: ${fileOf(name)}, ${(transferSize / 1000).toFixed(0)} kB`, start: startTime, end: startTime + duration }));
    const all = [...spans, ...files].map((span) => ({ ...span, start: span.start - begun, end: span.end - begun }));
    return { spans: all.sort((one, other) => one.start - other.start), total: end - begun, imports, loading, predicting };
  },
});
