/** The panels of the closer look: vectors, reading, two sentences, encoders. */

import { textControl } from "../../kit/controls.js";
import { h, setText, show } from "../../kit/dom.js";
import { figure, fixed, percent } from "../../kit/format.js";
import { segmentControl, wordedSegments } from "../../kit/segments.js";
import { table } from "../../kit/table.js";
import { extent } from "../../kit/tensors.js";
import { captionList } from "./captions.js";
import { cell, exchangeOf, readBy, readingOf, rowOf, stripOf, withWord, wordAt } from "./derive.js";
import { columnsOf, heat, signed, tellingGrid } from "./grids.js";

/** @typedef {import("./derive.js").View} View */
/** @typedef {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} Page */

const WIDE = /** @type {[number, number]} */ ([48, 92]); // px, of a cell with a number in it
const RATIO = 2; // width by height of such a cell
const SMALL = /** @type {[number, number]} */ ([48, 64]); // px, of a cell that is a whole matrix
const [NAMES, SHORT, BETWEEN] = [96, 60, 32]; // px, of the rows' names in both grids, and between the grids: as style.css has them
const prose = () => h("p", { class: "dx-prose" });

/** Each token's vector at each layer. @param {Page} page */
export function createLayers({ text, choose }) {
  const words = text.layers;
  const [line, scale] = [prose(), h("small", {}, words.scale)];
  const switched = wordedSegments(words.show, ["vector", "change", "length"], (value) => choose({ show: value }));
  let now = /** @type {View | null} */ (null);
  const grid = tellingGrid(({ row, column }) => choose({ token: column, layer: row }), ({ row, column }) => {
    if (!now?.vectors) return "";
    const { lengths, cosines } = now.vectors;
    const cosine = row ? fixed(rowOf(cosines, row - 1)[column]) : null;
    return words.cell(text.called(now.tokens[column]), text.inLayer(row), figure(rowOf(lengths, row)[column]), cosine);
  });
  return {
    element: h("div", {}, line, switched.element, grid.element, scale),
    keys: grid.keys,
    /** @param {View} view @param {{ show: "vector" | "change" | "length" }} chosen */
    draw(view, { show: what }) {
      now = view;
      switched.set(what);
      show(what === "vector", scale);
      const { vectors, tokens, token, layer, encoder } = view;
      if (!vectors) return;
      const { strips, lengths, cosines } = vectors;
      const turns = rowsOf(cosines).map((row) => row[token]);
      const turned = turns.indexOf(Math.min(...turns));
      setText(line,
        text.sentences([words.line(encoder, strips.shape[2]),
          words.most(text.called(tokens[token]), text.inLayer(turned + 1), fixed(turns[turned]))]));
      const value = (/** @type {number} */ row, /** @type {number} */ column) =>
        what === "length" ? rowOf(lengths, row)[column] : row ? 1 - rowOf(cosines, row - 1)[column] : NaN;
      const names = Array.from({ length: encoder.layers + 1 }, (_, row) => row);
      const range = what === "length" ? extent(lengths.data) : { low: 0, high: 1 - extent(cosines.data).low };
      grid.draw({ columns: columnsOf(tokens.map(text.name)), rows: names.map(text.layer),
        selected: { row: layer, column: token },
        maps: tokens.map((_, column) =>
          names.map((row) => (what === "vector" ? stripOf(strips, row, column) : cell(value(row, column))))
        ),
        ...(what === "vector"
          ? { ratio: RATIO, raster: signed, scale: () => ({ low: -1, high: 1 }), sides: [64, 96] }
          : { ratio: RATIO, raster: heat, scale: () => range, sides: WIDE,
            label: (map) => (what === "length" ? figure : fixed)(map.data[0]) }) }, words.grid(tokens.length, names.length));
    },
  };
}

