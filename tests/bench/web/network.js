/*
 * In a classic worker with TensorFlow.js: the network of `tests/bench/export.py`, with the library's own operations
 * and no layers around them, which is its quickest way.
 */
"use strict";

(() => {
  const OPERATIONS = {
    convolution: ([x], { stride, padding, activation, dilation = 1 }, { weight, bias }) =>
      tf.fused.conv2d({ x, filter: weight, strides: stride, pad: padding, dilations: dilation, bias, activation }),
    inner_product: ([a], { activation }, { weight, bias }) => tf.fused.matMul({ a, b: weight, bias, activation }),
    max_pool: ([x], { size, stride }) => tf.maxPool(x, size, stride, "valid"),
    average_pool: ([x], { size, stride }) => tf.avgPool(x, size, stride, "valid"),
    relu: ([x]) => tf.relu(x),
    add: (blobs) => blobs.reduce((sum, blob) => tf.add(sum, blob)),
    flatten: ([x]) => tf.reshape(x, [x.shape[0], -1]),
    l2_normalize: ([x]) => tf.div(x, tf.maximum(tf.norm(x, 2, 1, true), 1e-12)),
  };

  /** The weights of a layer as tensors; whole numbers are multiplied by their outputs' scale, once and for all. */
  const tensors = ({ weight, scale, bias } = {}, body) => {
    if (!weight) return {};
    const read = ({ dtype, shape, offset }) => {
      const Kind = dtype === "int8" ? Int8Array : Float32Array;
      const size = shape.reduce((product, side) => product * side, 1);
      return new Kind(body.slice(offset, offset + size * Kind.BYTES_PER_ELEMENT));
    };
    const [values, scales] = [read(weight), read(scale)];
    const scaled = Float32Array.from(values, (value, index) => value * scales[index % scales.length]);
    return { weight: tf.tensor(scaled, weight.shape), bias: tf.tensor1d(read(bias)) };
  };

  /** @param {ArrayBuffer} file */
  self.peerNetwork = (file) => {
    const length = new DataView(file).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 4, length)));
    const body = file.slice(4 + length);
    const layers = header.layers.map((layer) => ({ ...layer, weights: tensors(layer.weights, body) }));
    return {
      side: header.shape[0],
      pen: header.pen,
      dimension: header.dimension,
      /** Call it in `tf.tidy`. */
      run(images) {
        const blobs = { [header.input]: images };
        for (const { kind, inputs, output, settings, weights } of layers) {
          blobs[output] = OPERATIONS[kind](inputs.map((name) => blobs[name]), settings, weights);
        }
        return blobs[header.output];
      },
    };
  };
})();
