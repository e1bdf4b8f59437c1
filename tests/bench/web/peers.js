/** What Inkmoji is measured beside, each in a worker of its own. */

import { connect } from "./rpc.js";

/** TensorFlow.js with knn-classifier, or $P: `worker` is the file, `backend` of TensorFlow.js. */
export class Peer {
  /** @param {{worker: string, backend?: string}} options */
  constructor({ worker, backend }) {
    this.worker = new Worker(new URL(worker, import.meta.url));
    this.call = connect(this.worker);
    this.ready = this.call("start", backend);
  }

  async predict({ strokes }) {
    await this.ready;
    return this.call("predict", strokes);
  }

  /** Learn three drawings: resolves once the transaction that saves all that was taught has completed. */
  teach({ label, drawings }) {
    return this.call("teach", label, drawings.map(({ strokes }) => strokes));
  }

  forget({ label }) {
    return this.call("forget", label);
  }

  /** Take what was taught before: `examples` drawings each of as many stickers as there are. */
  load(...taught) {
    return this.call("load", ...taught);
  }

  close() {
    this.worker.terminate();
  }
}
