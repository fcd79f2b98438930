/**
 * The embedding explorer: a map of pictures and texts, what lies near what, and denoising runs passing through.
 * Everything but embedding something new is done here, so that a recording can be walked through, too.
 */

import catalogues from "catalogues:embedding";
import { h, setText, show } from "../../kit/dom.js";
import { footOf } from "../../kit/foot.js";
import { remembered } from "../../kit/memo.js";
import { isBusy } from "../../kit/runs.js";
import { defineExplorer } from "../../kit/shell.js";
import { selectedOf } from "../../kit/shown.js";
import { onTheme } from "../../kit/theme.js";
import { createImages, createThumbs } from "../../kit/thumbs.js";
import { createBar, createRunControls } from "./bar.js";
import { categoryOf, foundNear, nearest, neighboursOf, PICTURE, picturesIn, TEXT } from "./derive.js";
import { createLegend } from "./legend.js";
import { createMap } from "./map.js";
import { palette } from "./palette.js";
import { createPaths } from "./paths.js";
import { reduceRuns } from "./runs.js";
import { createSide } from "./side.js";
import { words } from "./text.js";
import { describe, numbers } from "./words.js";

const LINKS = 6; // neighbours of each kind that are drawn on the map
const HELD = 500; // points of a lasso that get a ring each
const DASHES = [[], [7, 5], [2, 5], [10, 4, 2, 4]]; // of the seeds of one prompt

