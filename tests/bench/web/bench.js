/** What the bench calls in its page: contenders by name, started, taught and timed. */

import { connect, timed } from "./rpc.js";

const KINDS = {
  ours: async () => (await import("./ours.js")).Ours,
  peer: async () => (await import("./peers.js")).Peer,
  module: async () => ModuleWorker,
};

/** A module of the bench's own as a worker, which is called directly. */
class ModuleWorker {
  constructor({ worker, files }) {
    this.worker = new Worker(new URL(worker, import.meta.url), { type: "module" });
    this.call = connect(this.worker);
    this.ready = this.call("start", files);
  }

  close() {
    this.worker.terminate();
  }
}

/** @type {Map<string, any>} */
const running = new Map();

export async function open({ name, kind, options, taught }) {
  const one = new (await KINDS[kind]())(options);
  running.set(name, one);
  await one.ready;
  if (taught) await one.load(prepared(taught));
}

export function close(name) {
  running.get(name).close();
  running.delete(name);
}

export function call(name, method, ...values) {
  return running.get(name).call(method, ...values);
}

/** Milliseconds from the start of the worker to the first answer; modules of the page are there before. */
export async function firstAnswer({ kind, options }, points) {
  const Kind = await KINDS[kind]();
  const drawing = drawn(points);
  const start = performance.now();
  const one = new Kind(options);
  await one.predict(drawing);
  const spent = performance.now() - start;
  one.close();
  return spent;
}

export async function predict(name, drawings) {
  const one = running.get(name);
  const labels = [];
  const times = await timed(drawings.map(drawn), async (drawing) => labels.push(await one.predict(drawing)));
  return { times, labels };
}

export function teach(name, lessons) {
  const one = running.get(name);
  const given = lessons.map(({ label, drawings }) => ({ label, drawings: drawings.map(drawn) }));
  return timed(given, (lesson) => one.teach(lesson), (lesson) => one.forget(lesson));
}

export function fineTune(name, { drawings, ...options }) {
  const given = drawings.map(({ label, points }) => ({ label, ...drawn(points) }));
  return call(name, "fineTune", { ...options, drawings: given });
}

export async function keepForOffline() {
  await navigator.serviceWorker.register(new URL("../sw.js", import.meta.url), { updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 20));
}

function prepared({ drawings, ...taught }) {
  return { ...taught, drawings: drawings?.map(({ label, points }) => ({ label, ...drawn(points) })) };
}

/** A drawing as a canvas hands it over. */
function drawn(points) {
  return {
    strokes: points.map((stroke) => ({
      x: Float32Array.from(stroke, ([x]) => x),
      y: Float32Array.from(stroke, ([, y]) => y),
    })),
  };
}
