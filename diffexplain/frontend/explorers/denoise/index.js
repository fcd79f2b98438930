/**
 * The denoising explorer: controls, the pipeline as a flow, the panel of an opened place, all steps, words and numbers.
 * Messages go into one store, the selection into another; whatever changes, the parts are drawn from both.
 */

import catalogues from "catalogues:denoise";
import { createAsker } from "../../kit/detail.js";
import { h, setText, show, uniqueId } from "../../kit/dom.js";
import { createClock, playerKeys } from "../../kit/player.js";
import { runBar } from "../../kit/run_controls.js";
import { isBusy, isOver } from "../../kit/runs.js";
import { defineExplorer } from "../../kit/shell.js";
import { createFoot } from "./foot.js";
import { has, lacksArrays, needs } from "./needs.js";
import { panels } from "./panels.js";
import { reduceRuns, stepCount } from "./runs.js";
import { createStage } from "./stage.js";
import { words } from "./text.js";
import { createTimeline } from "./timeline.js";
import { viewOf } from "./view.js";

/** @typedef {keyof typeof panels} PlaceName */

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @returns {import("../../kit/shell.js").View}
 */
function open({ text, kit, language, live, runs, chosen, choose, write, cancel, runAgain, send, constants, signal }) {
  const view = () => viewOf(runs.get(), chosen.get().step);
  /** @param {number} index */
  const select = (index) => choose({ step: index === view().count - 1 ? -1 : index }); // the last step stays the last when their number changes
  const byHand = (/** @type {number} */ index) => {
    clock.stop();
    select(index);
  };
  const toggle = (/** @type {string} */ name) => choose({ place: chosen.get().place === name ? "" : name });
  const clock = createClock({ count: () => view().count, get: () => view().index, go: select, signal,
    changed: (playing) => choose({ playing }) });

  const panelId = uniqueId("panel");
  const bar = runBar(text.controls, language, constants("_controls"), write);
  const stage = createStage(text, { panel: panelId, onOpen: toggle });
  const timeline = createTimeline(text, kit, { onSelect: byHand, onPlay: clock.toggle, onCancel: cancel,
    onRunAgain: runAgain });
  const foot = createFoot(text);
  const panelTitle = h("strong", {});
  const panelBody = h("div", {});
  const panelNote = h("p", { class: "dx-prose", hidden: true });
  const closePanel = h("button", { type: "button", class: "dx-close", "aria-label": kit.close, title: `${kit.close} (Esc)`,
    onclick: () => choose({ place: "" }) }, "×");
  const panelElement = h("section", { class: "dx-panel", id: panelId, hidden: true }, h("header", {}, panelTitle, closePanel),
    panelBody, panelNote);
  const want = createAsker({ send, signal });
  signal.addEventListener("abort", timeline.disconnect);

  let opened = "";
  /** @type {import("./panels.js").Panel | null} */
  let panel = null;

  const draw = () => {
    const { place, playing } = chosen.get();
    const { current } = runs.get();
    const now = view();
    if (place !== opened) {
      opened = place;
      panel = opened in panels ? panels[/** @type {PlaceName} */ (opened)](text) : null;
      panelBody.replaceChildren(...(panel ? [panel.element] : []));
      if (panel) setText(panelTitle, text.places[/** @type {PlaceName} */ (opened)].name);
    }
    show(panel !== null, panelElement);
    stage.draw(now, opened, stateWords());
    panel?.draw(now);
    drawDetail(now, place, playing);
    timeline.draw(now, { playing, busy: isBusy(current?.status), failed: isOver(current?.status), canRun: live });
    foot.draw(now);
  };

  /** Asks for all numbers of what the open place shows; where nobody can be asked, says so. @param {import("./view.js").View} now @param {string} place @param {boolean} playing */
  function drawDetail(now, place, playing) {
    const wanted = needs(now, place);
    const { content, run } = now;
    if (live && content) want(run, playing || now.following ? [] : wanted, (number) => has(content, number));
    const lacking = lacksArrays(now, place);
    show(!lacking, panelBody);
    show(!live && wanted.length > 0, panelNote);
    setText(panelNote, lacking ? text.detail.none : text.detail.small);
  }

  function stateWords() {
    const { current } = runs.get();
    if (!current) return "";
    const { status, content } = current;
    if (status.state === "running")
      return content.end
        ? text.state.decoding
        : text.state.running(content.steps.length, stepCount(content));
    if (status.state === "done") return content.end ? text.state.done(content.end.seconds) : "";
    return kit.state[status.state];
  }

  /** What of the prompt was not read. */
  function notice() {
    const begin = runs.get().current?.content.begin;
    return begin?.truncated ? text.truncated(begin.token_limit, begin.truncated.dropped_text) : "";
  }

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (event.key === "Escape" && chosen.get().place) {
      choose({ place: "" });
      return true;
    }
    if (editing || event.key === "Escape") return false;
    const { index, count } = view();
    return playerKeys(event, { index, count, toggle: clock.toggle, select: byHand });
  }

  return { bar, body: [stage.element, panelElement, timeline.element, foot.element], draw, keys, notice };
}

export default defineExplorer({ name: "denoise", catalogues, words, reduce: reduceRuns, traits: ["step", "place"],
  local: { playing: false }, open });
