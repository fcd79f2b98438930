/**
 * A closer look: panels of which one is chosen by tabs, or one at most is opened by what it belongs to.
 *
 * @typedef {{ element: HTMLElement, draw: (...now: any[]) => void, keys?: (event: KeyboardEvent) => boolean }} Panel  drawn with what its
 *   explorer draws all of them with
 */

import { h, setText, show, uniqueId } from "./dom.js";
import { wordedSegments } from "./segments.js";

/**
 * Panels and the switch between them.
 * @param {Record<string, any> & { label: string }} words  of each panel's tab, and the label of them all
 * @param {Record<string, Panel>} panels
 * @param {(panel: string) => void} onChange
 * @param {string} [className]
 */
export function tabbedPanels(words, panels, onChange, className = "dx-closer") {
  const tabs = wordedSegments(words, Object.keys(panels), onChange);
  let shown = /** @type {Panel | null} */ (null);
  return {
    element: h("section", { class: className }, tabs.element, ...Object.values(panels).map((panel) => panel.element)),
    /** @param {string} open @param {...any} now */
    draw(open, ...now) {
      tabs.set(open);
      for (const [name, { element }] of Object.entries(panels)) show(name === open, element);
      panels[open]?.draw(...now);
      shown = panels[open] ?? null;
    },
    /** @param {KeyboardEvent} event @returns {boolean}  whether the key was the chosen panel's */
    keys: (event) => shown?.keys?.(event) ?? false,
  };
}

/**
 * Panels that open below what they explain. `place` among what the reader has chosen is the name of the open one, "" for none.
 * @param {Pick<import("./shell.js").Page<any, any>, "kit" | "chosen" | "choose">} page
 * @param {Record<string, () => Panel>} panels  made when they open
 * @param {(name: string) => string} [title]  of an open one, in a head with a button that closes it
 * @param {...Node} below  what stands in the panel whichever is open
 */
export function openPanels({ kit, chosen, choose }, panels, title, ...below) {
  const id = uniqueId("panel");
  const [heading, body] = [h("strong", {}), h("div", {})];
  const close = () => choose({ place: "" });
  const head = title
    && h("header", {}, heading,
      h("button", { type: "button", class: "dx-close", "aria-label": kit.close, title: `${kit.close} (Esc)`, onclick: close },
        "×"));
  const element = h("section", { class: "dx-panel", id, hidden: true }, head, body, ...below);
  const openers = /** @type {Record<string, HTMLButtonElement>} */ ({});
  let opened = "";
  /** @type {Panel | null} */
  let panel = null;

  return {
    element,
    body,
    /** The button of a panel. @param {string} name @param {Record<string, any>} properties @param {...(Node | string)} children */
    opener(name, properties, ...children) {
      openers[name] = h("button", { type: "button", "aria-expanded": "false", "aria-controls": id, ...properties,
        onclick: () => choose({ place: chosen.get().place === name ? "" : name }) }, ...children);
      openers[name].dataset.place = name;
      return openers[name];
    },
    /** @param {...any} now */
    draw(...now) {
      const { place } = chosen.get();
      if (place !== opened) {
        opened = place;
        panel = panels[place]?.() ?? null;
        body.replaceChildren(...(panel ? [panel.element] : []));
        if (panel && title) setText(heading, title(place));
      }
      for (const [name, button] of Object.entries(openers)) button.setAttribute("aria-expanded", String(name === place));
      show(panel !== null, element);
      panel?.draw(...now);
    },
    /** Escape closes. @param {KeyboardEvent} event */
    keys(event) {
      if (event.key !== "Escape" || !chosen.get().place) return false;
      close();
      return true;
    },
  };
}
