/**
 * The workbench: a bar for all explorers, the questions with the explorers that answer them, and those that are open. An open one is the
 * explorer itself; whoever holds this page (Jupyter, a file) puts it in.
 */

import catalogues from "catalogues:workbench";
import { h } from "../../kit/dom.js";
import { newest, ruled } from "../../kit/reducers.js";
import { runBar } from "../../kit/run_controls.js";
import { defineExplorer } from "../../kit/shell.js";
import { refusal } from "../../kit/words.js";
import { createBenches } from "./benches.js";
import { createCatalogue, firstQuestion } from "./catalogue.js";
import { words } from "./text.js";

/**
 * @param {import("./catalogue.js").Page} page
 * @returns {import("../../kit/shell.js").View}
 */
function open(page) {
  const { text, language, live, runs, chosen, choose, constants, write } = page;
  const controls = constants("_controls");
  const bar = runBar(text.controls, language, controls, write);
  bar.element.prepend(h("p", { class: "dx-for-all", title: text.bar.hint }, text.bar.name));
  if (!controls.negative) bar.parts.negative_prompt.disable(text.controls.noNegative);
  if (controls.recorded) { for (const part of Object.values(bar.parts)) part.disable(text.recorded); }
  const catalogue = createCatalogue(page, { toggle, goTo: (name) => benches.show(name),
    ask: (question) => choose({ question }) });
  const benches = createBenches(page, Object.keys(bar.parts), (name) => {
    toggle(name);
    requestAnimationFrame(() => catalogue.button(name)?.focus()); // its question is the chosen one by then
  });
  let awaited = "";

  /** @param {string} name */
  function toggle(name) {
    const { opened } = chosen.get();
    awaited = opened.includes(name) ? "" : name;
    choose({ question: offeredTiles().find((tile) => tile.name === name)?.question ?? null,
      opened: awaited ? [...opened, name] : opened.filter((/** @type {string} */ one) => one !== name) });
  }

  /** @returns {import("./messages").Tile[]} */
  const offeredTiles = () => runs.get().lasting?.offered?.tiles ?? [];

  function draw() {
    const { opened, _explorers, _differs, question } = chosen.get();
    const offered = runs.get().lasting?.offered ?? null;
    catalogue.draw(offered, { opened, there: Object.keys(_explorers),
      question: question ?? firstQuestion(offered?.tiles ?? [], opened) });
    benches.draw(offered?.tiles ?? [], _explorers, _differs);
    if (!(awaited in _explorers)) return;
    benches.show(awaited);
    awaited = "";
  }

  /** Why one could not be opened. */
  function notice() {
    const { refused } = runs.get();
    return refused?.field === "opened" ? refusal(refused, language, refused.field) : "";
  }

  return { bar, body: [catalogue.element, benches.element, h("div", { class: "dx-foot", hidden: !live })], draw, notice };
}

export default defineExplorer({ name: "workbench", catalogues, words,
  reduce: ruled({ asked: newest("asked") }, ({ asked }) => asked !== null), traits: ["opened", "_explorers", "_differs"],
  local: { question: null }, open });
