/** The data set explorer: the field's data sets by size, the filter by CLIP, and a closer look. The page answers the threshold alone. */

import catalogues from "catalogues:dataset";
import { ladderControl, sliderControl, textControl } from "../../kit/controls.js";
import { h } from "../../kit/dom.js";
import { footOf } from "../../kit/foot.js";
import { fixed, percent } from "../../kit/format.js";
import { tabbedPanels } from "../../kit/panels.js";
import { picturePicker } from "../../kit/pictures.js";
import { barOf, seedTrait } from "../../kit/run_controls.js";
import { defineExplorer } from "../../kit/shell.js";
import { stateWords } from "../../kit/shown.js";
import { measuresOf, viewOf } from "./derive.js";
import { createHistogram } from "./histogram.js";
import { coursePanel, groupsPanel, keptPanel, learnedPanel, setsPanel } from "./panels.js";
import { reduceRuns } from "./runs.js";
import { createSizes } from "./sizes.js";
import { words } from "./text.js";

const COUNTS = [40, 120, 240, 480, 1000, 2000];

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @returns {import("../../kit/shell.js").View}
 */
function open(page) {
  const { text, kit, language, runs, chosen, choose, write, send, constants, signal } = page;
  const { limits, gallery, own } = constants("_controls");
  const bar = createBar();
  const [sizes, histogram] = [createSizes(page), createHistogram(page)];
  const stage = h("div", { class: "dx-stage" }, sizes.element, histogram.element);
  const closer = tabbedPanels(text.panels, { kept: keptPanel(page, () => draw()), course: coursePanel(page),
    groups: groupsPanel(page), learned: learnedPanel(page), sets: setsPanel(page) }, (panel) => choose({ panel }));
  const foot = footOf(text.facts, { concepts: { precision: "dx-signal", recall: "dx-text" } });

  function createBar() {
    const slider = (/** @type {"wrong" | "noisy" | "unseen" | "chinese"} */ name, most = 1) =>
      sliderControl({ ...text.controls[name], min: 0, max: most, step: 0.05, show: percent, onChange: (value) =>
        write(name, value) });
    const picture = picturePicker({ ...text.controls.picture, text: kit.pictures, language, signal, gallery,
      onPick: (reference) => write("picture", reference),
      onUpload: (bytes) => send({ kind: "picture", field: "picture" }, [bytes]) });
    const parts = {
      caption: textControl({ ...text.controls.caption, className: "dx-grow", maxLength: limits.text, onChange: (value) =>
        write("caption", value) }),
      picture,
      wrong: slider("wrong", limits.wrong),
      ...(own ? {} : { noisy: slider("noisy"), unseen: slider("unseen"), chinese: slider("chinese") }),
      count: ladderControl({ ...text.controls.count, values: COUNTS, onChange: (value) => write("count", value) }),
      seed: seedTrait(text.controls.seed, "seed", limits.seed, write),
    };
    return { ...barOf(parts), picture };
  }

  function draw() {
    const now = viewOf(runs.get(), chosen.get());
    const { content, outcome, pairs, mine, threshold } = now;
    const state = stateWords(page, { done: () => "", failed: () => "",
      running: ({ progress, scored }) => scored ? "" : progress && text.progress(progress.done, progress.total) });
    sizes.draw(now);
    histogram.draw(now, state);
    closer.draw(chosen.get().panel, now);
    if (mine) bar.picture.showPicture(mine.image);
    foot.element.classList.toggle("dx-old", now.old);
    if (!content || !pairs.length) return;
    const { precision, recall, kept } = measuresOf(outcome);
    const share = (/** @type {number} */ value) => (Number.isNaN(value) ? "–" : percent(value));
    foot.draw(text.sentences([text.foot.line(fixed(threshold), outcome), mine ? text.foot.mine(mine.score, threshold) : ""]), {
      precision: [share(precision), text.foot.formulas.precision],
      recall: [share(recall), text.foot.formulas.recall],
      kept: [share(kept), text.foot.formulas.kept],
      ...(mine ? { mine: [fixed(mine.score), text.foot.formulas.mine] } : {}),
    });
  }

  /** What of the reader's caption was not read. */
  function notice() {
    const { content } = viewOf(runs.get(), chosen.get());
    const read = content?.mine?.read;
    return content?.begin && read !== null && read !== undefined ? text.cut(content.begin.request.caption.slice(read)) : "";
  }

  return { bar, body: [stage, closer.element, foot.element], draw, notice,
    keys: (event, editing) => !editing && closer.keys(event) };
}

export default defineExplorer({ name: "dataset", catalogues, words, reduce: reduceRuns, traits: ["threshold", "panel"],
  local: { picked: 6 }, open });
