/** Looking closer: learned, over-fitted or forgotten; what helps; with how much of it. */

import { sliderControl } from "../../kit/controls.js";
import { h, setText, show } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { change, figure, percent } from "../../kit/format.js";
import { along, chartOf, course, rateOf, standing, undone } from "../../kit/learning.js";
import { square } from "../../kit/parts.js";
import { isOver } from "../../kit/runs.js";
import { table } from "../../kit/table.js";
import { mean } from "../../kit/tensors.js";
import { agreementOf, bestOf, errorsOf, nearestWeight } from "./derive.js";

/**
 * @typedef {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} Page
 * @typedef {import("./runs.js").View} View
 */

/** From below the least to above the most. @param {number[][]} columns */
function upwards(...columns) {
  const values = columns.flat().filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return {
    domain:
      /** @type {[number, number]} */ (values.length ? [Math.max(0, low - 0.1 * (high - low) - 1e-4), high + 1e-4] : [0, 1]),
    show: figure,
    read: figure,
  };
}

/** @param {Page} page @param {(update: number) => void} onSelect */
export function learningPanel({ text, kit, signal }, onSelect) {
  const words = text.learning;
  const line = prose();
  const [errors, losses] = [chartOf(words.errors, signal, onSelect, "end"), chartOf(words.losses, signal, onSelect, "none")];
  const charts = h("div", { class: "dx-charts" }, errors.element, losses.element);

  /** @param {View} view */
  function draw({ content, look, updates }) {
    const looks = content?.looks ?? [];
    if (!look || !content) return;
    const told = errorsOf(looks, look);
    const held = look.held.length > 0;
    show(looks.length > 1, charts);
    setText(line,
      looks.length < 2
        ? words.waiting
        : text.sentences([held
          ? told.held > 1.02 * told.heldLeast
            ? words.overfits(look.update, figure(told.seen), figure(told.held), figure(told.heldLeast), told.heldLeastAt)
            : words.learns(look.update, figure(told.heldFirst), figure(told.held), figure(told.seen))
          : words.unheld(look.update, figure(told.seenFirst), figure(told.seen)), told.old > 1.05 * told.oldFirst
          ? words.forgets(figure(told.oldFirst), figure(told.old))
          : words.keeps(figure(told.old))]));
    const x = looks.map(({ update }) => update);
    const columns = { seen: looks.map((one) => mean(one.seen)), held: looks.map((one) => mean(one.held)),
      old: looks.map((one) => mean(one.old)) };
    const axes = { x: along(updates, text), here: look.update };
    errors.draw({ ...axes, y: upwards(columns.seen, columns.held, columns.old),
      series: [{ name: words.seen, concept: "dx-signal", x, y: columns.seen },
        ...(held ? [{ name: words.held, concept: "dx-signal", dash: "6 3", x, y: columns.held }] : []), { name: words.old,
        concept: "dx-text", x, y: columns.old }] },
      words.said(figure(told.seen), held ? figure(told.held) : "–", figure(told.old)));
    const known = content.losses;
    const smooth = known ? course(known, 40) : { x: [], y: [] };
    losses.draw({ ...axes, y: upwards(known ? course(standing(known, content.breaks), 40).y : []),
      series: [{ name: words.losses.name, concept: "dx-noise", ...smooth }],
      marks: [...undone(content.breaks, kit.learning),
        ...content.changes.filter(({ update }) => update > 0).map(({ update, value }) => ({ x: update,
          name: rateOf(Number(value)) })
        )] }, words.lossSaid(smooth.y.length ? figure(smooth.y[smooth.y.length - 1]) : "–"));
  }

  return { element: h("div", {}, line, charts), draw };
}