/** @type {import("../../kit/shell.js").Open<import("./runs.js").Content, import("./text.js").Text>} */
function open(page) {
  const { text, kit, language, live, runs, chosen, choose, write, signal } = page;
  const look = (/** @type {string} */ what) => choose({ focus: what, point: null, held: null });
  const pick = (/** @type {number | null} */ index) =>
    choose(index === null ? { point: null, held: null } : { point: index, held: null, focus: "point" });

  const thumbs = createThumbs(() => draw());
  const colours = palette();
  let shades = /** @type {import("./palette.js").Colours | null} */ (null);
  const imageOf = createImages(() => map.plot.refresh());

  const bar = createBar(page, look);
  const runControls = createRunControls(page);
  Object.assign(bar.parts, runControls.parts);
  const map = createMap(text, { language, signal, thumbs, onPick: pick, onLasso(held) {
    map.endLasso();
    choose(held.length ? { held, focus: "lasso", point: null } : { held: null });
  } });
  const side = createSide(text, { language, thumbs, onBack: () => pick(null),
    onRemove: live ? () => write("picture", "") : null, onLook: (at) => choose({ looked: at }), onSelect(index) {
    pick(index);
    map.plot.reveal(...map.placeOf(index));
  } });
  const legend = createLegend(text, { language, onHide: (hidden) => choose({ hidden }) });
  const paths = createPaths(page, { controls: runControls.element, walked });
  const showGap = h("button", { type: "button", class: "dx-link",
    onclick: () => choose({ colour: "kind", hidden: [], projection: "gap" }) }, text.foot.showGap);
  const foot = footOf(text.foot.facts, { concepts: { pictures: "dx-signal", texts: "dx-text" }, beside: [showGap] });
  const progress = createProgress(page);
  const stage = h("div", { class: "dx-atlas" },
    h("div", { class: "dx-map-column" }, map.element, progress.element, legend.element), side.element, colours.element);
  onTheme(() => {
    shades = null;
    draw();
  }, signal);

  /** The run whose films are shown: the newest that has some, or the one before while nothing has come. */
  function walked() {
    const { current, last } = runs.get();
    const busy = isBusy(current?.status);
    const shown = current?.content.begin || !busy ? current : last;
    const { begin = null, steps = [] } = shown?.content ?? {};
    const count = begin?.step_count ?? 0;
    const { step } = chosen.get();
    const index = selectedOf(step, count, busy && shown === current && step === -1 ? steps.length - 1 : null); // the last one runs with the run
    return { begin, steps, count, index, old: shown !== current, drawing: busy && drawsPaths(current?.content) };
  }

  /** @param {import("./runs.js").Content | undefined} content */
  const drawsPaths = (content) => content?.progress?.task === "drawing" || Boolean(content?.begin);

  /** What was placed, of the newest run that has placed something. @param {"search" | "picture"} what */
  function placed(what) {
    const { current, last } = runs.get();
    return current?.content[what] ?? (isBusy(current?.status) ? (last?.content[what] ?? null) : null);
  }

  /** @returns {import("./side.js").Focus} */
  function focusNow() {
    const { focus, point, held } = chosen.get();
    if (held) return { kind: "lasso", indices: held };
    if (point !== null) return { kind: "point", index: point };
    const first = placed(focus === "picture" ? "picture" : "search");
    const found = first ?? placed("picture") ?? placed("search");
    return found ? { kind: found.what, placed: found } : null;
  }

  const draw = () => {
    const data = /** @type {import("./messages").Map | null} */ (runs.get().lasting?.map ?? null);
    const { current } = runs.get();
    const { projection, colour, hidden } = chosen.get();
    const busy = isBusy(current?.status);
    const walk = walked();
    shades ??= colours.element.isConnected ? colours.read() : null;
    if (!shades && !signal.aborted) requestAnimationFrame(draw); // colours can be read once the view is on the page
    const said = busy ? progressWords() : "";
    const walking = drawsPaths(current?.content);
    const state = current?.status.state;
    const stopped = !data && (state === "cancelled" || state === "failed") ? kit.state[state] : "";
    progress.draw(stopped || (walking ? "" : said), stopped !== "");
    if (data && shades) {
      thumbs.load(data, picturesIn(data));
      show(data.categories.length > 1, bar.parts.colour.element); // a map of one's own knows kinds alone
      const category = categoryOf(data, colour);
      const tints = remembered(shades, category.key, () => /** @type {import("./palette.js").Colours} */ (shades).of(category));
      map.draw(data, { projection, colour, hidden }, shades, thumbs.get());
      legend.draw(category, tints, hidden);
      const focus = focusNow();
      side.draw(data, focus, { category, colours: tints, back: Boolean(placed("search") ?? placed("picture")),
        ready: thumbs.get() !== null });
      map.lay(overlay(data, focus, walk));
    }
    if (data) foot.draw(describe(text, language, data, projection), numbers(text, data));
    show(projection !== "gap" || colour !== "kind", showGap);
    paths.draw(walking ? said : "", laneColours(walk.begin));
  };

  function progressWords() {
    const { current } = runs.get();
    if (!current) return "";
    const { progress: now, begin, steps } = current.content;
    if (begin && steps.length < begin.step_count) return text.progress.step(steps.length, begin.step_count);
    if (!now) return "";
    const { task, done, total } = now;
    if (task === "model" || task === "drawing") return text.progress[task];
    if (task === "pictures" || task === "texts") return text.progress[task](done, total);
    return done === 0 ? text.progress.begin : text.progress[task](done / total);
  }

  /** A colour for each prompt, whatever the seed. @param {import("./messages").Begin | null} begin */
  function laneColours(begin) {
    if (!begin || !shades) return [];
    const prompts = [...new Set(begin.lanes.map(({ prompt }) => prompt))];
    return begin.lanes.map(({ prompt }) => shades?.lanes[prompts.indexOf(prompt) % shades.lanes.length] ?? "");
  }

  /**
   * @param {import("./messages").Map} data
   * @param {import("./side.js").Focus} focus
   * @param {ReturnType<typeof walked>} walk
   * @returns {import("./map.js").Overlay}
   */
  function overlay(data, focus, walk) {
    const { projection, colour, looked } = chosen.get();
    const marks = /** @type {const} */ (["search", "picture"]).map(placed).filter((found) => found !== null).map((found) => ({
      place: map.placedAt(found.places),
      label: found.label,
      image: imageOf(found.image),
      kind: found.what === "search" ? TEXT : PICTURE,
    }));
    const links = focus?.kind === "point"
      ? { from: map.placeOf(focus.index), to: nearest((kind) => neighboursOf(data, focus.index, kind), LINKS) }
      : focus && "placed" in focus
      ? { from: map.placedAt(focus.placed.places), to: nearest((kind) => foundNear(focus.placed, kind), LINKS) }
      : null;
    return { marks, paths: pathsNow(walk), links: projection === "gap" && focus?.kind !== "point" ? null : links,
      point: looked ?? (focus?.kind === "point" ? focus.index : null),
      held: focus?.kind === "lasso" && focus.indices.length <= HELD ? focus.indices : [],
      gap: data.gap && (projection === "gap" || (projection === "pca" && colour === "kind"))
        ? text.map.gap(text.cosine(data.gap.length))
        : "" };
  }

  /** @param {ReturnType<typeof walked>} walk @returns {import("./map.js").Overlay["paths"]} */
  function pathsNow({ begin, steps, index }) {
    if (!begin || !steps.length) return [];
    const last = Math.min(index, steps.length - 1);
    return begin.lanes.map((lane, at) => {
      const turn = begin.lanes.slice(0, at).filter(({ prompt }) => prompt === lane.prompt).length;
      return { colour: laneColours(begin)[at], dash: DASHES[turn % DASHES.length], at: last, home: map.placedAt(lane.places),
        image: imageOf(steps[last].images[at]), places: steps.map((step) => map.placedAt(step.places, at)) };
    });
  }

  const unlearned = () => [...(placed("search")?.unlearned ?? []), ...(walked().begin?.unlearned ?? [])];

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (editing) return false;
    const { point, held } = chosen.get();
    if (event.key === "Escape") {
      map.endLasso();
      if (point === null && !held) return false;
      pick(null);
      return true;
    }
    if (event.target === map.plot.element) return map.plot.key(event.key);
    return paths.keys(event);
  }

  return { bar, body: [stage, paths.element, paths.player, foot.element], draw, keys, unlearned };
}

/** How far the map is, with a way out of a long fit, and a way back in. @param {import("../../kit/shell.js").Page<any, any>} page */
function createProgress({ kit, live, cancel, runAgain }) {
  const line = h("span", { role: "status" });
  const [stop, again] = /** @type {const} */ ([[kit.cancel, cancel], [kit.again, runAgain]]).map(([name, onclick]) =>
    h("button", { type: "button", class: "dx-progress-button", onclick }, name)
  );
  const element = h("div", { class: "dx-progress", hidden: true }, line, stop, again);
  return { element, draw(/** @type {string} */ words, /** @type {boolean} */ stopped) {
    show(words !== "", element);
    show(live && !stopped, stop);
    show(live && stopped, again);
    setText(line, words);
  } };
}

export default defineExplorer({ name: "embedding", catalogues, words, reduce: reduceRuns,
  traits: ["projection", "colour", "step"], local: { hidden: [], focus: "search", point: null, held: null, looked: null },
  open });
