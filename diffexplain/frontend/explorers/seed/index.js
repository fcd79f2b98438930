/**
 * The seed explorer: a wall of pictures from one sentence, and beside it what they share, the way between two, and another sentence.
 * Only drawing asks for Python; everything else is answered here.
 */

import catalogues from "catalogues:seed";
import { h, setText, show } from "../../kit/dom.js";
import { createClock, playerKeys, scrubber } from "../../kit/player.js";
import { isBusy, isOver } from "../../kit/runs.js";
import { segmentControl } from "../../kit/segments.js";
import { defineExplorer } from "../../kit/shell.js";
import { onTheme } from "../../kit/theme.js";
import { createBar } from "./bar.js";
import { afterPick, markOf } from "./derive.js";
import { createFoot } from "./foot.js";
import { createMean } from "./mean.js";
import { createOther } from "./other.js";
import { newest, reduceRuns } from "./runs.js";
import { words } from "./text.js";
import { createTiles } from "./tiles.js";
import { viewOf } from "./view.js";
import { createWalk } from "./walk.js";
import { createWall } from "./wall.js";

const PANELS = /** @type {const} */ (["mean", "walk", "other"]);

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @returns {import("../../kit/shell.js").View}
 */
function open(page) {
  const { text, kit, live, runs, chosen, choose, write, cancel, runAgain, constants, signal } = page;
  const { limits } = constants("_controls");
  const view = () => viewOf(runs.get(), chosen.get().step);
  const picked = () => /** @type {import("./derive.js").Picked} */ ({ walk: chosen.get().walk, pick: chosen.get().pick });
  const mark = (/** @type {number} */ seed) => markOf(picked(), seed);
  const tiles = createTiles(() => signal.aborted || draw());

  const select = (/** @type {number} */ index) => choose({ step: index === view().count - 1 ? -1 : index }); // the last step stays the last when their number changes
  const stopAt = (/** @type {number} */ stop) => choose({ stop });
  const stops = () => view().content?.begin?.request.frames ?? 0;
  const clock = createClock({ count: () => view().count, get: () => view().index, go: select, signal,
    changed: (playing) => choose({ playing }) });
  const walker = createClock({ count: stops, get: () => chosen.get().stop, go: stopAt, signal,
    changed: (walking) => choose({ walking }) });
  const byHand = (/** @type {number} */ index) => {
    clock.stop();
    select(index);
  };
  const walkByHand = (/** @type {number} */ stop) => {
    walker.stop();
    stopAt(stop);
  };

  /** @param {import("./derive.js").Picked} next */
  function settle(next) {
    const asks = JSON.stringify(next.walk) !== JSON.stringify(picked().walk);
    choose({ ...next, ...(next.walk ? { panel: "walk", stop: 0 } : {}) });
    if (asks) write("walk", next.walk);
  }
  const pick = (/** @type {number} */ seed) => settle(afterPick(picked(), seed));
  const look = (/** @type {number | null} */ looked) => choose({ looked });

  const bar = createBar(page);
  const wall = createWall({ tiles, onPick: pick, onLook: look });
  const mean = createMean(text, { onSelect: byHand });
  const walk = createWalk(text, kit, tiles, { frames: limits.frames, onSelect: walkByHand, onPlay: walker.toggle,
    onFrames: (frames) => write("frames", frames), onFirst() {
    const [a, b] = view().content?.begin?.seeds ?? [];
    if (b !== undefined) settle({ walk: [a, b], pick: null });
  } });
  const other = createOther(text, tiles, { most: limits.prompt, onPrompt: (prompt) => write("other_prompt", prompt),
    onPick: pick, onLook: look });
  const panels = /** @type {Record<string, { element: HTMLElement }>} */ ({ mean, walk, other });
  const tabs = segmentControl({ label: text.panels.label, hint: "",
    choices: PANELS.map((value) => ({ value, ...text.panels[value] })), onChange: (panel) => choose({ panel }) });
  const foot = createFoot(text);
  for (const each of [wall, other.wall]) each.allow(live, live ? "" : kit.state.recording);

  const heading = h("b", {});
  const shown = h("small", {});
  const state = h("small", { class: "dxw-state", role: "status" });
  const hint = h("small", { class: "dxw-hint" });
  const refused = h("span", { class: "dx-refused", role: "alert" });
  const clear = h("button", { type: "button", class: "dxw-clear", onclick: () => settle({ walk: null, pick: null }) },
    text.wall.clear);
  const slider = scrubber({ label: text.scrub, onInput: byHand });
  const play = h("button", { type: "button", class: "dx-button", onclick: clock.toggle });
  const stop = h("button", { type: "button", class: "dx-button", onclick: cancel }, kit.cancel);
  const again = h("button", { type: "button", class: "dx-button", onclick: runAgain }, kit.again);
  const stage = h("div", { class: "dxw-stage" },
    h("section", { class: "dxw-left" }, h("div", { class: "dxw-top" }, h("span", {}, heading, " ", shown), state),
      h("div", { class: "dxw-head dx-field" }, hint, clear, refused), wall.element,
      h("div", { class: "dxw-player" }, h("div", {}, play, stop, again), slider.element)),
    h("section", { class: "dxw-right" }, tabs.element, ...PANELS.map((name) => panels[name].element)));
  onTheme(() => draw(), signal);
  signal.addEventListener("abort", () => [mean, walk, other].forEach((part) => part.disconnect()));

  const parts = { ...bar.parts, other_prompt: other.prompt, frames: walk.frames,
    walk: /** @type {import("../../kit/controls.js").Control<number[] | null>} */ ({
      element: stage,
      set: (value) => choose({ walk: value }),
      refuse: (why) => setText(refused, why),
      disable() {}, // the wall says so itself
    }) };

  function draw() {
    const now = view();
    const { panel, playing, walking, looked, stop: at } = chosen.get();
    const { current } = runs.get();
    const busy = isBusy(current?.status);
    const { content, index, count, old } = now;
    const begin = content?.begin;
    if (begin && content) {
      const last = index === count - 1 && Boolean(content.first.exact[index]);
      const place = last ? text.wall.finished : text.wall.guess(begin.told[index] + 1, begin.step_count);
      setText(heading, text.wall.heading(begin.seeds.length));
      setText(shown, place);
      wall.draw(content, "first", index, { old, looked, markOf: mark,
        words: text.wall.words(begin.seeds.length, begin.request.prompt, place), tileWords: text.tile });
      slider.set(index, count, text.stepWords(begin.told[index] + 1, begin.step_count));
    }
    setText(state, stateWords());
    setText(play, playing ? `❚❚ ${kit.pause}` : `▶ ${kit.play}`);
    play.disabled = count < 2;
    const drawing = busy && !current?.content.end;
    const failed = live && isOver(current?.status);
    show(!drawing && !failed, play);
    show(drawing, stop);
    show(failed, again);
    const { walk: pair, pick: half } = picked();
    setText(hint,
      !live
        ? (pair ? text.wall.recorded(pair[0], pair[1]) : kit.state.recording)
        : pair
        ? text.wall.both(pair[0], pair[1])
        : half !== null
        ? text.wall.second(half)
        : text.wall.hint);
    show(live && (pair !== null || half !== null), clear);
    tabs.set(panel);
    for (const name of PANELS) show(name === panel, panels[name].element);
    if (panel === "mean") mean.draw(now);
    if (panel === "walk") walk.draw(now, { picked: picked(), stop: at, playing: walking, live });
    if (panel === "other") other.draw(now, { looked, live, markOf: mark });
    foot.draw(now, { panel, stop: at, looked });
  }

  function stateWords() {
    const { current } = runs.get();
    if (!current || current.status.state === "done" || current.status.state === "failed") return "";
    if (current.status.state !== "running") return kit.state[current.status.state];
    const { begin, first, walk: stops, walked, other: second, pairs, end, refining } = current.content;
    if (!begin) return text.state.begin;
    if (end) return refining ? text.state.refining(refining.done, refining.total) : "";
    const total = begin.told.length;
    const done = (/** @type {import("./runs.js").Pictures} */ pictures) => begin.told[Math.max(0, newest(pictures))] + 1;
    if (!first.exact[total - 1]) {
      const finished = Object.keys(first.previews[total - 1] ?? {}).length;
      const together = Object.keys(first.previews[0] ?? {}).length === begin.seeds.length;
      return together && !finished
        ? text.state.wall(done(first), begin.step_count)
        : together
        ? text.state.wall(begin.step_count, begin.step_count)
        : text.state.one(finished + 1, begin.seeds.length);
    }
    if (begin.request.walk && !walked) return text.state.walk(newest(stops) < 0 ? 0 : done(stops), begin.step_count);
    return begin.request.other_prompt && !pairs
      ? text.state.other(newest(second) < 0 ? 0 : done(second), begin.step_count)
      : "";
  }

  /** What of the prompts was not read. */
  function notice() {
    const begin = runs.get().current?.content.begin;
    const unread = begin?.truncated ?? begin?.other_truncated;
    return begin && unread ? text.truncated(begin.token_limit, unread.dropped_text) : "";
  }

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (editing) return false;
    if (event.key === "Escape") {
      if (picked().pick === null) return false;
      settle({ walk: null, pick: null });
      return true;
    }
    if (wall.key(event) || other.wall.key(event)) return true;
    if (chosen.get().panel === "walk" && walk.element.contains(/** @type {Node} */ (event.target))) {
      return playerKeys(event, { index: chosen.get().stop, count: stops(), toggle: walker.toggle, select: walkByHand });
    }
    const { index, count } = view();
    return playerKeys(event, { index, count, toggle: clock.toggle, select: byHand });
  }

  return { bar: { element: bar.element, parts }, body: [stage, foot.element], draw, keys, notice };
}

export default defineExplorer({ name: "seed", catalogues, words, reduce: reduceRuns, traits: ["step", "panel", "pick"],
  local: { playing: false, walking: false, stop: 0, looked: null, walk: null }, open });
