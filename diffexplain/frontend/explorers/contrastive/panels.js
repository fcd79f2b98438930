/** Looking closer: the space that both towers share, one update taken apart, the course of the training, the CLIP that ships. */

import { h, s, setText, show, uniqueId } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { figure, fixed, percent } from "../../kit/format.js";
import { heatmap } from "../../kit/heatmap.js";
import { standing, undone } from "../../kit/learning.js";
import { lineChart } from "../../kit/line_chart.js";
import { spriteStyle } from "../../kit/pictures.js";
import { table } from "../../kit/table.js";
import { endsOf, frameOf, placesOf, reachOf } from "./derive.js";

const [SIDE, EDGE, THUMB] = [480, 14, 24]; // px, of the plane, of what lies around it, of a picture on it
const SMALL = 17; // px, of a cell of an update
const FAR = 5; // px, of a cell of the two matrices

/**
 * @typedef {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} ThisPage
 * @typedef {{ content: import("./runs.js").Content, begin: import("./runs.js").Begin, moment: import("./runs.js").Moment, pair: number[] }} Now
 * @typedef {import("../../kit/panels.js").Panel} Panel
 */

/** @param {ThisPage} page @returns {Panel} */
export function spacePanel({ text, choose }) {
  const words = text.space;
  const line = prose();
  const plane = s("svg", { class: "dx-plane", viewBox: `${-EDGE} ${-EDGE} ${SIDE + 2 * EDGE} ${SIDE + 2 * EDGE}`,
    role: "img" });
  const legend = h("p", { class: "dx-caption" }, words.legend);
  let laid = /** @type {import("./runs.js").Begin | null} */ (null);
  let couples = /** @type {{ element: SVGElement, tie: SVGElement, picture: SVGElement, said: SVGElement }[]} */ ([]);
  plane.addEventListener("pointerdown", (event) => {
    const at = event.target instanceof Element ? event.target.closest("[data-pair]")?.getAttribute("data-pair") : null;
    if (at) choose({ pair: [Number(at), Number(at)] });
  });

  /** The pairs of a session: each picture is cut from the one sheet. @param {import("./runs.js").Begin} begin */
  function lay(begin) {
    laid = begin;
    const { sheet, columns, tile, captions, colours, request } = begin;
    const id = uniqueId("sheet");
    couples = captions.map((caption, at) => {
      const tie = s("line", {});
      const corner = `${(at % columns) * tile} ${Math.floor(at / columns) * tile} ${tile} ${tile}`;
      const picture = s("svg", { width: THUMB, height: THUMB, viewBox: corner }, s("use", { href: `#${id}` }));
      const said = s("path", { d: "M0 -6L6 0L0 6L-6 0z", fill: colours[at] });
      return { element: s("g", { class: "dx-couple", "data-pair": at }, s("title", {}, caption), tie, picture, said), tie,
        picture, said };
    });
    plane.replaceChildren(s("defs", {}, s("image", { id, href: sheet.url, width: sheet.width, height: sheet.height })),
      ...(request.dimensions === 2 ? [s("circle", { class: "dx-rim", cx: SIDE / 2, cy: SIDE / 2, r: SIDE / 2 })] : []),
      ...couples.map(({ element }) => element));
  }

  return { element: h("div", { class: "dx-space" }, h("div", {}, line, legend), plane), draw(/** @type {Now} */ now) {
    const { content, begin, moment, pair: [row] } = now;
    if (laid !== begin) lay(begin);
    const whole = begin.request.dimensions === 2;
    const places = placesOf(moment.points, whole ? { x: 0, y: 0, reach: 1 } : frameOf(content.moments), SIDE);
    const lengths = couples.map(({ element, tie, picture, said }, at) => {
      const [[x, y], [a, b]] = [places[at], places[couples.length + at]];
      for (const [name, value] of Object.entries({ x1: x, y1: y, x2: a, y2: b })) tie.setAttribute(name, value.toFixed(1));
      picture.setAttribute("x", (x - THUMB / 2).toFixed(1));
      picture.setAttribute("y", (y - THUMB / 2).toFixed(1));
      said.setAttribute("transform", `translate(${a.toFixed(1)} ${b.toFixed(1)})`);
      element.classList.toggle("dx-on", at === row);
      return Math.hypot(x - a, y - b) / SIDE;
    });
    if (plane.lastElementChild !== couples[row].element) plane.append(couples[row].element); // it lies over the others
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    setText(line, text.sentences([whole ? words.circle : words.two(begin.request.dimensions), words.apart(percent(mean))]));
    plane.setAttribute("aria-label", words.words(couples.length, moment.update));
  } };
}

