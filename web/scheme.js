/*
 * A classic script, so that it runs before anything is painted: light or dark, as the person chose in the settings, or
 * else as the system has it. Whoever paints with the page's colours listens to the window's event "schemechange".
 */
(function () {
  "use strict";

  var PAPER = { light: "#fbfaf8", dark: "#17181d" };
  var root = document.documentElement;
  var system = matchMedia("(prefers-color-scheme: dark)");

  function apply() {
    var theme = root.getAttribute("data-theme");
    /** @type {"light" | "dark"} */
    var scheme = theme === "light" || theme === "dark" ? theme : system.matches ? "dark" : "light";
    if (root.getAttribute("data-scheme") === scheme) return;
    root.setAttribute("data-scheme", scheme);
    var color = document.querySelector("meta[name=theme-color]");
    if (color) color.setAttribute("content", PAPER[scheme]);
    window.dispatchEvent(new Event("schemechange"));
  }

  try {
    // Where preferences.js keeps it.
    var kept = JSON.parse(localStorage.getItem("inkmoji:" + new URL(".", location.href).pathname + ":preferences") || "{}");
    root.setAttribute("data-theme", String(kept.theme));
  } catch (error) {
    // Nothing that could be read was chosen.
  }
  if ("addEventListener" in system) system.addEventListener("change", apply);
  new MutationObserver(apply).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
  apply();
})();
