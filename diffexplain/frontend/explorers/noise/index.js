/** The noise explorer: controls, the picture and its values, the whole chain, a closer look, words and numbers. */

import catalogues from "catalogues:noise";
import { footOf } from "../../kit/foot.js";
import { tinyPercent } from "../../kit/format.js";
import { tabbedPanels } from "../../kit/panels.js";
import { defineExplorer } from "../../kit/shell.js";
import { stateWords } from "../../kit/shown.js";
import { createBar } from "./bar.js";
import { isFlawed, leak } from "./derive.js";
import { jumpPanel, lastPanel, schedulesPanel } from "./panels.js";
import { reduceRuns } from "./runs.js";
import { createStage } from "./stage.js";
import { words } from "./text.js";
import { createTimeline } from "./timeline.js";
import { viewOf } from "./view.js";
import { describe, numbers } from "./words.js";

/** @type {import("../../kit/shell.js").Open<import("./runs.js").Content, import("./text.js").Text>} */
function open(page) {
  const { text, runs, chosen, choose, signal } = page;
  const view = () => viewOf(runs.get(), chosen.get().step);
  const bar = createBar(page, (steps) => { // the same place in a chain of another length
    const { index, steps: before } = view();
    if (chosen.get().step !== null && before) choose({ step: Math.round((index * steps) / before) });
  });
  const stage = createStage(page);
  const timeline = createTimeline(page, view);
  const closer = tabbedPanels(text.panels, { schedules: schedulesPanel(text), jump: jumpPanel(text),
    last: lastPanel(text, signal) }, (panel) => choose({ panel }));
  const foot = footOf(text.facts, {
    concepts: { deviation: "dx-noise", correlation: "dx-signal", signal: "dx-signal", beta: "dx-noise" },
  });

  function draw() {
    const now = view();
    const { content, measures, index, steps } = now;
    const drawing = (/** @type {import("./runs.js").Content} */ { drawing: done, begin }) =>
      done && !begin ? text.state.drawing(done.done, done.total) : null;
    stage.draw(now, stateWords(page, { queued: drawing, running: drawing, failed: () => "" }));
    timeline.draw(now);
    closer.draw(chosen.get().panel, now);
    foot.element.classList.toggle("dx-old", !measures);
    if (content?.begin && measures) foot.draw(text.stepLine(index, steps, describe(text, measures)), numbers(text, now));
    if (content?.begin) bar.parts.picture.showPicture(content.begin.original);
  }

  /** Where the last step is not quite noise. */
  function notice() {
    const { content } = view();
    const lost = content?.begin ? leak(content) : null;
    return lost && content?.begin && isFlawed(lost.left)
      ? text.warning(text.schedules[content.begin.curves[0].name].name, tinyPercent(lost.left))
      : "";
  }

  return { bar: { element: bar.element, parts: { ...bar.parts, compare: timeline.compare } },
    body: [stage.element, timeline.element, timeline.player, closer.element, foot.element], draw, notice,
    keys: (event, editing) => !editing && timeline.keys(event) };
}

export default defineExplorer({ name: "noise", catalogues, words, reduce: reduceRuns, traits: ["step"],
  local: { panel: "schedules" }, open });
