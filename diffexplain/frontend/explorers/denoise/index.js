/**
 * The denoising explorer: controls, the pipeline as a flow, a kept run beside this one, all steps, the panel of an opened place, words
 * and numbers.
 * Messages go into one store, the selection into another; whatever changes, the parts are drawn from both.
 */

import catalogues from "catalogues:denoise";
import { createAsker } from "../../kit/detail.js";
import { h, setText, show } from "../../kit/dom.js";
import { footOf } from "../../kit/foot.js";
import { openPanels } from "../../kit/panels.js";
import { runBar } from "../../kit/run_controls.js";
import { defineExplorer } from "../../kit/shell.js";
import { stateWords } from "../../kit/shown.js";
import { stepCount } from "../../kit/steps.js";
import { besideParts } from "./beside.js";
import { has, lacksArrays, needs } from "./needs.js";
import { panels as makers } from "./panels.js";
import { reduceRuns } from "./runs.js";
import { createStage } from "./stage.js";
import { words } from "./text.js";
import { createTimeline } from "./timeline.js";
import { viewOf } from "./view.js";
import { describe, numbers } from "./words.js";

/** @type {import("../../kit/shell.js").Open<import("./runs.js").Content, import("./text.js").Text>} */
function open(page) {
  const { text, kit, language, live, runs, chosen, write, send, constants, signal } = page;
  const view = () => viewOf(runs.get(), chosen.get().step);
  const bar = runBar(text.controls, language, constants("_controls"), write);
  const note = h("p", { class: "dx-prose", hidden: true });
  const panels = openPanels(page,
    Object.fromEntries(Object.entries(makers).map(([name, make]) => [name, () => make(text, kit)])),
    (name) => text.places[/** @type {keyof typeof text.places} */ (name)].name, note);
  const beside = besideParts(page);
  const stage = createStage(text, kit.known, panels.opener, beside.keep);
  const timeline = createTimeline(page, view);
  const foot = footOf(text.facts, { concepts: { signal: "dx-signal" } });
  const want = createAsker({ send, signal });

  function draw() {
    const now = view();
    const { step, measures, index, count } = now;
    stage.draw(now,
      stateWords(page, {
        running: (content) => content.end ? text.state.decoding : text.state.running(content.steps.length, stepCount(content)),
        done: ({ end }) => (end ? text.state.done(end.seconds) : ""),
      }));
    beside.draw(now);
    panels.draw(now);
    bringIntoSight(chosen.get().place);
    drawDetail(now, chosen.get().place, timeline.playing());
    timeline.draw(now);
    foot.element.classList.toggle("dx-old", !step);
    if (step && measures) foot.draw(text.stepLine(index, count, describe(text, measures)), numbers(text, step, measures));
  }

  let open = chosen.get().place;
  /** Whoever opens a place here sees its panel below the player, whose slider it follows. @param {string} place */
  function bringIntoSight(place) {
    const opened = place !== open && place !== "" && stage.element.contains(document.activeElement); // not by another view
    open = place;
    if (opened) requestAnimationFrame(() => panels.element.scrollIntoView({ block: "nearest" }));
  }

  /** Asks for all numbers of what the open place shows; where nobody can be asked, says so. @param {import("./view.js").View} now @param {string} place @param {boolean} playing */
  function drawDetail(now, place, playing) {
    const wanted = needs(now, place);
    const { content, run } = now;
    if (live && content) want(run, playing || now.following ? [] : wanted, (number) => has(content, number));
    const lacking = lacksArrays(now, place);
    show(!lacking, panels.body);
    show(!live && wanted.length > 0, note);
    setText(note, lacking ? text.detail.none : text.detail.small);
  }

  return { bar, body: [stage.element, beside.element, timeline.element, timeline.player, panels.element, foot.element], draw,
    keys: (event, editing) => panels.keys(event) || (!editing && timeline.keys(event)) };
}

export default defineExplorer({ name: "denoise", catalogues, words, reduce: reduceRuns, traits: ["step", "place"], open });
