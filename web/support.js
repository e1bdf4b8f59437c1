/*
 * A classic script, in the language of old browsers: it says in words what a browser lacks, where the modules of the
 * page could only fail. Inkmoji needs Chrome or Edge 119, Firefox 125, Safari 17.4, or newer: Pyodide's WebAssembly
 * uses exception handling, and the newest parts that the page uses are Promise.withResolvers and Intl.Segmenter.
 */
(function () {
  "use strict";

  /** @param {string} selector */
  function find(selector) {
    return /** @type {HTMLElement} */ (document.querySelector(selector));
  }

  // A function that holds an empty try block, as WebAssembly's exception handling writes it.
  var TRY_BLOCK = [
    0, 97, 115, 109, 1, 0, 0, 0, // magic number and version
    1, 4, 1, 96, 0, 0, // one type: no parameters, no results
    3, 2, 1, 0, // one function of that type
    10, 8, 1, 6, 0, // one body of six bytes, no locals
    6, 64, 25, 11, 11 // try, catch_all, end, end
  ];

  /** @param {() => unknown} test */
  function has(test) {
    try {
      return Boolean(test());
    } catch (error) {
      return false;
    }
  }

  /** @type {[string, () => unknown][]} */
  var needs = [
    ["WebAssembly with exceptions", function () { return WebAssembly.validate(new Uint8Array(TRY_BLOCK)); }],
    ["module workers", function () { return "noModule" in HTMLScriptElement.prototype && window.Worker; }],
    ["dialogs", function () { return HTMLDialogElement.prototype.showModal; }],
    ["text segmentation", function () { return Intl.Segmenter; }],
    ["current JavaScript", function () { return "withResolvers" in Promise && "any" in AbortSignal; }],
    ["a secure connection: open this page over https:// or from localhost", function () { return isSecureContext; }]
  ];

  /** @type {string[]} */
  var missing = [];
  for (var i = 0; i < needs.length; i++) {
    if (!has(needs[i][1])) missing.push(needs[i][0]);
  }
  if (missing.length === 0) return;

  var root = document.documentElement;
  root.setAttribute("data-support", "missing");
  root.setAttribute("data-state", "failed");
  document.addEventListener("DOMContentLoaded", function () {
    find("#missing").textContent = "What is missing: " + missing.join(", ") + ".";
    find("#unsupported").removeAttribute("hidden");
    find("#app").setAttribute("hidden", "");
  });
})();