/** Who reads whom. @param {Page} page */
export function createReading({ text, choose }) {
  const words = text.reading;
  const line = prose();
  const what = segmentControl({ label: words.what.label, hint: "", onChange: (value) => choose({ rolled: value === "rolled" }),
    choices: /** @type {const} */ (["one", "rolled"]).map((value) => ({ value, ...words.what[value] })) });
  let now = /** @type {View | null} */ (null);
  let reading = /** @type {import("./derive.js").Tensor | null} */ (null);
  const grid = tellingGrid(({ row }) => choose({ token: row }),
    ({ row, column }) =>
      now && reading
        ? words.cell(text.called(now.tokens[row]), text.called(now.tokens[column]), rowOf(reading, row)[column])
        : "");
  const heads = tellingGrid(({ row, column }) => choose({ layer: column + 1, head: row - 1, rolled: false }),
    ({ row, column }) => row ? words.headWhere(text.layer(column + 1), row - 1) : text.layer(column + 1), "dx-heads");
  const both = h("div", { class: "dx-both" }, grid.element, h("div", {}, h("b", {}, words.heads), heads.element));
  return {
    element: h("div", {}, line, what.element, both),
    keys: (/** @type {KeyboardEvent} */ event) => grid.keys(event) || heads.keys(event),
    /** @param {View} view @param {{ rolled: boolean }} chosen */
    draw(view, { rolled }) {
      now = view;
      what.set(rolled ? "rolled" : "one");
      const { tokens, token, encoder, head } = view;
      const layer = Math.max(1, view.layer);
      const [least, leastHeads] = [NAMES + tokens.length * WIDE[0], SHORT + encoder.layers * SMALL[0]];
      both.classList.toggle("dx-long", least + leastHeads + BETWEEN > both.clientWidth);
      both.style.setProperty("--least", `${least}px`);
      reading = readingOf(view, layer, head, rolled) ?? readingOf(view, layer, -1, rolled);
      if (!reading) return;
      const where = rolled || head < 0 ? text.inLayer(layer) : words.headWhere(text.inLayer(layer), head);
      const read = readBy(reading, token).slice(0, 3).filter(({ share }) => share > 0.005);
      const told = text.list(read.map(({ token: at, share }) => words.share(text.called(tokens[at]), share)));
      setText(line,
        text.sentences([
          rolled
            ? words.mostRolled(layer, text.called(tokens[token]), told)
            : words.most(where, text.called(tokens[token]), told),
          encoder.ahead === 0 ? words.causal(encoder) : words.bothWays(encoder.ahead),
          encoder.on_padding > 0.0005 ? words.padding(encoder.on_padding) : "",
          !rolled && head >= 0 && !view.layers[layer - 1].heads ? words.coming : "",
        ]));
      const values = reading;
      const high = Math.max(extent(values.data).high, 1e-6);
      const names = tokens.map(text.name);
      grid.draw({ columns: columnsOf(names), rows: names, ratio: RATIO, raster: heat, sides: WIDE,
        selected: { row: token, column: read[0]?.token ?? 0 }, scale: () => ({ low: 0, high }),
        label: (map) => map.data[0] < 0.005 ? "" : percent(map.data[0]),
        maps: tokens.map((_, column) => tokens.map((_, row) => cell(rowOf(values, row)[column]))) }, words.grid(where));
      const small = (/** @type {number} */ at, /** @type {number} */ row) => {
        const one = readingOf(view, at, row, false);
        return one && { data: one.data, height: one.shape[0], width: one.shape[1] };
      };
      heads.draw({ columns: view.layers.map((one) => ({ name: String(one.layer), note: "", hint: text.layer(one.layer) })),
        rows: [words.mean, ...Array.from({ length: encoder.heads }, (_, at) => words.head(at))], ratio: 1, raster: heat,
        scale: (map) => ({ low: 0, high: extent(map.data).high }), sides: SMALL,
        selected: rolled ? null : { row: head + 1, column: layer - 1 },
        maps: view.layers.map((one) => Array.from({ length: encoder.heads + 1 }, (_, row) => small(one.layer, row - 1))) },
        words.headsGrid(encoder.layers, encoder.heads));
    },
  };
}

