/** The pictures that it learns from, and what it draws: of the new thing, and of what it knew before. */

import { h, setText } from "../../kit/dom.js";
import { figure } from "../../kit/format.js";
import { since } from "../../kit/learning.js";
import { square } from "../../kit/parts.js";
import { spriteStyle } from "../../kit/pictures.js";
import { mean } from "../../kit/tensors.js";

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createStage(page) {
  const { text } = page;
  const words = text.stage;
  const learned = h("div", { class: "dx-lesson", role: "list" });
  const note = h("p", { class: "dx-lead" });
  const rows = { news: rowOf("dx-signal"), olds: rowOf("dx-text") };
  const element = h("div", { class: "dx-stage" }, h("section", {}, h("b", {}, words.lesson), note, learned),
    h("section", { class: "dx-drawn" }, rows.news.element, rows.olds.element));
  let laid = /** @type {object | null} */ (null);

  /** @param {string} concept */
  function rowOf(concept) {
    const [name, lead, grid] = [h("b", { class: concept }), h("p", { class: "dx-lead" }), h("div", { class: "dx-samples" })];
    return { element: h("div", {}, name, lead, grid), name, lead, grid, tiles: /** @type {Tile[]} */ ([]) };
  }
  /** @typedef {{ picture: ReturnType<typeof square>, note: HTMLElement }} Tile */

  /** @param {ReturnType<typeof rowOf>} row @param {import("../../kit/protocol.js").Picture[]} pictures @param {number[]} agreement @param {string[]} prompts @param {boolean} old */
  function drawRow(row, pictures, agreement, prompts, old) {
    if (row.tiles.length !== pictures.length) {
      row.tiles = pictures.map(() => ({ picture: square({ size: 132, pixelated: false }), note: h("small", {}) }));
      row.grid.replaceChildren(...row.tiles.map((tile) => h("figure", {}, tile.picture.element, tile.note)));
    }
    row.tiles.forEach((tile, at) => {
      tile.picture.draw({ picture: pictures[at], old }, words.sample(prompts[at], at + 1));
      setText(tile.note, words.tile(prompts[at], figure(agreement[at])));
    });
  }

  /** @param {import("./runs.js").Begin} begin */
  function lay({ sheet, columns, tile, captions }) {
    if (laid === sheet) return;
    laid = sheet;
    learned.replaceChildren(...captions.map((caption, at) => {
      const cell = h("span", { class: "dx-thumb", role: "listitem", "aria-label": caption, title: caption });
      Object.assign(cell.style, spriteStyle({ sheet, columns, side: tile, pictures: [] }, at));
      return cell;
    }));
  }

  /** @param {import("./runs.js").View} now */
  function draw({ content, look, old, updates, index }) {
    const begin = content?.begin;
    if (!begin || !look) return;
    lay(begin);
    const { replay } = begin.request;
    setText(note,
      text.sentences([words.lessonNote(begin.captions.length, begin.prompt),
        begin.replayed ? words.replayed(Math.round(100 * replay), begin.replayed) : ""]));
    setText(rows.news.name, words.newTitle(begin.prompt));
    setText(rows.olds.name, words.oldTitle);
    const first = content.looks[0];
    const isNewest = index === content.looks.length - 1;
    setText(rows.news.lead,
      text.sentences([
        words.newLead(look.update, figure(mean(first.new_agreement)), figure(mean(look.new_agreement)),
          begin.real_new === null ? null : figure(begin.real_new)),
        since(page, { updates, update: look.update, newest: isNewest }),
      ]));
    setText(rows.olds.lead,
      words.oldLead(look.update, figure(mean(first.old_agreement)), figure(mean(look.old_agreement)),
        begin.real_old === null ? null : figure(begin.real_old)));
    drawRow(rows.news, look.news, look.new_agreement, look.news.map(() => begin.prompt), old);
    drawRow(rows.olds, look.olds, look.old_agreement, begin.olds, old);
  }

  return { element, draw };
}
