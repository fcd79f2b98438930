/** Looking closer: distances on the way, who agrees in the end, what it all costs. */

import { h, s, setItems, setText, show } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { percent } from "../../kit/format.js";
import { heatmap } from "../../kit/heatmap.js";
import { lineChart } from "../../kit/line_chart.js";
import { wordedSegments } from "../../kit/segments.js";
import { table } from "../../kit/table.js";
import { letterOf, placeOf, shareOf, spread } from "./derive.js";
import { level, range } from "./text.js";
import { distanceLine, distancesHere } from "./words.js";

/**
 * @typedef {import("./text.js").Text} Text
 * @typedef {import("./derive.js").View} View
 * @typedef {import("./messages").End["rows"][number] & { label: string, concept: string, total: number, longest: number }} Cost
 * @typedef {{ element: HTMLElement, draw: (view: View, chosen: any) => void, keys?: (event: KeyboardEvent) => boolean }} Panel
 */

const MEASURES = /** @type {const} */ (["along", "toEnd", "toOwn"]);

/**
 * @param {Text} text
 * @param {{ onPlace: (share: number) => void, onRow: (row: number) => void, choose: (changes: Record<string, any>) => void, signal: AbortSignal }} actions
 * @returns {Panel}
 */
export function distancePanel(text, { onPlace, onRow, choose, signal }) {
  const words = text.distance;
  let domain = /** @type {[number, number]} */ ([0, 1]);
  const chart = lineChart({ className: "dx-distances", height: 260, margin: { top: 22, right: 0, bottom: 22, left: 50 },
    names: "end", signal, onSelect: (place) => onPlace(shareOf(place, domain)), onSeries: onRow });
  const measure = wordedSegments(words, MEASURES, (value) => choose({ measure: value }));
  const line = prose();
  const element = h("div", { class: "dx-closer-panel" }, measure.element, chart.element, line);
  return { element, draw(view, { measure: by }) {
    measure.set(by);
    setText(line, distanceLine(text, view, by));
    const { content, axis, place, strokes, row, old } = view;
    ({ domain } = view);
    const names = (content?.begin?.rows ?? []).map(({ label }) => label);
    const courses = (content?.ways ?? []).map((way, at) => {
      const looks = way.looks.filter((/** @type {any} */ look) => typeof look[by] === "number");
      return { name: names[at], concept: `dx-course dx-family-${strokes[at].family}`, dash: strokes[at].dash,
        chosen: row === at, x: looks.map((look) => placeOf(look, axis)), y: looks.map((/** @type {any} */ look) => look[by]) };
    });
    const here = distancesHere(view, by);
    const dots = here.map(({ row: at, look, value }) => {
      const { concept, chosen } = courses[at];
      return { x: placeOf(look, axis), y: value, r: chosen ? 5 : 3.5, concept, chosen };
    }).sort((one, other) => Number(one.chosen) - Number(other.chosen));
    const values = courses.flatMap(({ y }) => y).filter((value) => value > 0);
    const low = Math.min(0.01, Math.max(5e-4, Math.min(0.01, ...values) * 0.8));
    chart.element.classList.toggle("dx-old", old);
    chart.draw({ series: courses, dots, here: place,
      x: { domain, whole: true, show: axis === "evaluations" ? String : (value) => level(value).replace(/\.0$/, "") },
      y: { kind: "log", domain: [low, Math.max(0.1, ...values) * 1.25], show: range, title: words.axis },
      level: content?.end ? { value: content.end.threshold, name: words.same, concept: "dx-signal" } : null },
      words.words(text.list(here.map((one) => words.value(names[one.row], one.value)))));
  } };
}

