/*
 * A classic script, so that it runs before anything is painted.
 *
 * Light or dark, as the person chose in the settings, or else as the system has it: whoever paints with the page's
 * colours listens to the window's event "schemechange". And the language, as chosen, or else the first of the browser's
 * that the page has: nothing is seen until `strings.js` has translated the page, or that takes too long.
 */
(function () {
  "use strict";

  var PAPER = { light: "#fbfaf8", dark: "#17181d" };
  var root = document.documentElement;
  var system = matchMedia("(prefers-color-scheme: dark)");
  /** @type {{ theme?: unknown, language?: unknown }} */
  var chosen = {};

  function applyScheme() {
    var theme = root.getAttribute("data-theme");
    /** @type {"light" | "dark"} */
    var scheme = theme === "light" || theme === "dark" ? theme : system.matches ? "dark" : "light";
    if (root.getAttribute("data-scheme") === scheme) return;
    root.setAttribute("data-scheme", scheme);
    var color = document.querySelector("meta[name=theme-color]");
    if (color) color.setAttribute("content", PAPER[scheme]);
    window.dispatchEvent(new Event("schemechange"));
  }

  function applyLanguage() {
    var languages = String(root.getAttribute("data-languages")).split(" ");
    var wanted = [chosen.language].concat(navigator.languages).map(function (tag) { return String(tag).split("-")[0]; });
    var language = wanted.filter(function (each) { return languages.indexOf(each) >= 0; })[0];
    if (!language || language === root.lang) return;
    root.lang = language;
    root.setAttribute("data-untranslated", "");
  }

  try {
    // Where preferences.js keeps it.
    chosen = JSON.parse(localStorage.getItem("inkmoji:" + new URL(".", location.href).pathname + ":preferences") || "{}") || {};
  } catch (error) {
    // Nothing that could be read was chosen.
  }
  root.setAttribute("data-theme", String(chosen.theme));
  if ("addEventListener" in system) system.addEventListener("change", applyScheme);
  new MutationObserver(applyScheme).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
  applyScheme();
  applyLanguage();
})();
