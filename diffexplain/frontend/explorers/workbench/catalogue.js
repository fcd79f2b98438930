/** Which explorers there are: the five questions side by side, below each a tile for every explorer that answers it. */

import { h, setText, show, uniqueId } from "../../kit/dom.js";
import { spoken } from "../../kit/words.js";

/**
 * @typedef {import("./messages").Tile} Tile
 * @typedef {import("../../kit/shell.js").Page<any, import("./text.js").Text>} Page
 */

/**
 * Tiles with the same reason for not being shown, in order.
 * @param {Tile[]} tiles
 * @param {string} language
 * @returns {{ reason: string, titles: string[] }[]}
 */
export function reasons(tiles, language) {
  const found = /** @type {Map<string, string[]>} */ (new Map());
  for (const { title, lacking } of tiles) {
    const reason = spoken(lacking, language);
    if (reason) found.set(reason, [...(found.get(reason) ?? []), spoken(title, language)]);
  }
  return [...found].map(([reason, titles]) => ({ reason, titles }));
}

/**
 * @param {Page} page
 * @param {{ toggle: (name: string) => void, goTo: (name: string) => void }} options
 */
export function createCatalogue({ text, language, live, constants }, { toggle, goTo }) {
  const grid = h("div", { class: "dx-questions" }, h("p", { class: "dx-waiting" }, text.waiting));
  const why = h("ul", { class: "dx-reasons", hidden: true });
  const element = h("nav", { class: "dx-catalogue", "aria-label": text.catalogue }, grid, why);
  const recorded = Boolean(constants("_controls").recorded);
  /** @type {Record<string, { element: HTMLElement, button: HTMLButtonElement, draw: (wanted: boolean, there: boolean) => void }>} */
  let tiles = {};
  let drawn = /** @type {any} */ (null);

  /** In a recording a table of contents is enough. @param {Tile} tile */
  function lineOf({ name, title }) {
    const button = h("button", { type: "button", class: "dx-link", onclick: () => goTo(name) }, spoken(title, language));
    return { element: button, button, draw() {} };
  }

  /** @param {Tile} tile */
  function tileOf({ name, title, about, lacking }) {
    const button = h("button", { type: "button", class: "dx-button", onclick: () => toggle(name) });
    const jump = h("button", { type: "button", class: "dx-link", onclick: () => goTo(name) }, text.show);
    const absent = Boolean(spoken(lacking, language));
    const id = uniqueId("tile");
    const actions = absent
      ? h("small", { class: "dx-absent" }, recorded ? text.lackingRecorded : text.lacking)
      : h("div", { class: "dx-actions" }, button, jump);
    const named = spoken(title, language);
    const element = h("article", { class: absent ? "dx-tile dx-lacking" : "dx-tile", "aria-labelledby": id },
      h("b", { id }, named), h("p", {}, spoken(about, language)), actions);
    if (absent) element.title = spoken(lacking, language);
    return { element, button, draw(/** @type {boolean} */ wanted, /** @type {boolean} */ there) {
      const action = wanted && !there ? text.opening : wanted ? text.close : text.open;
      setText(button, action);
      button.setAttribute("aria-label", text.named(action, named));
      button.disabled = wanted && !there;
      element.classList.toggle("dx-on", wanted);
      jump.setAttribute("aria-label", text.named(text.show, named));
      show(wanted && there, jump);
    } };
  }

  /** @param {import("./messages").OfferedMessage["data"]} offered @param {string[]} opened */
  function build({ questions, tiles: all }, opened) {
    const shown = all.filter(({ name }) => live || opened.includes(name)); // in a recording none can be opened
    tiles = Object.fromEntries(shown.map((tile) => [tile.name, live ? tileOf(tile) : lineOf(tile)]));
    const columns = questions.map((question, at) => ({ question, at, own: shown.filter((tile) => tile.question === at) }));
    grid.replaceChildren(
      ...columns.filter(({ own }) => own.length).map(({ question, at, own }) =>
        h("section", { class: "dx-question" }, h("h3", {}, text.question(at + 1, spoken(question, language))),
          h("div", { class: "dx-tiles" }, ...own.map(({ name }) => tiles[name].element)))
      ),
    );
    const lines = live ? reasons(shown, language) : [];
    why.replaceChildren(...lines.map(({ reason, titles }) => h("li", {}, text.because(text.list(titles), reason))));
    show(lines.length > 0, why);
    show(live || shown.length > 1, element);
  }

  return {
    element,
    /** The button of an explorer. @param {string} name */
    button: (name) => tiles[name]?.button,
    /** @param {import("./messages").OfferedMessage["data"] | null} offered @param {string[]} opened  that are to be open @param {string[]} there  that are */
    draw(offered, opened, there) {
      if (!offered) return;
      if (offered !== drawn) build(drawn = offered, opened);
      for (const [name, tile] of Object.entries(tiles)) tile.draw(opened.includes(name), there.includes(name));
    },
  };
}