/** @param {ThisPage} page @returns {Panel} */
export function updatePanel({ text, live, kit, chosen, choose }) {
  const words = text.update;
  const [line, said, waiting] = [prose(), prose(), prose(live ? words.waiting : kit.state.none)];
  const names = /** @type {const} */ (["before", "by_picture", "by_text", "pulls", "moved"]);
  const rows = h("div", { class: "dx-sides" });
  const plots = names.map((name) => {
    const heat = heatmap({ onHover: () => {}, onSelect: ({ row, column }) => choose({ part: [row, column] }) });
    const signed = name === "pulls" || name === "moved";
    return { name, signed, heat,
      element: h("figure", { class: signed ? "dx-part dx-signed" : "dx-part" }, h("b", {}, words.parts[name].name),
        heat.element, h("small", {}, words.parts[name].note)) };
  });
  const parts = h("div", { class: "dx-parts" }, rows, ...plots.map((plot) => plot.element));

  return { element: h("div", { class: "dx-update" }, line, waiting, parts, said), draw(/** @type {Now} */ { content }) {
    const apart = content.apart;
    show(apart === null, waiting);
    show(apart !== null, parts, said, line);
    if (!apart) return;
    const { before, after, captions, sheet, tile, temperature } = apart;
    const count = captions.length;
    const [row, column] = chosen.get().part.map((/** @type {number} */ at) => Math.min(at, count - 1));
    const moved = Float32Array.from(after.data, (value, at) => value - before.data[at]);
    const values = { before: before.data, by_picture: apart.by_picture.data, by_text: apart.by_text.data,
      pulls: apart.pulls.data, moved };
    setText(line, words.line(apart.update, count, apart.batch, apart.wrong));
    rows.replaceChildren(...captions.map((caption, at) => {
      const one = h("span", { class: at === row ? "dx-tile dx-on" : "dx-tile", role: "img", title: caption,
        "aria-label": caption });
      Object.assign(one.style, spriteStyle(/** @type {any} */ ({ sheet, columns: count, side: tile }), at));
      return one;
    }));
    for (const { name, signed, heat } of plots) {
      const reach = name === "before" || signed ? reachOf(values[name]) : 1;
      heat.draw({ rows: count, columns: count, cell: SMALL, value: (row, column) => values[name][row * count + column],
        low: signed ? -reach : 0, high: reach, show: () => "", ringed: () => false, selected: { row, column } },
        words.matrix(words.parts[name].name, count));
    }
    const at = row * count + column;
    setText(said,
      text.sentences([words.pair(row + 1, captions[column], fixed(before.data[at]), figure(temperature)),
        words.shares(percent(values.by_picture[at]), percent(values.by_text[at])),
        (values.pulls[at] > 0 ? words.pulled : words.pushed)(fixed(after.data[at]))]));
  }, keys: (event) => plots.some(({ heat }) => event.target === heat.canvas && heat.press(event.key)) };
}

