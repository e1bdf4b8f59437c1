/* TensorFlow.js with knn-classifier in a worker: draws strokes on a canvas, embeds the pixels, asks the neighbours. */
"use strict";

importScripts("answer.js", "saving.js", "parts/tf-core.es2017.min.js", "parts/knn-classifier.min.js", "network.js");

const NEIGHBORS = 3;

let network;
let pen;
let knn = knnClassifier.create();

/** The drawing as grey pixels, as large as fits and in the middle, drawn with the pen that the engine draws with. */
const pixelsOf = (strokes) => {
  const side = network.side;
  const margin = network.pen / 2 + 0.5;
  const bounds = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of strokes) {
    for (const value of x) [bounds[0], bounds[1]] = [Math.min(bounds[0], value), Math.max(bounds[1], value)];
    for (const value of y) [bounds[2], bounds[3]] = [Math.min(bounds[2], value), Math.max(bounds[3], value)];
  }
  const [left, right, top, bottom] = bounds;
  const scale = (side - 2 * margin) / (Math.max(right - left, bottom - top) || 1);
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, side, side);
  pen.lineWidth = network.pen;
  pen.lineCap = pen.lineJoin = "round";
  pen.beginPath();
  for (const { x, y } of strokes) {
    for (let index = 0; index < x.length; index += 1) {
      const across = side / 2 + (x[index] - (left + right) / 2) * scale;
      const down = side / 2 + (y[index] - (top + bottom) / 2) * scale;
      if (index === 0) pen.moveTo(across, down);
      pen.lineTo(across, down); // of a single point a dot
    }
  }
  pen.stroke();
  const { data } = pen.getImageData(0, 0, side, side);
  return Float32Array.from({ length: side * side }, (_, index) => data[4 * index + 3] / 255);
};

/** A tensor (drawings, dimension). */
const embedded = (drawings) =>
  tf.tidy(() => {
    const { side } = network;
    const all = new Float32Array(drawings.length * side * side);
    drawings.forEach((strokes, index) => all.set(pixelsOf(strokes), index * side * side));
    return network.run(tf.tensor4d(all, [drawings.length, side, side, 1]));
  });

const labelOf = async (embedding) => {
  if (knn.getNumClasses() === 0) {
    embedding.dataSync();
    return null;
  }
  return (await knn.predictClass(embedding, NEIGHBORS)).label;
};

/** What knn-classifier's documentation says to save: its dataset, class by class. */
const dataset = () =>
  Object.entries(knn.getClassifierDataset()).map(([label, rows]) => [label, rows.dataSync(), rows.shape]);

/** Rows of unit length as the neighbours, `examples` of each label, one after the other. */
const remember = (rows, labels, examples) => {
  knn.dispose();
  knn = knnClassifier.create();
  const width = network.dimension * examples;
  knn.setClassifierDataset(
    Object.fromEntries(labels.map((label, index) =>
      [label, tf.tensor2d(rows.slice(index * width, (index + 1) * width), [examples, network.dimension])])),
  );
};

const floats = async (file) => new Float32Array(await (await fetch(file)).arrayBuffer());

answer({
  async start(backend) {
    const file = fetch("network.bin").then((response) => response.arrayBuffer());
    importScripts(`parts/tf-backend-${backend}.es2017.min.js`);
    if (backend === "wasm") tf.wasm.setWasmPaths(new URL("parts/", self.location.href).href);
    await tf.setBackend(backend);
    if (tf.getBackend() !== backend) throw new Error(`expected the backend ${backend}, got ${tf.getBackend()}`);
    network = peerNetwork(await file);
    pen = new OffscreenCanvas(network.side, network.side).getContext("2d", { willReadFrequently: true });
  },
  async predict(strokes) {
    const embedding = embedded([strokes]);
    const label = await labelOf(embedding);
    embedding.dispose();
    return label;
  },
  async teach(label, drawings) {
    const embeddings = embedded(drawings);
    const rows = tf.unstack(embeddings);
    rows.forEach((row) => knn.addExample(row, label));
    tf.dispose([embeddings, rows]);
    await save(dataset());
  },
  forget: (label) => knn.clearClass(label),
  async load({ file, labels, examples }) {
    remember(await floats(file), labels, examples);
  },

  /** The embeddings of prepared pictures, one after the other. */
  async embeddings(pictures) {
    const size = network.side ** 2;
    const all = await floats(pictures);
    const found = [];
    for (let at = 0; at < all.length; at += size) {
      found.push(...tf.tidy(() => network.run(asTensor(all.subarray(at, at + size))).dataSync()));
    }
    return found;
  },
  async embedding(pictures, rounds) {
    const size = network.side ** 2;
    const all = await floats(pictures);
    const tensors = Array.from({ length: all.length / size }, (_, at) => asTensor(all.subarray(at * size, (at + 1) * size)));
    const run = (round) => void tf.tidy(() => network.run(tensors[round % tensors.length]).dataSync());
    const times = await sampled(rounds, 1, run);
    tf.dispose(tensors);
    return times;
  },
  /** The nearest of `count` rows of a file, for rows that follow them. */
  async neighbors(file, count, examples, rounds, repeat) {
    const all = await floats(file);
    const labels = Array.from({ length: count / examples }, (_, index) => `label ${index}`);
    remember(all, labels, examples);
    const end = all.length / network.dimension;
    const asked = Array.from({ length: 10 }, (_, index) =>
      tf.tensor1d(all.slice((end - 1 - index) * network.dimension, (end - index) * network.dimension)));
    const ask = (round) => knn.predictClass(asked[round % asked.length], NEIGHBORS);
    await sampled(1, asked.length, ask);
    const times = await sampled(rounds, repeat, ask);
    tf.dispose(asked);
    return times;
  },
  /** Milliseconds of the training alone, and with the drawings drawn and embedded before it. */
  async fineTune({ drawings, classes, epochs, batch, rate }) {
    if (!("sequential" in tf)) importScripts("parts/tf-layers.es2017.min.js");
    const units = classes.length;
    const model = tf.sequential({
      layers: [tf.layers.dense({ units, inputShape: [network.dimension], activation: "softmax" })],
    });
    model.compile({ optimizer: tf.train.sgd(rate), loss: "categoricalCrossentropy" });
    const start = performance.now();
    const xs = embedded(drawings.map(({ strokes }) => strokes));
    xs.dataSync();
    const middle = performance.now();
    const ys = tf.oneHot(drawings.map(({ label }) => classes.indexOf(label)), units);
    await model.fit(xs, ys, { epochs, batchSize: batch, shuffle: true, yieldEvery: "never" });
    model.getWeights().forEach((weight) => weight.dataSync());
    const end = performance.now();
    const guessed = tf.tidy(() => tf.argMax(model.predict(xs), 1).dataSync());
    const right = drawings.filter(({ label }, index) => classes[guessed[index]] === label).length;
    tf.dispose([xs, ys]);
    model.dispose();
    return { training: end - middle, whole: end - start, right };
  },
});

const asTensor = (pixels) => tf.tensor4d(pixels, [1, network.side, network.side, 1]);
