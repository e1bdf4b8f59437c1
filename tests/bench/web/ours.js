/** Inkmoji in a page without interface, by its public module. */

import { Inkmoji } from "../inkmoji.js";

export class Ours {
  /**
   * Nothing is waited for: the first prediction waits for Python.
   *
   * @param {{name: string, model?: string}} options
   */
  constructor(options) {
    this.inkmoji = new Inkmoji({ base: new URL("..", import.meta.url), ...options });
  }

  get ready() {
    return this.inkmoji.ready;
  }

  async predict({ strokes }) {
    return (await this.inkmoji.predict({ strokes })).label;
  }

  /** Learn three drawings: resolves once they are saved, read back and in use. */
  teach({ label, drawings }) {
    return this.inkmoji.update(drawings.map((drawing) => ({ label, drawing })), { faces: [{ label, text: "new" }] });
  }

  forget() {
    return this.inkmoji.undo();
  }

  close() {
    this.inkmoji.close();
  }
}
