/** The guidance explorer: the two halves of a step, all steps, and a closer look at how much is enough, what too much does, and other ways. */

import catalogues from "catalogues:guidance";
import { footOf } from "../../kit/foot.js";
import { figure, percent } from "../../kit/format.js";
import { tabbedPanels } from "../../kit/panels.js";
import { runBar } from "../../kit/run_controls.js";
import { defineExplorer } from "../../kit/shell.js";
import { stateWords } from "../../kit/shown.js";
import { coursePanel } from "./course.js";
import { isRemixed } from "./derive.js";
import { reduceRuns, viewOf } from "./runs.js";
import { scalesPanel } from "./scales.js";
import { createStage } from "./stage.js";
import { words } from "./text.js";
import { createTimeline } from "./timeline.js";
import { waysPanel } from "./ways.js";

/** @type {import("../../kit/shell.js").Open<import("./runs.js").Content, import("./text.js").Text>} */
function open(page) {
  const { text, language, runs, chosen, choose, write, constants } = page;
  const view = () => viewOf(runs.get(), chosen.get());
  const stage = createStage(page);
  const timeline = createTimeline(page, view);
  const ways = waysPanel(page, timeline.onStep);
  const closer = tabbedPanels(text.panels, { scales: scalesPanel(page), course: coursePanel(page, timeline.onStep), ways },
    (panel) => choose({ panel }));
  const bar = runBar(text.controls, language, constants("_controls"), write);
  const foot = footOf(text.facts, { concepts: { change: "dx-guidance", guided: "dx-signal", with: "dx-text" } });

  function draw() {
    const now = view();
    stage.draw(now, stateWords(page, { running, done: ({ end }) => (end ? text.state.done(end.seconds) : "") }));
    timeline.draw(now);
    closer.draw(chosen.get().panel, now);
    foot.draw(describe(now), numbers(now));
  }

  /** @param {import("./runs.js").Content} content */
  function running({ begin, steps, end, decoded, drawing, scales, ways }) {
    if (!end) return text.state.running(steps.length, begin?.step_count ?? 0);
    const share = (/** @type {import("./messages").Drawing} */ { done, total }) => percent(done / Math.max(1, total));
    if (ways || (!drawing.scales && !scales)) return text.state.decoding;
    if (drawing.ways) return text.state.ways(share(drawing.ways));
    return drawing.scales && !scales
      ? text.state.scales(share(drawing.scales))
      : Object.keys(decoded).length
      ? text.state.ways(percent(0))
      : text.state.decoding;
  }

  /** @param {import("./runs.js").View} now */
  function describe({ step, index, count }) {
    if (!step) return text.say.empty;
    const [without, withText, change, guided] = step.lengths.data;
    const times = guided / withText;
    return text.sentences([text.say.apart(index + 1, count, figure(step.angle), percent(change / without)),
      times > 1.25 ? text.say.loud(figure(times)) : text.say.calm(figure(times))]);
  }

  /** @param {import("./runs.js").View} now @returns {Record<string, [string, string]>} */
  function numbers(now) {
    const { step, content, own } = now;
    if (!step) return {};
    const [without, withText, change, guided] = Array.from(step.lengths.data, figure);
    const { formulas } = text;
    const clipped = content?.decoded[step.index]?.clipped.data[2];
    return { timestep: [figure(step.timestep), formulas.timestep], angle: [`${figure(step.angle)}°`, formulas.angle],
      without: [without, formulas.length], with: [withText, formulas.length], change: [change, formulas.length],
      guided: [guided, step.plain ? formulas.guided(figure(own ?? 1)) : formulas.length],
      ...(clipped === undefined ? {} : { clipped: /** @type {[string, string]} */ ([percent(clipped), formulas.clipped]) }) };
  }

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (event.key === "Escape" && isRemixed(view())) {
      choose({ remix: null });
      return true;
    }
    return !editing && timeline.keys(event);
  }

  return { bar: { element: bar.element, parts: { ...bar.parts, ...ways.controls } },
    body: [stage.element, timeline.element, timeline.player, closer.element, foot.element], draw, keys };
}

export default defineExplorer({ name: "guidance", catalogues, words, reduce: reduceRuns, traits: ["step", "remix", "panel"],
  open });
