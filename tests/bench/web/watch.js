/* In a worker, before anything else: note every memory of WebAssembly, which V8 counts nowhere. */
"use strict";

(() => {
  const memories = new Set();
  const { Memory } = WebAssembly;
  const note = (instance) => {
    for (const one of Object.values(instance.exports)) {
      if (one instanceof Memory) memories.add(one);
    }
  };
  WebAssembly.Memory = new Proxy(Memory, {
    construct(Kind, given) {
      const memory = new Kind(...given);
      memories.add(memory);
      return memory;
    },
  });
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(Kind, given) {
      const instance = new Kind(...given);
      note(instance);
      return instance;
    },
  });
  for (const method of ["instantiate", "instantiateStreaming"]) {
    const own = WebAssembly[method];
    WebAssembly[method] = async (...given) => {
      const made = await own.apply(WebAssembly, given);
      note(made.instance ?? made);
      return made;
    };
  }
  self.wasmBytes = () => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
})();
