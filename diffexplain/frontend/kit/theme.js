/** Colours of the page's theme for what is painted on a canvas, and the moment when they change. */

import { h } from "./dom.js";

/**
 * Reads custom properties as colours. `light-dark()` is resolved where a colour is used, so each has an element that uses it.
 * @param {string[]} names  such as "--heat-low"
 */
export function colourProbe(names) {
  const probes = names.map((name) => {
    const probe = h("i", { hidden: true });
    probe.style.color = `var(${name})`;
    return probe;
  });
  return {
    element: h("span", { hidden: true, "aria-hidden": "true" }, ...probes),
    /** Red, green and blue of each, 0 to 255. @returns {number[][]} */
    read: () => probes.map((probe) => channels(getComputedStyle(probe).color)),
  };
}

/** The same as CSS colours by name, for a canvas. @param {string[]} names */
export function themeColours(names) {
  const probe = colourProbe(names);
  return {
    element: probe.element,
    /** @returns {Record<string, string>} */
    read: () =>
      Object.fromEntries(
        probe.read().map((channels, at) => [names[at].slice(2), `rgb(${channels.map(Math.round).join(" ")})`]),
      ),
  };
}

/** @param {string} colour  as a computed style gives it: "rgb(1, 2, 3)" or "color(srgb 0.1 0.2 0.3)" */
export function channels(colour) {
  const channels = (colour.match(/-?\d*\.?\d+(e-?\d+)?/g) ?? []).map(Number).slice(0, 3);
  while (channels.length < 3) channels.push(0);
  return colour.startsWith("color(") ? channels.map((value) => 255 * value) : channels;
}

/**
 * Calls back when the page may have changed between light and dark: JupyterLab and others set an attribute, a bare page follows the system.
 * @param {() => void} changed
 * @param {AbortSignal} signal
 */
export function onTheme(changed, signal) {
  const observer = new MutationObserver(() => requestAnimationFrame(changed));
  for (const node of [document.documentElement, document.body]) {
    observer.observe(node, { attributes: true,
      attributeFilter: ["class", "data-theme", "theme", "data-jp-theme-light", "data-jp-theme-name"] });
  }
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    system.removeEventListener("change", changed);
  });
}