/** @param {ThisPage} page @param {(update: number) => void} onSelect @returns {Panel} */
export function coursePanel({ text, kit, signal }, onSelect) {
  const words = text.course;
  const line = prose();
  const options = { height: 200, margin: { top: 12, right: 16, bottom: 24, left: 44 }, names: /** @type {const} */ ("inside"),
    signal, onSelect };
  const charts = { right: lineChart(options), temperature: lineChart({ ...options, height: 130 }) };
  const heads = { right: h("b", {}, words.right), temperature: h("b", {}, words.temperature) };

  return { element: h("div", {}, line, heads.right, charts.right.element, heads.temperature, charts.temperature.element),
    draw(/** @type {Now} */ { content: { moments, losses, changes, breaks }, begin, moment }) {
      const count = begin.captions.length;
      const x = moments.map(({ update }) => update);
      const { seen, held } = moment;
      const best = moments.reduce((one, other) => (other.held.loss < one.held.loss ? other : one));
      const past = best.update < moment.update - 20 && moment.held.loss > best.held.loss + 0.05;
      setText(line,
        text.sentences([words.both(percent(seen.texts), percent(held.texts)),
          seen.texts - held.texts > 0.1 ? words.heart : words.none, past ? words.past(best.update) : words.still]));
      const axis = { domain: /** @type {[number, number]} */ ([0, Math.max(1, x[x.length - 1])]), whole: true };
      charts.right.draw({
        series: [{ name: words.seen, x, y: moments.map((one) => one.seen.texts), concept: "dx-signal" }, { name: words.held, x,
          y: moments.map((one) => one.held.texts), concept: "dx-text", chosen: true }],
        here: moment.update,
        x: axis,
        y: { domain: [0, 1], show: percent },
        level: { value: 1 / count, name: words.chance(count) },
        marks: [...undone(breaks, kit.learning), ...marksOf(changes, words)],
      }, line.textContent ?? "");
      if (!losses?.at.data.length) return;
      const stand = standing({ at: losses.at, loss: losses.temperature }, breaks);
      charts.temperature.draw({ series: [{ name: "", x: stand.at.data, y: stand.loss.data, concept: "dx-guidance" }],
        here: moment.update, x: axis, y: { show: (value) => figure(value) } }, words.temperature);
    } };
}

/** What was changed on the way. @param {import("./runs.js").Changed[]} changes @param {import("./text.js").Text["course"]} words */
export const marksOf = (changes, words) =>
  changes.filter(({ update }) => update > 0).map(({ field, value, update }) => ({ x: update,
    name: words.mark[/** @type {keyof typeof words.mark} */ (field)](JSON.parse(value)) })
  );

/** @param {ThisPage} page @returns {Panel} */
export function shippedPanel({ text, kit, live }) {
  const words = text.shipped;
  const [line, waiting] = [prose(), prose(live ? words.waiting : kit.state.none)];
  const heats = [words.own, words.far].map((name) => {
    const heat = heatmap({ onHover: () => {}, onSelect: () => {} });
    heat.canvas.tabIndex = -1; // nothing in it is chosen
    return { heat, element: h("figure", { class: "dx-part" }, h("b", {}, name), heat.element) };
  });
  /** @typedef {{ name: string, own: string, far: string }} Row */
  const numbers = table({
    columns: [{ name: words.same, cell: (/** @type {Row} */ row) => row.name }, { name: words.own, align: "end",
      cell: (/** @type {Row} */ row) => row.own }, { name: words.far, align: "end",
      cell: (/** @type {Row} */ row) => row.far }],
  });
  const both = h("div", { class: "dx-row" }, ...heats.map((one) => one.element), numbers.element);

  return { element: h("div", {}, line, waiting, both), draw(/** @type {Now} */ { content, begin, moment }) {
    const { shipped } = content;
    show(shipped === null, waiting);
    show(shipped !== null, both, line);
    if (!shipped) return;
    const count = begin.captions.length;
    setText(line, words.line(percent(shipped.held.texts), percent(moment.held.texts)));
    [moment, shipped].forEach((measured, at) => {
      const [low, high] = endsOf([measured], "cosine");
      heats[at].heat.draw({ rows: count, columns: count, cell: FAR,
        value: (row, column) => measured.cosines.data[row * count + column], low, high, show: () => "", ringed: () => false,
        selected: null }, words.words([words.own, words.far][at], count));
    });
    const pair = (/** @type {string} */ name, /** @type {(one: any) => string} */ of) => ({ name, own: of(moment),
      far: of(shipped) });
    numbers.draw([pair(words.rows.texts, ({ held }) => percent(held.texts)),
      pair(words.rows.pictures, ({ held }) => percent(held.pictures)), pair(words.rows.loss, ({ held }) => fixed(held.loss)),
      pair(words.rows.noticed, ({ noticed }) => percent(noticed)),
      pair(words.rows.temperature, ({ temperature }) => figure(temperature)), { name: words.rows.width,
      own: String(begin.request.dimensions), far: String(shipped.width) }]);
  } };
}
