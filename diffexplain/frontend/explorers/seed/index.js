/**
 * The seed explorer: a wall of pictures from one sentence, and beside it what they share, the way between two, and another sentence.
 * Only drawing asks for Python; everything else is answered here.
 */

import catalogues from "catalogues:seed";
import { ladderControl } from "../../kit/controls.js";
import { h, setText, show } from "../../kit/dom.js";
import { footOf } from "../../kit/foot.js";
import { tabbedPanels } from "../../kit/panels.js";
import { playerRow, stayingRow } from "../../kit/player.js";
import { barOf, wayControls, wishControls } from "../../kit/run_controls.js";
import { isBusy } from "../../kit/runs.js";
import { defineExplorer } from "../../kit/shell.js";
import { fromEnd, stateWords } from "../../kit/shown.js";
import { createTiles } from "../../kit/tiles.js";
import { createWall } from "../../kit/wall.js";
import { afterPick, markOf } from "./derive.js";
import { createMean } from "./mean.js";
import { createOther } from "./other.js";
import { exactAt, newest, reduceRuns, tileAt, viewOf } from "./runs.js";
import { words } from "./text.js";
import { createWalk } from "./walk.js";
import { describe } from "./words.js";

/** What the slider of seeds offers: walls that are square. */
const COUNTS = [4, 9, 16, 25, 36, 49, 64];

/** @type {import("../../kit/shell.js").Open<import("./runs.js").Content, import("./text.js").Text>} */
function open(page) {
  const { text, kit, language, live, runs, chosen, choose, write, constants, signal } = page;
  const { limits, samplers } = constants("_controls");
  const view = () => viewOf(runs.get(), chosen.get().step);
  const picked = () => /** @type {import("./derive.js").Picked} */ ({ walk: chosen.get().walk, pick: chosen.get().pick });
  const mark = (/** @type {number} */ seed) => markOf(picked(), seed);
  const tiles = createTiles(() => signal.aborted || draw());

  /** @param {import("./derive.js").Picked} next */
  function settle(next) {
    const asks = JSON.stringify(next.walk) !== JSON.stringify(picked().walk);
    choose({ ...next, ...(next.walk ? { panel: "walk", stop: 0 } : {}) });
    if (asks) write("walk", next.walk);
  }
  const pick = (/** @type {number} */ seed) => settle(afterPick(picked(), seed));
  const look = (/** @type {number | null} */ looked) => choose({ looked });

  const player = playerRow(page, { label: text.scrub, at: view,
    select: (index) => choose({ step: fromEnd(index, view().count) }),
    busy: () => isBusy(runs.get().current?.status) && !runs.get().current?.content.end });
  const bar = barOf({ ...wishControls(text.controls, limits, write),
    count: ladderControl({ ...text.controls.count, values: COUNTS, onChange: (count) => write("count", count) }),
    ...wayControls(text.controls, language, samplers, write) });
  const wall = createWall({ tiles, onPick: pick, onLook: look });
  const mean = createMean(page, { onSelect: player.byHand });
  const walk = createWalk(page, tiles, { stops: () => view().content?.begin?.request.frames ?? 0, onFirst() {
    const [a, b] = view().content?.begin?.seeds ?? [];
    if (b !== undefined) settle({ walk: [a, b], pick: null });
  } });
  const other = createOther(page, tiles, { onPick: pick, onLook: look });
  const panels = tabbedPanels(text.panels, { mean, walk, other }, (panel) => choose({ panel }), "dx-right");
  const foot = footOf(text.facts.names, {
    concepts: { fixed: "dx-signal", chance: "dx-noise", usual: "dx-noise", same: "dx-signal" },
  });
  for (const each of [wall, other.wall]) each.allow(live, live ? "" : kit.state.recording);

  const heading = h("b", {});
  const shown = h("small", {});
  const state = h("small", { class: "dx-state", role: "status" });
  const hint = h("small", { class: "dx-hint" });
  const refused = h("span", { class: "dx-refused", role: "alert" });
  const clear = h("button", { type: "button", class: "dx-link", onclick: () => settle({ walk: null, pick: null }) },
    text.wall.clear);
  const stage = h("div", { class: "dx-stage" },
    h("section", { class: "dx-left" }, h("div", { class: "dx-top" }, h("span", {}, heading, " ", shown), state),
      h("div", { class: "dx-head dx-field" }, hint, clear, refused), wall.element), panels.element);

  const parts = { ...bar.parts, other_prompt: other.prompt, frames: walk.frames,
    walk: /** @type {import("../../kit/controls.js").Control<number[] | null>} */ ({
      element: stage,
      set: (value) => choose({ walk: value }),
      refuse: (why) => setText(refused, why),
      disable() {}, // the wall says so itself
    }) };

  function draw() {
    const now = view();
    const { panel, looked, stop } = chosen.get();
    const { content, index, count, old } = now;
    const begin = content?.begin;
    if (begin && content) {
      const last = index === count - 1 && exactAt(content.first, index);
      const place = last ? text.wall.finished : text.wall.guess(begin.told[index] + 1, begin.step_count);
      setText(heading, text.wall.heading(begin.seeds.length));
      setText(shown, place);
      wall.draw(begin.seeds, (at) => tileAt(content.first, index, at), { old, looked, markOf: mark,
        words: text.wall.words(begin.seeds.length, begin.request.prompt, place), tileWords: text.tile });
    }
    player.draw(begin ? text.stepWords(begin.told[index] + 1, begin.step_count) : "");
    setText(state, stateWords(page, { running: runningWords, failed: () => "" }));
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
    panels.draw(panel, now, { picked: picked(), looked, markOf: mark });
    const { sentence, values } = describe(text, now, { panel, stop, looked });
    foot.draw(sentence, values);
  }

  /** @param {import("./runs.js").Content} content */
  function runningWords({ begin, first, walk: stops, walked, other: second, pairs, end, refining }) {
    if (!begin) return text.state.begin;
    if (end) return refining ? text.state.refining(refining.done, refining.total) : "";
    const { told, seeds, request, step_count: count } = begin;
    const done = (/** @type {import("./runs.js").Pictures} */ pictures) => (told[newest(pictures)] ?? -1) + 1;
    if (!exactAt(first, told.length - 1)) {
      const [started, finished] = [0, told.length - 1].map((place) => Object.keys(first.tiles[place] ?? {}).length);
      return started < seeds.length ? text.state.one(finished + 1, seeds.length) : text.state.wall(done(first), count);
    }
    if (request.walk && !walked) return text.state.walk(done(stops), count);
    return request.other_prompt && !pairs ? text.state.other(done(second), count) : "";
  }

  function unlearned() {
    const begin = viewOf(runs.get(), 0).content?.begin;
    return begin ? [...begin.unlearned, ...begin.negative_unlearned, ...begin.other_unlearned] : [];
  }

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (editing) return false;
    if (event.key === "Escape" && picked().pick !== null) {
      settle({ walk: null, pick: null });
      return true;
    }
    if (wall.key(event) || other.wall.key(event)) return true;
    const inWalk = chosen.get().panel === "walk" && walk.element.contains(/** @type {Node} */ (event.target));
    return (inWalk ? walk : player).keys(event);
  }

  return { bar: { element: bar.element, parts }, body: [stage, stayingRow(player, signal), foot.element], draw, keys,
    unlearned };
}

export default defineExplorer({ name: "seed", catalogues, words, reduce: reduceRuns, traits: ["step", "panel", "pick"],
  local: { stop: 0, looked: null, walk: null }, open });