/** @param {Text} text @param {(changes: Record<string, any>) => void} choose @returns {Panel} */
export function agreementPanel(text, choose) {
  const words = text.agreement;
  let order = /** @type {number[]} */ ([]); // those that agree stand together
  const heat = heatmap({ onHover: () => {}, onSelect: ({ row, column }) => choose({ pair: [order[row], order[column]] }) });
  const tops = h("div", { class: "dx-tops" });
  const sides = h("div", { class: "dx-sides" });
  const images = [0, 1].map(() => h("img", { alt: "", draggable: false }));
  const canvas = h("canvas", { width: 1, height: 1 });
  const names = [0, 1].map(() => h("small", {}));
  const figures = [...images, canvas].map((picture, at) =>
    h("figure", {}, h("span", { class: "dx-shot" }, picture),
      h("figcaption", {}, names[at] ?? h("small", {}, words.difference)))
  );
  const pairLine = h("b", { role: "status" });
  const groups = h("ul", { class: "dx-groups" });
  const note = h("small", {});
  const highest = h("span", {});
  const key = h("div", { class: "dx-matrix-key" }, h("span", {}, words.unit), h("span", {}, "0"),
    h("span", { class: "dx-heat-key" }), highest, h("span", { class: "dx-ring" }, words.ring));
  const grid = h("div", { class: "dx-matrix" }, h("span", {}), tops, sides, heat.element);
  const element = h("div", { class: "dx-closer-panel dx-agreement" }, h("div", { class: "dx-left" }, grid, key),
    h("div", { class: "dx-right" }, pairLine, h("div", { class: "dx-pair" }, ...figures), groups, note));
  let compared = "";

  return { element, draw({ content, old, groups: groupOf }, { pair: wanted }) {
    const { begin, end } = content ?? {};
    show(Boolean(end), element);
    if (!begin || !end) return;
    const count = end.rows.length;
    const value = (/** @type {number} */ one, /** @type {number} */ other) => end.matrix.data[one * count + other];
    const label = (/** @type {number} */ row) => begin.rows[row].label;
    const pair = wanted?.every((/** @type {number} */ one) => one < count) ? wanted : farthest(end.matrix);
    const [one, other] = pair;
    const pairWords = one === other ? words.self(label(one)) : words.cell(label(one), label(other), value(one, other));
    const at = order = end.groups.flat();
    const wide = element.clientWidth > 800 ? 0.55 : 1;
    const cell = Math.max(30, Math.min(54, Math.floor((element.clientWidth * wide - 140) / Math.max(1, count))));
    grid.style.setProperty("--cell", `${cell}px`);
    const high = Math.max(0.1, ...end.matrix.data);
    tops.replaceChildren(
      ...at.map((row) => h("img", { src: end.rows[row].image.url, alt: label(row), title: label(row), draggable: false })),
    );
    sides.replaceChildren(...at.map((row) => h("span", { title: label(row) }, label(row))));
    heat.element.classList.toggle("dx-old", old);
    heat.draw({ rows: count, columns: count, cell, low: 0, high, value: (row, column) => value(at[row], at[column]),
      show: (one) => (one === 0 ? "0" : one < 0.0995 ? (100 * one).toFixed(1) : String(Math.round(100 * one))),
      ringed: (row, column) => row !== column && groupOf[at[row]] === groupOf[at[column]],
      selected: { row: at.indexOf(one), column: at.indexOf(other) } }, `${words.words(count)} ${pairWords}`);
    setText(highest, range(high));
    setText(pairLine, pairWords);
    const addresses = [one, other].map((row) => end.rows[row].image.url);
    [one, other].forEach((row, side) => {
      if (images[side].getAttribute("src") !== addresses[side]) images[side].src = addresses[side];
      images[side].alt = text.row.end(label(row));
      setText(names[side], label(row));
    });
    const wish = addresses.join();
    if (wish !== compared) {
      compared = wish;
      difference(images, canvas, () => compared === wish);
    }
    setItems(groups,
      end.groups.map((group, letter) =>
        group.length > 1
          ? words.alike(letterOf(letter), text.list(group.map(label)), spread(end.matrix, group)[1])
          : words.alone(letterOf(letter), label(group[0]))
      ));
    setText(note, words.threshold(end.threshold));
  }, keys: (event) => event.target === heat.canvas && heat.press(event.key) };
}

/** The two rows that lie farthest apart. @param {import("../../kit/protocol.js").Tensor} matrix */
function farthest({ data, shape: [count] }) {
  const best = data.indexOf(Math.max(...data));
  return [Math.floor(best / count), best % count];
}

