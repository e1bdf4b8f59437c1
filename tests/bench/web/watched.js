/* The classic worker that the address names, with its memories of WebAssembly noted. */
"use strict";

importScripts("watch.js", self.location.search.slice(1));
