/**
 * Which explorers there are: the five questions side by side, and for the chosen one a tile for each explorer that answers it. So it
 * stays as high however many there are, and what is open is in sight.
 */

import { h, setText, show, uniqueId } from "../../kit/dom.js";
import { spoken } from "../../kit/words.js";

/**
 * @typedef {import("./messages").Tile} Tile
 * @typedef {import("../../kit/shell.js").Page<any, import("./text.js").Text>} Page
 * @typedef {{ opened: string[], there: string[], question: number }} Now  names that are to be open, that are, and what is chosen
 */

/**
 * The question that is chosen at first: that of the first open explorer, else the first that can be answered.
 * @param {Tile[]} tiles
 * @param {string[]} opened
 */
export function firstQuestion(tiles, opened) {
  const tile = tiles.find(({ name }) => opened.includes(name)) ?? tiles.find(({ lacking }) => lacking === "");
  return tile?.question ?? 0;
}

/**
 * @param {Page} page
 * @param {{ toggle: (name: string) => void, goTo: (name: string) => void, ask: (question: number) => void }} options
 */
export function createCatalogue({ text, language, live, constants }, { toggle, goTo, ask }) {
  const questions = h("div", { class: "dx-questions", role: "group", "aria-label": text.catalogue });
  const tiles = h("div", { class: "dx-tiles" }, h("p", { class: "dx-soft" }, text.waiting));
  const element = h("nav", { class: "dx-catalogue", "aria-label": text.catalogue }, questions, tiles);
  const recorded = Boolean(constants("_controls").recorded);
  const absence = recorded ? text.lackingRecorded : text.lacking;
  /** @type {Record<string, HTMLButtonElement>} */
  const buttons = {};
  let drawers = /** @type {((now: Now) => void)[]} */ ([]);
  let drawn = /** @type {any} */ (null);

  /** @param {Tile} tile */
  function tileOf({ name, title, about, lacking, question }) {
    const [named, reason, id] = [spoken(title, language), spoken(lacking, language), uniqueId("tile")];
    const button = h("button", { type: "button", class: "dx-button", onclick: () => toggle(name) });
    const jump = h("button", { type: "button", class: "dx-link", "aria-label": text.named(text.show, named),
      onclick: () => goTo(name) }, text.show);
    const says = reason
      ? [h("small", { class: "dx-absent" }, absence), h("small", {}, reason)]
      : [h("div", { class: "dx-actions" }, button, jump)];
    const tile = h("article", { class: reason ? "dx-tile dx-lacking" : "dx-tile", "aria-labelledby": id },
      h("b", { id }, named), h("p", {}, spoken(about, language)), ...says);
    buttons[name] = button;
    drawers.push((now) => {
      const [wanted, there] = [now.opened.includes(name), now.there.includes(name)];
      const action = wanted && !there ? text.opening : wanted ? text.close : text.open;
      setText(button, action);
      button.setAttribute("aria-label", text.named(action, named));
      button.disabled = wanted && !there;
      tile.classList.toggle("dx-on", wanted);
      show(wanted && there, jump);
      show(now.question === question, tile);
    });
    return tile;
  }

  /** @param {string} question @param {number} at @param {Tile[]} own */
  function questionOf(question, at, own) {
    const able = own.some(({ lacking }) => lacking === "");
    const note = h("small", {});
    const button = h("button", { type: "button", class: able ? "dx-question" : "dx-question dx-lacking",
      onclick: () => ask(at) }, h("span", {}, text.question(at + 1, question)), note);
    drawers.push((now) => {
      const open = own.filter(({ name }) => now.opened.includes(name)).length;
      setText(note, able ? text.count(open, own.length) : absence);
      button.setAttribute("aria-pressed", String(now.question === at));
    });
    return button;
  }

  /** @param {import("./messages").OfferedMessage["data"]} offered @param {string[]} opened */
  function build(offered, opened) {
    drawers = [];
    const shown = offered.tiles.filter(({ name }) => live || opened.includes(name)); // in a recording none can be opened
    const asked = offered.questions.map((question, at) => ({ question: spoken(question, language), at,
      own: shown.filter((tile) => tile.question === at) })
    ).filter(({ own }) => own.length);
    if (!live) return contents(asked, shown.length > 1);
    questions.replaceChildren(...asked.map(({ question, at, own }) => questionOf(question, at, own)));
    tiles.replaceChildren(...shown.map(tileOf));
  }

  /** In a recording a table of contents is enough. @param {{ question: string, at: number, own: Tile[] }[]} asked @param {boolean} several */
  function contents(asked, several) {
    questions.replaceChildren(
      ...asked.map(({ question, at, own }) =>
        h("div", { class: "dx-question" }, h("span", {}, text.question(at + 1, question)), ...own.map(({ name, title }) =>
          h("button", { type: "button", class: "dx-link", onclick: () =>
            goTo(name) }, spoken(title, language))
        ))
      ),
    );
    show(false, tiles);
    show(several, element);
  }

  return {
    element,
    /** The button of an explorer. @param {string} name */
    button: (name) => buttons[name],
    /** @param {import("./messages").OfferedMessage["data"] | null} offered @param {Now} now */
    draw(offered, now) {
      if (!offered) return;
      if (offered !== drawn) build(drawn = offered, now.opened);
      for (const each of drawers) each(now);
    },
  };
}
