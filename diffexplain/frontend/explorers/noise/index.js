/** The noise explorer: controls, the picture and its values, the whole chain, a closer look, words and numbers. */

import catalogues from "catalogues:noise";
import { h, show } from "../../kit/dom.js";
import { tinyPercent } from "../../kit/format.js";
import { createClock, playerKeys } from "../../kit/player.js";
import { isBusy, isOver } from "../../kit/runs.js";
import { segmentControl } from "../../kit/segments.js";
import { defineExplorer } from "../../kit/shell.js";
import { createBar } from "./bar.js";
import { leak } from "./derive.js";
import { createFoot } from "./foot.js";
import { isFlawed, jumpPanel, lastPanel, schedulesPanel } from "./panels.js";
import { reduceRuns } from "./runs.js";
import { createStage } from "./stage.js";
import { words } from "./text.js";
import { createTimeline } from "./timeline.js";
import { viewOf } from "./view.js";

/** @typedef {"schedules" | "jump" | "last"} PanelName */

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @returns {import("../../kit/shell.js").View}
 */
function open(page) {
  const { text, kit, live, runs, chosen, choose, write, cancel, runAgain, constants, signal } = page;
  const view = () => viewOf(runs.get(), chosen.get().step);
  const select = (/** @type {number} */ index) => choose({ step: index });
  const byHand = (/** @type {number} */ index) => {
    clock.stop();
    select(index);
  };
  const clock = createClock({ count: () => view().steps + 1, get: () => view().index, go: select, signal,
    changed: (playing) => choose({ playing }) });
  const bar = createBar(page, (steps) => { // the same place in a chain of another length
    const { index, steps: before } = view();
    if (chosen.get().step !== null && before) select(Math.round((index * steps) / before));
  });
  const stage = createStage(text);
  const timeline = createTimeline(text, kit, constants("_controls").schedules, { onSelect: byHand,
    onCompare: (names) => write("compare", names), onPlay: clock.toggle, onCancel: cancel, onRunAgain: runAgain });
  const foot = createFoot(text);
  const panels =
    /** @type {Record<PanelName, import("./panels.js").Panel>} */ ({ schedules: schedulesPanel(text), jump: jumpPanel(text),
      last: lastPanel(text) });
  const names = /** @type {PanelName[]} */ (Object.keys(panels));
  const tabs = segmentControl({ label: text.panels.label, hint: "",
    choices: names.map((value) => ({ value, ...text.panels[value] })), onChange: (panel) => choose({ panel }) });
  const closer = h("section", { class: "dxn-closer" }, tabs.element, ...names.map((name) => panels[name].element));
  signal.addEventListener("abort", () => {
    stage.disconnect();
    timeline.disconnect();
  });

  const draw = () => {
    const { panel, playing } = chosen.get();
    const { current } = runs.get();
    const now = view();
    stage.draw(now, stateWords());
    timeline.draw(now, { playing, busy: isBusy(current?.status), failed: isOver(current?.status), canRun: live });
    tabs.set(panel);
    for (const name of names) show(name === panel, panels[name].element);
    panels[/** @type {PanelName} */ (panel)].draw(now);
    foot.draw(now);
    const { begin } = now.content ?? {};
    if (begin) bar.picture.showPicture(begin.original);
  };

  function stateWords() {
    const { current } = runs.get();
    if (!current || current.status.state === "done" || current.status.state === "failed") return "";
    const { drawing, begin } = current.content;
    if (drawing && !begin && isBusy(current.status)) return text.state.drawing(drawing.done, drawing.total);
    return kit.state[current.status.state];
  }

  /** Where the last step is not quite noise. */
  function notice() {
    const { content } = view();
    const lost = content?.begin ? leak(content) : null;
    return lost && content?.begin && isFlawed(lost.left)
      ? text.warning(text.schedules[content.begin.curves[0].name].name, tinyPercent(lost.left))
      : "";
  }

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (editing || event.key === "Escape") return false;
    const { index, steps } = view();
    return playerKeys(event, { index, count: steps + 1, toggle: clock.toggle, select: byHand });
  }

  return { bar: { element: bar.element, parts: { ...bar.parts, compare: timeline.compare } },
    body: [stage.element, timeline.element, closer, foot.element], draw, keys, notice };
}

export default defineExplorer({ name: "noise", catalogues, words, reduce: reduceRuns, traits: ["step"],
  local: { playing: false, panel: "schedules" }, open });