/** How two pictures differ, four times enlarged about mid-grey. @param {HTMLImageElement[]} images @param {HTMLCanvasElement} canvas @param {() => boolean} wanted */
async function difference(images, canvas, wanted) {
  try {
    await Promise.all(images.map((image) => image.decode()));
  } catch {
    return; // one of them was replaced meanwhile
  }
  if (!wanted()) return;
  const [width, height] = [images[0].naturalWidth, images[0].naturalHeight];
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return;
  const [one, other] = images.map((image) => {
    context.drawImage(image, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  });
  for (let at = 0; at < one.data.length; at += 1) if (at % 4 !== 3) one.data[at] = 128 + 4 * (one.data[at] - other.data[at]);
  context.putImageData(one, 0, 0);
}

/** @param {Text} text @returns {Panel} */
export function timePanel(text) {
  const words = text.time;
  const milliseconds = (/** @type {number} */ seconds) => (1000 * seconds).toFixed(1000 * seconds < 9.95 ? 1 : 0);
  const columns =
    /** @type {import("../../kit/table.js").Column<Cost>[]} */ ([{ name: text.heads.sampler,
      cell: ({ label, concept }) => h("span", { class: `dx-bar-name ${concept}` }, label) }, {
      name: `${words.network} · ${words.own}`,
      cell: barOf,
    }, { name: text.heads.time, align: "end", cell: ({ total }) => h("span", { class: "dx-number" }, text.row.seconds(total)) },
      { name: text.heads.cost, cell({ evaluations, network_seconds: network, own_seconds: own }) {
        const each = milliseconds(network / evaluations);
        return h("small", {},
          own === null ? words.rowOnly(evaluations, each) : words.row(evaluations, each, milliseconds(own / evaluations)));
      } }]);
  const bars = table({ className: "dx-bars", columns });
  const line = prose();
  const key = h("div", { class: "dx-time-key" }, h("span", { class: "dx-key-network" }, words.network),
    h("span", { class: "dx-key-own" }, words.own));
  return { element: h("div", { class: "dx-closer-panel" }, key, bars.element, line),
    draw({ content, strokes, row: chosen, old }) {
      const { begin, end } = content ?? {};
      bars.element.classList.toggle("dx-old", old);
      if (!begin || !end) return setText(line, text.distance.pending);
      const total = end.rows.map(({ network_seconds: network, own_seconds: own }) => network + (own ?? 0));
      const longest = Math.max(1e-9, ...total);
      bars.draw(
        end.rows.map((row, at) => ({ ...row, label: begin.rows[at].label, total: total[at], longest,
          concept: `dx-family-${strokes[at].family} ${chosen === at ? "dx-chosen" : ""}` })
        ),
      );
      bars.element.setAttribute("aria-label",
        words.words(text.list(end.rows.map((_, at) => `${begin.rows[at].label} ${text.row.seconds(total[at])}`))));
      const network = end.rows.reduce((sum, one) => sum + one.network_seconds, 0);
      const share = percent(network / Math.max(1e-9, total.reduce((sum, one) => sum + one, 0)));
      setText(line,
        text.sentences([begin.shared ? words.shared(share) : words.apart(share), begin.guided ? words.guided : "",
          begin.shared ? words.repeated : ""]));
    } };
}

/** A sampler's bar: the network's part cut into its evaluations, then the sampler's own. @param {Cost} cost */
function barOf({ evaluations, network_seconds: network, own_seconds: own, longest }) {
  const parts = Math.min(evaluations, 120);
  const cuts = Array.from({ length: parts - 1 }, (_, cut) => {
    const x = `${(100 * (cut + 1)) / parts}%`;
    return s("line", { x1: x, x2: x, y1: 0, y2: 18 });
  });
  const bar = h("span", { class: "dx-bar-network" }, s("svg", { "aria-hidden": "true" }, ...cuts));
  const tip = h("span", { class: "dx-bar-own" });
  bar.style.width = `${(100 * network) / longest}%`;
  tip.style.width = `${(100 * (own ?? 0)) / longest}%`;
  return h("span", { class: "dx-bar-track" }, bar, tip);
}
