/** The worker: one queue of calls over one Python session. It learns in small steps, to hear a cancel at any time. */

import { expose, transfer } from "../vendor/comlink/comlink.mjs";
import { CANCELLED, InkmojiError, messageOf } from "../errors.js";
import { Changes } from "./changes.js";
import { LiveModel } from "./live.js";
import { MemoryStore } from "./memory.js";
import { startSession } from "./python.js";
import { Queue } from "./queue.js";
import { Store } from "./store.js";
import { warmUp } from "./warmup.js";

/**
 * @typedef {import("../protocol.d.ts").State} State
 * @typedef {import("../protocol.d.ts").WorkerCalls} WorkerCalls
 * @typedef {import("../protocol.d.ts").WorkerEvent} WorkerEvent
 * @typedef {import("../protocol.d.ts").WorkerOptions} WorkerOptions
 * @typedef {import("../protocol.d.ts").Status} Status
 * @typedef {import("../protocol.d.ts").UpdateProgress} UpdateProgress
 * @typedef {import("./changes.js").Course} Course
 */

const STAGES = /** @type {const} */ (["runtime", "packages", "model", "ready"]);
const SCOPE = new URL("..", import.meta.url).pathname;

const queue = new Queue();
/** Calls that can still be cancelled. @type {Map<number, AbortController>} */
const cancellable = new Map();
/** The store, or what stands in for it and why. @type {PromiseWithResolvers<{store: Store | MemoryStore, failure: string | null}>} */
const opened = Promise.withResolvers();

/** @type {Awaited<ReturnType<typeof startSession>>} */
let session;
/** @type {LiveModel} */
let live;
/** @type {Changes} */
let changes;
/** @type {(event: WorkerEvent) => void} */
let tell;
/** Address of the starter pack. */
let pack = "";

/** @type {WorkerCalls} */
const calls = {
  start(options, listener) {
    tell = listener;
    pack = options.starter;
    return crossing(queue.run(() => start(options)));
  },
  predict: (call, drawing) => inTurn(call, () => session.predict(drawing)),
  review: (call, drawings, label) => inTurn(call, () => session.review(drawings, label)),
  update: (call, examples, faces, parameters) =>
    inTurn(call, (course) => changes.learn(examples, faces, parameters, course)),
  useStarter: (call, on) =>
    inTurn(call, async (course) => changes.useStarter(on ? await fetchModel(pack) : null, course)),
  setFace: (call, face) => inTurn(call, (course) => changes.setFace(face, course)),
  remove: (call, part) => inTurn(call, (course) => changes.remove(part, course)),
  restore: (call, generation) => inTurn(call, (course) => changes.restore(generation, course)),
  importModel: (call, archive, replace) => inTurn(call, (course) => changes.importModel(archive, replace, course)),
  forget: (part) =>
    crossing(queue.run(async () => {
      await (part === "history" ? changes.forgetHistory() : changes.forget(part));
      live.store.announce("forgotten");
      return live.state;
    })),
  undo: () => crossing(queue.run(() => move("undo"))),
  redo: () => crossing(queue.run(() => move("redo"))),
  reset: () => crossing(queue.run(async () => (await live.reset(), live.state))),
  examples: (label) => crossing(queue.run(() => session.examples(label))),
  separation: (label) => crossing(queue.run(() => session.separation(label))),
  projection: () => crossing(queue.run(() => session.projection())),
  inspect: (archive) => crossing(queue.run(() => session.inspect(archive))),
  history: () => crossing(stored((store) => (live ?? store).history())),
  exportModel: (generation) => crossing(exported(generation)),
  inspectCoreML: (source) => crossing(queue.run(async () => (await session.prepareCoreML(), session.inspect_coreml(source)))),
  importCoreML: (call, source) =>
    inTurn(call, async (course) => (await session.prepareCoreML(), changes.importCoreML(source, course))),
  exportCoreML: () =>
    crossing(queue.run(async () => {
      await session.prepareCoreML();
      const made = session.export_coreml();
      return transfer(made, [made.file.buffer]);
    })),
  keep: (value) => crossing(stored((store) => store.keep(value))),
  kept: () => crossing(stored((store) => store.kept())),
  cancel(call) {
    cancellable.get(call)?.abort(new InkmojiError(CANCELLED, "The call was cancelled; nothing has changed."));
  },
};

