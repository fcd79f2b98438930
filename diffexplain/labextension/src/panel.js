// The side panel: explorers by kernel, each with what it looks like, how it stands and what can be done with it.
import { card } from "./card.js";
import { element } from "./element.js";

/** @typedef {import("./text.js").Say} Say */
/** @typedef {import("./kernels.js").Kernel} Kernel */
/** @typedef {import("./card.js").Card} Card */
/** @typedef {"bring" | "cancel" | "pause" | "resume" | "close" | "export"} Action */

/**
 * @typedef {object} Doing what the panel needs of the application around it.
 * @property {Say} say
 * @property {import("./text.js").Language} language
 * @property {(name: import("./card.js").IconName) => Element} icon
 * @property {(action: Action, kernel: string, explorer: import("./link.js").Explorer) => void} act
 * @property {(kernel: string) => "bring" | "bringPanel" | "bringElsewhere"} bringing where an explorer of this kernel can be shown.
 * @property {{ label: string, about: string, run: () => void }[]} beginnings what to offer where no explorer is alive.
 */

/** Fills an element, and again at each change: what stays keeps its elements, and so the focus. */
export class PanelView {
  /** @type {Map<string, { section: HTMLElement, heading: HTMLElement, list: HTMLElement }>} */
  #kernels = new Map();
  /** @type {Map<string, Card>} */
  #cards = new Map();
  #empty;

  /** @param {HTMLElement} root @param {Doing} doing */
  constructor(root, doing) {
    this.root = root;
    this.doing = doing;
    this.#empty = this.#nothing();
    root.append(element("h2", "dx-lab-heading", doing.say("panel")), this.#empty);
  }

  /** @param {Kernel[]} kernels */
  update(kernels) {
    this.#empty.hidden = kernels.length > 0;
    const there = new Set(kernels.flatMap(({ explorers }) => explorers.map(({ model }) => model)));
    for (const [model, { node, dispose }] of this.#cards) {
      if (there.has(model)) continue;
      this.#leave(node);
      dispose();
      this.#cards.delete(model);
    }
    for (const [id, { section }] of this.#kernels) {
      if (kernels.some((kernel) => kernel.id === id)) continue;
      section.remove();
      this.#kernels.delete(id);
    }
    for (const kernel of kernels) this.#kernel(kernel);
  }

  dispose() {
    this.update([]);
  }

  /** @param {Kernel} kernel */
  #kernel({ id, name, path, explorers }) {
    const { section, heading, list } = this.#kernels.get(id) ?? this.#section(id);
    heading.textContent = name;
    heading.title = path;
    list.setAttribute("aria-label", name);
    explorers.forEach((explorer, at) => {
      const known = this.#cards.get(explorer.model);
      const shown = known ?? card(this.doing, id, explorer);
      this.#cards.set(explorer.model, shown);
      shown.update(explorer);
      if (list.children[at] !== shown.node) list.insertBefore(shown.node, list.children[at] ?? null);
    });
    if (!section.isConnected) this.root.append(section);
  }

  /** @param {string} id */
  #section(id) {
    const heading = element("h3", "dx-lab-kernel");
    const list = element("ul", "dx-lab-list");
    const made = { section: element("section", "dx-lab-section", heading, list), heading, list };
    this.#kernels.set(id, made);
    return made;
  }

  /** Whoever had the focus in a card that goes finds it in the next one. @param {HTMLElement} node */
  #leave(node) {
    const next = /** @type {HTMLElement | null} */ (node.nextElementSibling ?? node.previousElementSibling);
    const had = node.contains(document.activeElement);
    node.remove();
    if (had) /** @type {HTMLElement} */ (next?.querySelector("button:not([hidden])") ?? this.root).focus();
  }

  #nothing() {
    const { say, beginnings } = this.doing;
    const buttons = beginnings.map(({ label, about, run }) => {
      const button = element("button", "dx-lab-begin jp-mod-styled", label);
      button.title = about;
      button.addEventListener("click", run);
      return button;
    });
    return element("div", "dx-lab-empty", element("p", "", say("empty")), ...buttons);
  }
}
