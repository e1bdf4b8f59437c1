/** What the model sees of a drawing, small in the corner of its paper. */

/** @typedef {import("./inkmoji.js").Review["pictures"][number]} Picture */

export class Seen {
  /** @param {HTMLElement} paper */
  constructor(paper) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "seen";
    // It says nothing that the line under the pads does not say once for all of them.
    this.canvas.ariaHidden = "true";
    paper.append(this.canvas);
    this.hide();
  }

  /** Until it is shown again: while the pen writes it would be in the way, and soon out of date. */
  hide() {
    this.canvas.dataset.shown = "false";
  }

  /** @param {Picture} picture */
  show({ pixels, width, height }) {
    const { canvas } = this;
    [canvas.width, canvas.height] = [width, height];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const image = context.createImageData(width, height);
    // White ink, as the model is given it; its paper is the style sheet's business.
    image.data.fill(255);
    pixels.forEach((ink, place) => (image.data[4 * place + 3] = ink));
    context.putImageData(image, 0, 0);
    canvas.dataset.shown = "true";
  }
}