/** Two sentences side by side. @param {Page} page */
export function createSwap({ text, kit, live, choose, write }) {
  const words = text.swap;
  const line = prose();
  let now = /** @type {View | null} */ (null);
  const exchange = textControl({ ...text.controls.exchange(""), className: "dx-exchange", pause: 900, onChange(value) {
    const place = now && wordAt(now.tokens, now.token);
    const prompt = now?.content.begin?.request.prompt;
    if (place && prompt !== undefined && value.trim()) write("other_prompt", withWord(prompt, place, value.trim()));
  } });
  const label = /** @type {HTMLElement} */ (exchange.element.querySelector("label"));
  if (!live) exchange.disable(kit.state.recording);
  /** @param {number} pair */
  const named = (pair) => {
    if (!now?.compared) return "";
    const { first, second, same, tokens } = now.compared;
    const [one, other] = [now.tokens[first.data[pair]], tokens[second.data[pair]]];
    if (one && other) return same.data[pair] ? text.name(one) : words.pair(text.name(one), text.name(other));
    return text.name(one ?? other);
  };
  /** The same in a sentence: a token of both sentences, or what became of it. @param {number} pair */
  const called = (pair) => {
    const { first, second, tokens } = /** @type {import("./messages").Compared} */ (now?.compared);
    const piece = now?.tokens[first.data[pair]] ?? tokens[second.data[pair]];
    return piece.kind === "word" ? text.quote(named(pair)) : named(pair);
  };
  const grid = tellingGrid(({ row, column }) => {
    const token = now?.compared?.first.data[column] ?? -1;
    choose({ layer: row, pair: column, ...(token >= 0 ? { token } : {}) });
  }, ({ row, column }) => {
    if (!now?.compared) return "";
    const value = rowOf(now.compared.apart, row)[column];
    if (Number.isNaN(value)) return words.alone(called(column));
    return rowOf(now.compared.equal, row)[column]
      ? words.equal(called(column), text.inLayer(row))
      : words.cell(called(column), text.inLayer(row), figure(value));
  });
  const key = h("small", {}, words.key);
  const lists = [captionList(text), captionList(text)];
  const near = h("div", { class: "dx-two" }, ...lists.map(({ element }) => element));
  const count = h("p", { class: "dx-prose dx-asked" });
  return {
    element: h("div", {}, exchange.element, line, grid.element, key, count, near),
    keys: grid.keys,
    /** @param {View} view @param {{ pair: number | null }} chosen */
    draw(view, { pair }) {
      now = view;
      const { compared, layer, tokens, token, content: { begin, nearest } } = view;
      const place = wordAt(tokens, token);
      show(place !== null, exchange.element);
      if (place && begin)
        setText(label,
          text.controls.exchange(text.quote([...begin.request.prompt].slice(place.start, place.end).join(""))).label);
      setText(line, compared ? told(view, compared) : words.none);
      show(compared !== null, grid.element, key);
      show(nearest !== null && nearest.captions.length + nearest.other.length > 0, near, count);
      if (nearest) {
        setText(count, words.nearest(nearest.count));
        lists[0].draw(text.quote(begin?.request.prompt ?? ""), nearest.captions);
        lists[1].draw(text.quote(begin?.request.other_prompt ?? ""), nearest.other);
        show(nearest.captions.length > 0, lists[0].element);
        show(nearest.other.length > 0, lists[1].element);
      }
      if (!compared) return;
      const { apart, equal, first } = compared;
      const [rows, pairs] = apart.shape;
      const high = Math.max(...[...apart.data].filter((value) => !Number.isNaN(value)), 1e-6);
      const columns = Array.from({ length: pairs }, (_, at) => at);
      const column = pair !== null && pair < pairs && [token, -1].includes(first.data[pair])
        ? pair
        : columns.find((at) => first.data[at] === token) ?? 0;
      const values = columns.map((at) =>
        Array.from({ length: rows }, (_, row) => {
          const value = cell(rowOf(apart, row)[at]);
          return value && { ...value, equal: rowOf(equal, row)[at] === 1 };
        })
      );
      grid.draw({ columns: columnsOf(columns.map(named)), rows: Array.from({ length: rows }, (_, row) => text.layer(row)),
        ratio: RATIO, raster: heat, sides: WIDE, scale: () => ({ low: 0, high }), maps: values,
        label: (map) => (/** @type {any} */ (map).equal ? "=" : fixed(map.data[0])), selected: { row: layer, column } },
        words.grid(pairs, rows));
    },
  };

  /** @param {View} view @param {import("./messages").Compared} compared */
  function told({ tokens }, compared) {
    const { before, untouched, first, differ, most, changed, behind } = exchangeOf(compared);
    const pairs = compared.apart.shape[1];
    if (first === pairs) return words.same;
    const [one, other] = [tokens[compared.first.data[first]], compared.tokens[compared.second.data[first]]];
    const what = one && other
      ? words.exchanged(text.called(one), text.called(other))
      : one
      ? words.removed(text.called(one))
      : words.added(text.called(other));
    const reached = untouched === before ? words.untouched(before) : words.touched(before - untouched);
    return text.sentences([what, differ > 1 ? words.more(differ - 1) : "", before ? reached : "",
      behind ? words.behind(changed, behind) : "",
      most ? words.most(called(most.pair), text.inLayer(most.layer), fixed(most.apart)) : "",
      compared.sentences === null ? "" : words.sentences(fixed(compared.sentences))]);
  }
}

/** All encoders of the pipeline. @param {Page} page */
export function createEncoders({ text, choose }) {
  const words = text.encoders;
  const line = prose();
  /** @type {import("../../kit/table.js").Column<import("./messages").Encoder>[]} */
  const columns = [{ name: words.columns.name, cell: ({ name }) => name }, { name: words.columns.kind,
    cell: ({ kind }) => kind },
    ...(/** @type {const} */ (["parameters", "layers", "heads", "width"]).map((name) => ({ name: words.columns[name],
      align: /** @type {const} */ ("end"), cell: (/** @type {import("./messages").Encoder} */ one) => words.number(one[name]) })
    )), { name: words.columns.reads, cell: words.reads }, { name: words.columns.direction, cell: words.direction }, {
    name: words.columns.use,
    cell: words.uses,
  }];
  const all = table({ columns, onPick: (row) => choose({ encoder: row, token: null, layer: -1, head: -1 }) });
  return {
    element: h("div", {}, line, h("div", { class: "dx-table-room", tabIndex: 0 }, all.element)),
    /** @param {View} view */
    draw({ content: { begin }, at }) {
      if (!begin) return;
      setText(line, words.line(begin.encoders.length, begin.model));
      all.draw(begin.encoders, at);
    },
  };
}

/** @param {import("./derive.js").Tensor} tensor */
const rowsOf = (tensor) => Array.from({ length: tensor.shape[0] }, (_, row) => rowOf(tensor, row));
