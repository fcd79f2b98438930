/** The attention explorer: controls, the sentence as a chart, the picture under a word's map, all steps, layers and heads, words and numbers. */

import catalogues from "catalogues:attention";
import { createAsker } from "../../kit/detail.js";
import { h } from "../../kit/dom.js";
import { footOf } from "../../kit/foot.js";
import { runBar } from "../../kit/run_controls.js";
import { isBusy } from "../../kit/runs.js";
import { defineExplorer } from "../../kit/shell.js";
import { stateWords } from "../../kit/shown.js";
import { stepCount } from "../../kit/steps.js";
import { createLayers } from "./layers.js";
import { reduceRuns } from "./runs.js";
import { createSentence } from "./sentence.js";
import { createLook, createStage } from "./stage.js";
import { words } from "./text.js";
import { createTimeline } from "./timeline.js";
import { lacking, viewOf } from "./view.js";
import { describe, numbers } from "./words.js";

/** @typedef {import("./derive.js").Half} Half */

/** @type {import("../../kit/shell.js").Open<import("./runs.js").Content, import("./text.js").Text>} */
function open(page) {
  const { text, kit, language, live, runs, chosen, choose, write, constants, send, signal } = page;
  const view = () => viewOf(runs.get(), chosen.get());
  /** Looks at a word; with Ctrl or Shift also at it, or no longer. @param {Half} half @param {number} at @param {MouseEvent} event */
  function pick(half, at, event) {
    const now = view();
    const before = (event.ctrlKey || event.metaKey || event.shiftKey) && now.half === half ? now.picked : [];
    const after = before.includes(at) && before.length > 1 ? before.filter((one) => one !== at) : [...new Set([...before, at])];
    choose({ half, word: after });
  }
  const offer = constants("_controls");
  const bar = runBar(text.controls, language, offer, write);
  if (!offer.negative) bar.parts.negative_prompt.disable(text.controls.noNegative);
  const sentence = createSentence(page, { onPick: pick, onHalf: (half) => choose({ half, word: "" }),
    onAmong: (among) => choose({ among }) });
  const stage = createStage(page, (at, event) => pick(view().half, at, event));
  const look = createLook(page);
  const timeline = createTimeline(page, view);
  const layers = createLayers(page, () => draw());
  const { all, ...facts } = text.facts;
  const foot = footOf(facts, { concepts: { share: "dx-text", signal: "dx-signal" },
    below: [h("small", { class: "dx-careful" }, text.careful)] });
  const want = createAsker({ send, signal });

  function draw() {
    const { scale, detail } = chosen.get();
    const now = view();
    const { content, measures, old } = now;
    sentence.draw(now);
    stage.draw(now, chosen.get(), stateWords(page, { running, failed: () => "" }));
    look.draw(chosen.get());
    timeline.draw(now);
    layers.draw(now, { scale, busy: isBusy(runs.get().current?.status),
      asked: detail ?? content?.begin?.request.detail ?? "mean" });
    foot.element.classList.toggle("dx-old", !measures || old);
    if (live) want(now.run, chosen.get().playing || now.following ? [] : lacking(now), () => false);
    if (content?.begin && measures) foot.draw(describe(text, now), numbers(text, now));
  }

  /** @param {import("./runs.js").Content} content */
  function running(content) {
    const { begin, steps, end, decoded, apart, apartSteps } = content;
    if (!end) return text.state.running(steps.length, stepCount(content));
    const decodedAll = Object.keys(decoded).length >= Math.min(stepCount(content), 64); // MOST_STEPS of explorers/decoding.py
    if (begin?.request.detail !== "layers" || !decodedAll) return text.state.decoding;
    return text.state.apart(Object.keys(apartSteps).length, apart?.steps.length ?? 0);
  }

  /** What of the prompt was not read. */
  function notice() {
    const cut = runs.get().current?.content.begin?.sentences.find((one) => one.half === "cond" && one.truncated);
    return cut?.truncated ? kit.truncated(cut.limit, cut.truncated.dropped_text) : "";
  }

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (editing) return false;
    if (event.key === "Escape") {
      const { pinned, layer } = chosen.get();
      if (pinned) choose({ pinned: null, hover: null });
      else if (layer) choose({ layer: "", head: -1 });
      return Boolean(pinned || layer);
    }
    if (event.target === stage.picture) return stage.press(event.key);
    if (event.target === layers.canvas) return layers.press(event.key);
    return timeline.keys(event);
  }

  return {
    bar: { element: bar.element, parts: { ...bar.parts, detail: { ...layers.detail, set: (/** @type {string} */ value) =>
      choose({ detail: value }) } } },
    body: [sentence.element, stage.element, look.element, timeline.element, timeline.player, layers.element, foot.element],
    draw,
    keys,
    notice,
  };
}

export default defineExplorer({ name: "attention", catalogues, words, reduce: reduceRuns,
  traits: ["word", "half", "step", "over", "layer", "head", "among", "strength", "patches", "scale"],
  local: { hover: null, pinned: null, detail: null }, open });
