/** Looking closer: schedules side by side, one jump beside many steps, what the last step leaves. */

import { chartFrame } from "../../kit/chart_frame.js";
import { h, s, setText, show } from "../../kit/dom.js";
import { factor, named, operator, prose } from "../../kit/figures.js";
import { figure, fixed, tiny, tinyPercent } from "../../kit/format.js";
import { gaussian } from "../../kit/histogram.js";
import { levelAt, logSnr, stepAt, transition } from "../../kit/levels.js";
import { heatRaster } from "../../kit/pixels.js";
import { combine } from "../../kit/tensors.js";
import { textWidth } from "../../kit/text_width.js";
import { freshNoise, isFlawed, leak, neighbours } from "./derive.js";
import { beside, gathered, NOISE_SCALE, noisy, pixelsOf, raster } from "./view.js";

/**
 * @typedef {import("./text.js").Text} Text
 * @typedef {import("./view.js").View} View
 * @typedef {{ element: HTMLElement, draw: (view: View) => void }} Panel
 */

/** A step that may lie between two. @param {number} step */
const place = (step) => String(Math.round(10 * step) / 10);

/** Two rows, a column for each schedule: at the same step they differ, at the same noise level they don't. @param {Text} text @returns {Panel} */
export function schedulesPanel(text) {
  const grid = h("div", { class: "dx-compared" });
  const head = { step: h("div", { class: "dx-name" }, text.same.step, h("small", {})),
    level: h("div", { class: "dx-name" }, text.same.level, h("small", {})) };
  let laid = "";
  /** @type {{ step: ReturnType<typeof named>, level: ReturnType<typeof named> }[]} */
  let columns = [];
  const line = prose();
  return { element: h("div", {}, grid, line), draw(view) {
    const { content, index, level } = view;
    if (!content?.begin) return;
    const { curves } = content.begin;
    const latent = content.begin.preview_matrix !== null;
    setText(line, text.sentences([text.same.line, text.same.scale[latent ? "latents" : "pixels"]]));
    const names = curves.map(({ name }) => name).join();
    if (names !== laid) {
      laid = names;
      columns = curves.map(() => ({ step: named("", { size: 112 }), level: named("", { size: 112 }) }));
      grid.style.setProperty("--columns", String(curves.length));
      grid.style.setProperty("--pixels", pixelsOf(content.begin.x0));
      grid.replaceChildren(head.step, ...columns.map((column) => column.step.element), head.level, ...columns.map((column) =>
        column.level.element
      ));
    }
    const here = logSnr(level.a, level.b);
    setText(/** @type {Node} */ (head.step.lastChild), text.same.stepNote(index));
    setText(/** @type {Node} */ (head.level.lastChild), text.same.levelNote(fixed(here)));
    curves.forEach((curve, at) => {
      const { name } = text.schedules[curve.name];
      const there = levelAt(curve, index);
      columns[at].step.draw(beside(view, curve, index), text.same.at(fixed(logSnr(there.a, there.b))), name);
      const step = at === 0 ? index : stepAt(curve, here);
      const end = levelAt(curve, curve.a.data.length - 1);
      columns[at].level.draw(step === null ? null : beside(view, curve, step),
        step === null ? text.same.never(fixed(logSnr(end.a, end.b))) : text.same.when(place(step)), name);
    });
  } };
}