/** @param {WorkerOptions} options */
async function start({ name, model, lifetime }) {
  await holdForLife(lifetime);
  const superseded = () => tell({ type: "notice", notice: { level: "warning", message: SUPERSEDED } });
  Store.open(SCOPE, name, superseded).then(
    (store) => opened.resolve({ store, failure: null }),
    (error) => opened.resolve({ store: new MemoryStore(), failure: messageOf(error) }),
  );
  const early = fetchModel(model);
  // Where it fails it is asked for again once it is needed: a saved model may do without.
  early.catch(() => {});
  session = await startSession(enter);
  enter("model");
  const { store, failure } = await opened.promise;
  const base = () => early.catch(() => fetchModel(model));
  live = new LiveModel(session, base, store, failure, (notice) => tell({ type: "notice", notice }));
  changes = new Changes(session, live, follow);
  await live.load();
  store.onAnnounce((what) => {
    void queue.run(async () => (what === "forgotten" ? tell({ type: what }) : follow(what)));
  });
  await renew();
  enter("ready");
  void warmUp(queue, (drawing) => session.predict(drawing));
  return live.state;
}

/** Whoever asks for the same lock is told by it that this worker is gone. @param {string} lock */
function holdForLife(lock) {
  return new Promise((granted) => {
    if (navigator.locks) void navigator.locks.request(lock, () => (granted(null), new Promise(() => {})));
    else granted(null);
  });
}

const SUPERSEDED =
  "A newer Inkmoji was opened in another tab. Nothing more can be saved in this one: reload it to go on.";

/** @param {(typeof STAGES)[number]} stage @param {number} [part]  of the stage, from 0 to 1 */
function enter(stage, part = 0) {
  const loaded = STAGES.indexOf(stage) + part;
  tell({ type: "status", status: { stage: part > 0 ? "renewal" : stage, loaded, total: STAGES.length - 1 } });
}

/** A model that was taught on another base model learns its drawings anew on the present one; failing, it stays. */
async function renew() {
  if (live.state.storage.generation === 0) {
    return;
  }
  /** @param {UpdateProgress} progress  of which saving, counted anew, is no part */
  const report = ({ event, done, total }) => event !== "saving" && enter("model", (done + 1) / (total + 2));
  try {
    const base = await live.base();
    if (session.is_based_on(base)) {
      return;
    }
    const readyMade = live.state.stickers.some(({ examples }) => examples === 0);
    await changes.renew(base, readyMade ? await fetchModel(pack) : null, { report });
    tell({ type: "notice", notice: { level: "info", message: "Your stickers were learned anew by a better model." } });
  } catch (error) {
    const message = `Your stickers go on with the model they were taught on: ${messageOf(error)}`;
    tell({ type: "notice", notice: { level: "warning", message } });
  }
}

/** @param {string} address @returns {Promise<Uint8Array<ArrayBuffer>>} */
async function fetchModel(address) {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) {
    const got = response ? `status ${response.status}` : "no answer";
    throw new InkmojiError("worker-model", `Expected a model at ${address}, got ${got}. Try again, or reload the page.`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Load what another tab has saved, or left after it erased everything.
 *
 * @param {"moved" | "reset"} [what]
 */
async function follow(what = "moved") {
  try {
    await live.refresh();
    tell({ type: what === "reset" ? "reset" : "change", state: live.state });
  } catch (error) {
    const message = `Another tab has changed the stickers, but they could not be loaded: ${messageOf(error)}`;
    tell({ type: "notice", notice: { level: "warning", message } });
  }
}

/** @param {"undo" | "redo"} direction */
async function move(direction) {
  try {
    await live.move(direction);
    return live.state;
  } finally {
    session.discard();
  }
}

/** @param {number | null} generation  null: the live model, saved or not */
async function exported(generation) {
  const archive = await (generation === null
    ? queue.run(() => session.archive())
    : stored((store) => store.salvage(generation)));
  return transfer(archive, [archive.buffer]);
}

/**
 * @template Result
 * @param {(store: Store | MemoryStore) => Promise<Result>} run
 */
async function stored(run) {
  return run((await opened.promise).store);
}

/**
 * Run a call that can be cancelled once those before it have ended.
 *
 * @template Result
 * @param {number} call
 * @param {(course: Course) => Promise<Result> | Result} run
 */
async function inTurn(call, run) {
  const controller = new AbortController();
  const { signal } = controller;
  /** @param {UpdateProgress} progress */
  const report = (progress) => tell({ type: "progress", call, progress });
  cancellable.set(call, controller);
  try {
    return await crossing(queue.run(() => run({ signal, report }), signal));
  } finally {
    cancellable.delete(call);
  }
}

/**
 * An error keeps nothing but its message when it crosses to the page, so it goes as a plain object.
 *
 * @template Result
 * @param {Promise<Result>} result
 */
async function crossing(result) {
  try {
    return await result;
  } catch (error) {
    const code = error instanceof InkmojiError ? error.code : "worker-failed";
    throw { code, message: messageOf(error) };
  }
}

expose(calls);
