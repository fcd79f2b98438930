/** The attention explorer: controls, the sentence as a chart, the picture under a word's map, all steps, layers and heads, words and numbers. */

import catalogues from "catalogues:attention";
import { createAsker } from "../../kit/detail.js";
import { createClock, playerKeys } from "../../kit/player.js";
import { runBar } from "../../kit/run_controls.js";
import { isBusy, isOver } from "../../kit/runs.js";
import { defineExplorer } from "../../kit/shell.js";
import { onTheme } from "../../kit/theme.js";
import { patchAt } from "./derive.js";
import { createFoot } from "./foot.js";
import { createLayers } from "./layers.js";
import { createLook } from "./look.js";
import { reduceRuns, stepCount } from "./runs.js";
import { createSentence } from "./sentence.js";
import { createStage } from "./stage.js";
import { words } from "./text.js";
import { createTimeline } from "./timeline.js";
import { lacking, viewOf } from "./view.js";

/** @typedef {import("./derive.js").Half} Half */
/** @typedef {import("./derive.js").Place} Place */

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @returns {import("../../kit/shell.js").View}
 */
function open({ text, kit, language, live, runs, chosen, choose, write, cancel, runAgain, send, constants, signal }) {
  const view = () => viewOf(runs.get(), chosen.get());
  /** @param {number} index */
  const select = (index) => choose({ step: index === view().count - 1 ? -1 : index, over: "step" }); // the last step stays the last when their number changes
  const byHand = (/** @type {number} */ index) => {
    clock.stop();
    select(index);
  };
  /** Looks at a word, or with `more` also at it, or no longer. @param {Half} half @param {number} at @param {boolean} more */
  function pick(half, at, more) {
    const now = view();
    const before = more && now.half === half ? now.picked : [];
    const after = before.includes(at) && before.length > 1 ? before.filter((one) => one !== at) : [...new Set([...before, at])];
    choose({ half, word: after });
  }
  const detail = (/** @type {string} */ value) => {
    write("detail", value);
    choose({ detail: value, ...(value === "mean" ? { layer: "", head: -1 } : {}) });
  };
  const clock = createClock({ count: () => view().count, get: () => view().index, go: select, signal,
    changed: (playing) => choose({ playing }) });
  const offer = constants("_controls");
  const bar = runBar(text.controls, language, offer, write);
  if (!offer.negative) bar.parts.negative_prompt.disable(text.controls.noNegative);
  const sentence = createSentence(text, { onPick: pick, onHalf: (half) => choose({ half, word: "" }) });
  const stage = createStage(text, { onHover: (hover) => choose({ hover }), onPin(pinned) {
    const { field } = view();
    const before = chosen.get().pinned;
    const same = before && pinned && field && JSON.stringify(patchAt(before, field)) === JSON.stringify(patchAt(pinned, field));
    choose({ pinned: same ? null : pinned, hover: null }); // twice the same patch lets it go
  }, onMove: (pinned) => choose({ pinned, hover: null }), onPick: (at, more) => pick(view().half, at, more),
    onMean: () => choose({ layer: "", head: -1 }) });
  const look = createLook(text, choose);
  const timeline = createTimeline(text, kit, { onSelect: byHand, onPlay: clock.toggle, onCancel: cancel,
    onRunAgain: runAgain });
  const layers = createLayers(text, { live, recording: kit.state.recording, onDetail: detail,
    onSelect: (layer, head) => choose({ layer, head }), onSize: () => draw() });
  const foot = createFoot(text);
  const want = createAsker({ send, signal });
  onTheme(() => draw(), signal);
  signal.addEventListener("abort", layers.disconnect);

  const draw = () => {
    const { playing, strength, patches, scale, over, detail: asked } = chosen.get();
    const { current } = runs.get();
    const busy = isBusy(current?.status);
    const now = view();
    sentence.draw(now);
    stage.draw(now, { strength, patches, scale }, stateWords());
    look.draw({ over, patches, scale, strength });
    timeline.draw(now, { playing, busy, failed: isOver(current?.status), canRun: live });
    layers.draw(now, { scale, busy, asked: asked ?? now.content?.begin?.request.detail ?? "mean" });
    foot.draw(now);
    if (live) want(now.run, playing || now.following ? [] : lacking(now), () => false);
  };

  function stateWords() {
    const { current } = runs.get();
    if (!current || current.status.state === "done" || current.status.state === "failed") return "";
    const { begin, steps, end, decoded, apart, apartSteps } = current.content;
    if (current.status.state !== "running") return kit.state[current.status.state];
    if (!end) return text.state.running(steps.length, stepCount(current.content));
    const decodedAll = Object.keys(decoded).length >= Math.min(stepCount(current.content), 64); // MOST_STEPS of explorers/decoding.py
    if (begin?.request.detail !== "layers" || !decodedAll) return text.state.decoding;
    return text.state.apart(Object.keys(apartSteps).length, apart?.steps.length ?? 0);
  }

  /** What of the prompt was not read. */
  function notice() {
    const cut = runs.get().current?.content.begin?.sentences.find((one) => one.half === "cond" && one.truncated);
    return cut?.truncated ? text.truncated(cut.limit, cut.truncated.dropped_text) : "";
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
    const { index, count } = view();
    return playerKeys(event, { index, count, toggle: clock.toggle, select: byHand });
  }

  return {
    bar: { element: bar.element, parts: { ...bar.parts, detail: { ...layers.detail, set: (/** @type {string} */ value) =>
      choose({ detail: value }) } } },
    body: [sentence.element, stage.element, look.element, timeline.element, layers.element, foot.element],
    draw,
    keys,
    notice,
  };
}

export default defineExplorer({ name: "attention", catalogues, words, reduce: reduceRuns,
  traits: ["word", "half", "step", "over", "layer", "head", "strength", "patches", "scale"],
  local: { playing: false, hover: null, pinned: null, detail: null }, open });