/** The Markov step beside the closed form. @param {Text} text @returns {Panel} */
export function jumpPanel(text) {
  const before = named("");
  const fresh = named("", { concept: "dx-noise" });
  const chain = named("");
  const picture = named("", { concept: "dx-signal" });
  const noise = named("", { concept: "dx-noise" });
  const closed = named("");
  const difference = named("");
  const factors = Array.from({ length: 4 }, () => factor());
  const line = prose();
  const nearest = h("small", {});
  const formula = h("small", {});
  const rows = h("div", { class: "dx-sums" }, h("div", { class: "dx-name" }, text.jump.chain, formula),
    h("div", { class: "dx-sum" }, factors[0], before.element, operator("+"), factors[1], fresh.element, operator("="),
      chain.element), h("div", { class: "dx-minus" }, difference.element),
    h("div", { class: "dx-name" }, text.jump.closed, h("small", {}, "xₜ = a·x₀ + b·ε")),
    h("div", { class: "dx-sum" }, factors[2], picture.element, operator("+"), factors[3], noise.element, operator("="),
      closed.element));
  return { element: h("div", {}, nearest, rows, line), draw({ content, index, steps }) {
    if (!content?.begin) return;
    const { before: low, after: high } = neighbours(content, index);
    const step = high !== null && (high - index < index - low || low === 0) ? high : low;
    const told = content.frames[step];
    show(Boolean(told) && index > 0, rows);
    setText(nearest, told && index > 0 && step !== index ? text.jump.nearest(step) : "");
    if (!told || index === 0) return setText(line, text.jump.start);
    const { begin, end } = content;
    const [curve, x] = [begin.curves[0], /** @type {import("./derive.js").Tensor} */ (noisy(content, step))];
    const { a, b } = levelAt(curve, step);
    const { keep, add } = transition(curve, step);
    const brought = freshNoise(told.fresh);
    const earlier = step === 1
      ? begin.x0
      : keep > 1e-3
      ? combine([1 / keep, x], [-add / keep, brought])
      : noisy(content, step - 1);
    const drawn = { raster: raster(content, x, 1, a) };
    setText(formula, curve.name === "flow" ? "xₜ = (aₜ/aₜ₋₁)·xₜ₋₁ + c·ε" : "xₜ = √(1−β)·xₜ₋₁ + √β·ε");
    [keep, add, a, b].forEach((factor, at) => setText(factors[at], `${figure(factor)} ·`));
    before.draw(earlier && { raster: raster(content, earlier, 1, levelAt(curve, step - 1).a) }, "", text.jump.before(step - 1));
    fresh.draw({ raster: raster(content, brought, NOISE_SCALE, 0) }, "", text.jump.fresh);
    chain.draw(drawn, "", text.jump.step(step));
    picture.draw({ raster: raster(content, begin.x0) }, "", text.jump.picture);
    noise.draw({ raster: raster(content, /** @type {any} */ (gathered(content, step)), NOISE_SCALE, 0) }, "",
      text.jump.gathered(step));
    closed.draw(drawn, "", text.jump.step(step));
    const [height, width] = told.difference.shape;
    const values = Float32Array.from(told.difference.data, (value) => (value - 128) / 127);
    difference.draw({ raster: heatRaster(values, height, width, 1) },
      told.largest_difference > 0 ? text.jump.largest(tiny(told.largest_difference)) : text.jump.none, text.jump.difference);
    setText(line, end ? text.jump.line(steps, tiny(end.largest_difference), tiny(end.precision)) : "");
  } };
}

/** Channels that are drawn, of models that have many: those that give the picture away. */
const MOST_CHANNELS = 4;

/** What the picture still does to the means in the last step, beside how far the mean of pure noise strays. @param {Text} text @param {AbortSignal} signal @returns {Panel} */
export function lastPanel(text, signal) {
  const last = named("", { size: 112 });
  const [low, row] = [86, 16];
  const frame = chartFrame({ className: "dx-bell", height: low + 12 + row * MOST_CHANNELS, signal });
  const line = prose();
  const run = prose();
  return { element: h("div", {}, h("div", { class: "dx-leak" }, last.element, frame.element), line, run),
    draw({ content, steps }) {
      const lost = content && leak(content);
      const x = content && noisy(content, steps);
      if (!content?.begin || !lost || !x) return;
      const { left, stray, times } = lost;
      const shifts = lost.shifts.slice(0, MOST_CHANNELS);
      const latent = content.begin.preview_matrix !== null;
      const flawed = isFlawed(left);
      const reach = Math.max(4 * stray, 1.5 * Math.abs(shifts[0].shift));
      const strongest = text.last.channel(shifts[0].channel, latent);
      last.draw({ raster: raster(content, x, 1, levelAt(content.begin.curves[0], steps).a) }, text.last.left(tinyPercent(left)),
        text.last.picture);
      frame.draw((width) => {
        const across = (/** @type {number} */ value) => width * (0.5 + value / (2 * reach));
        const bell = Array.from({ length: 161 }, (_, at) => (at / 80 - 1) * reach).map((value) =>
          `${across(value).toFixed(1)},${(low - 58 * (gaussian(value / stray) / gaussian(0))).toFixed(1)}`
        ).join(" ");
        return [s("polygon", { points: `0,${low} ${bell} ${width},${low}`, class: "dx-stray" }),
          s("line", { x1: 0, x2: width, y1: low, y2: low, class: "dx-axis" }),
          s("text", { x: across(0), y: 14, "text-anchor": "middle", class: "dx-noise" }, text.last.bell),
          ...shifts.flatMap(({ channel, shift }, at) => { // from the outside inwards: a longer line never crosses a name
            const [place, below] = [across(shift), low + 15 + row * at];
            const name = `${text.last.channel(channel, latent)} ${shift > 0 ? "+" : ""}${tiny(shift)}`;
            const room = textWidth(name, frame.element) + 8;
            const right = shift >= 0 ? place + room < width : place < room; // names stand away from the middle, where there is room
            return [s("line", { x1: place, x2: place, y1: 24, y2: below + 1, class: "dx-shift" }),
              s("text", { x: place + (right ? 6 : -6), y: below, "text-anchor": right ? "start" : "end", class: "dx-signal" },
                name)];
          })];
      }, text.last.words(strongest, tiny(shifts[0].shift), tiny(stray)));
      const [share, shift, strays] = [tinyPercent(left), tiny(shifts[0].shift), tiny(stray)];
      setText(line,
        !flawed
          ? text.last.clean(share)
          : times >= 2
          ? text.last.mean(share, strongest, shift, strays, figure(times))
          : text.last.dim(share, tiny(Math.abs(shifts[0].shift)), strays));
      setText(run, flawed ? text.last.run : "");
    } };
}
