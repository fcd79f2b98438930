/**
 * Makes an element. `on*` are listeners, `class` and `data-*`, `aria-*` are attributes, the rest are properties.
 * Strings become text nodes, never markup.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  assign(element, properties);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * The same for SVG.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {Record<string, any>} properties
 */
function assign(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class" || name === "role" || name === "for" || name.includes("-")) element.setAttribute(name, value);
    else Object.assign(element, { [name]: value });
  }
}

/** No line ends between a number and what it counts in. @param {string} text */
const tied = (text) => text.replace(/(\d|∞) (%|dB)/g, "$1\u00a0$2");

/** Sets text only where it differs, so that a screen reader's live region speaks of changes only. @param {Node} node @param {string} text */
export function setText(node, text) {
  const words = tied(text);
  if (node.textContent !== words) node.textContent = words;
}

/** The same for a list of lines, each an item: whoever has selected some of it to copy keeps that. @param {HTMLElement} list @param {string[]} texts */
export function setItems(list, texts) {
  const lines = texts.map(tied);
  const same = lines.length === list.children.length && lines.every((line, at) => list.children[at].textContent === line);
  if (!same) list.replaceChildren(...lines.map((line) => h("li", {}, line)));
}

let made = 0;
/** An id that no other element of the page has. @param {string} stem */
export const uniqueId = (stem) => `dx-${stem}-${(made += 1)}-${Math.random().toString(36).slice(2, 8)}`;

/** @param {boolean} shown @param {...HTMLElement} elements */
export function show(shown, ...elements) {
  for (const element of elements) element.hidden = !shown;
}

/**
 * Calls back when an element has become wider or narrower, until the view ends.
 * @param {Element} element
 * @param {(width: number) => void} changed
 * @param {AbortSignal} signal
 */
export function onWidth(element, changed, signal) {
  let before = 0;
  const observer = new ResizeObserver(([entry]) => {
    const { width } = entry.contentRect;
    if (Math.abs(width - before) >= 1) changed(before = width);
  });
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect());
}