/** @param {Page} page */
export function helpsPanel({ text, kit, live, write }) {
  const words = text.helps;
  const line = prose();
  const numbers = (/** @type {string} */ name, /** @type {(row: any) => number} */ value, show = figure) => ({ name,
    align: /** @type {"end"} */ ("end"), cell: (/** @type {any} */ row) => show(value(row)), order: value });
  const tried = table({ className: "dx-tried",
    columns: [{ name: words.what, cell: (row) => row.what }, { name: words.updates, align: "end",
      cell: (row) => text.number(row.updates), order: (row) => row.updates }, numbers(words.now, (row) => row.now),
      numbers(words.kept, (row) => row.kept, change), { name: words.best, align: "end", cell: (row) => text.update(row.best),
      order: (row) => row.best }] });
  const offers =
    /** @type {[string, string, any][]} */ ([[words.offers.replay, "replay", 0.5], [words.offers.decay, "decay", 5], [
      words.offers.rank,
      "rank",
      1,
    ], [words.offers.layers, "layers", "text"], [words.offers.full, "method", "full"]]);
  const buttons = offers.map(([label, name, value]) =>
    h("button", { type: "button", class: "dx-button", title: live ? words.hint : kit.state.recording, disabled: !live,
      onclick: () => write(name, value) }, label)
  );

  /** What differs of a session. @param {import("./runs.js").Begin["request"]} request */
  function called(request) {
    const parts = [
      request.method === "full" ? words.full : words.lora(request.rank, text.controls.layers.names[request.layers]),
    ];
    if (request.replay > 0) parts.push(words.replay(percent(request.replay)));
    if (request.decay !== 0.01) parts.push(words.decay(String(request.decay)));
    parts.push(words.pictures(request.pictures.length || request.count));
    return parts.join(" · ");
  }

  /** @type {Map<object, { what: string, updates: number, now: number, kept: number, best: number }>} what was tried on this page, by its beginning */
  const ways = new Map();

  /** @param {View} view */
  function draw({ content, updates }) {
    const { begin, looks = [] } = content ?? {};
    if (!begin || !looks.length) return;
    const [first, last] = [agreementOf(looks[0]), agreementOf(looks[looks.length - 1])];
    ways.set(begin, { what: called(begin.request), updates, now: last.now, kept: last.old - first.old,
      best: bestOf(looks, begin.allowed).update });
    for (const [other, way] of ways) if (other !== begin && way.updates === 0) ways.delete(other);
    const rows = Array.from(ways, ([other, way]) => ({ ...way, what: other === begin ? words.this(way.what) : way.what }));
    setText(line, rows.length > 1 ? words.line(rows.length) : words.alone);
    tried.draw(rows);
  }

  return {
    element: h("div", {}, line, h("div", { class: "dx-offers" }, ...buttons),
      h("div", { class: "dx-scroll", tabIndex: 0, role: "region", "aria-label": words.what }, tried.element)),
    draw,
  };
}

/** @param {Page} page */
export function weightPanel({ text, kit, live, runs, send, choose }) {
  const words = text.weight;
  const line = prose();
  let asked = /** @type {{ run: number | undefined, before: object | null } | null} */ (null);
  const ask = h("button", { type: "button", class: "dx-button", title: live ? words.askHint : kit.state.recording,
    disabled: !live, onclick: () => {
      const { current } = runs.get();
      asked = { run: current?.number, before: current?.content?.weighed ?? null };
      send({ kind: "weigh" });
      setText(ask, words.asked);
    } }, words.ask);
  const slider = sliderControl({ ...words.slider, min: 0, max: 1.5, step: 0.25, concept: "dx-signal",
    show: (value) => value.toFixed(2), onChange: (weight) => choose({ weight }) });
  const grid = h("div", { class: "dx-weights" });
  let laid = /** @type {object | null} */ (null);
  let rows =
    /** @type {{ large: ReturnType<typeof square>, small: ReturnType<typeof square>[], name: string, prompt: string }[]} */ ([]);

  /** @param {import("./runs.js").Weighed} weighed */
  function lay(weighed) {
    laid = weighed;
    rows = weighed.names.flatMap((name) =>
      weighed.prompts.map((prompt) => ({ name: name || words.own, prompt, large: square({ size: 132, pixelated: false }),
        small: weighed.weights.map(() => square({ size: 64, pixelated: false })) })
      )
    );
    grid.replaceChildren(
      ...rows.map(({ name, prompt, large, small }) =>
        h("figure", { class: "dx-weight" }, large.element,
          h("figcaption", {}, h("b", {}, prompt), h("small", {}, name),
            h("div", { class: "dx-row" }, ...small.map(({ element }) => element))))
      ),
    );
  }

  /** @param {View} view */
  function draw({ content, weight, updates }) {
    const weighed = content?.weighed ?? null;
    const { current } = runs.get();
    const over = !current || isOver(current.status);
    if (asked && (over || current?.number !== asked.run || current?.content?.weighed !== asked.before)) { // drawn, or in vain
      asked = null;
      setText(ask, words.ask);
    }
    if (live) ask.disabled = over || asked !== null;
    slider.set(weight);
    show(weighed !== null, grid, slider.element);
    setText(line,
      weighed
        ? text.sentences([words.line, words.drawn(weighed.update), updates > weighed.update ? words.older : ""])
        : words.waiting);
    if (!weighed) return;
    if (laid !== weighed) lay(weighed);
    const chosen = nearestWeight(weighed.weights, weight);
    rows.forEach(({ large, small, name, prompt }, row) => {
      const picture = (/** @type {number} */ at) => weighed.pictures[row * weighed.weights.length + at];
      large.draw({ picture: picture(chosen) }, words.said(name, prompt, weighed.weights[chosen].toFixed(2)));
      small.forEach((tile, at) => {
        tile.draw({ picture: picture(at) }, words.said(name, prompt, weighed.weights[at].toFixed(2)));
        tile.element.classList.toggle("dx-on", at === chosen);
      });
    });
  }

  return { element: h("div", {}, line, h("div", { class: "dx-weighing" }, ask, slider.element), grid), draw };
}
