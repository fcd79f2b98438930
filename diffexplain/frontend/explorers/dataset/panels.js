/** The panels below the filter: what it keeps and loses, every threshold, who is lost, and the data sets as a table. */

import { h, setItems, setText, show } from "../../kit/dom.js";
import { fixed, percent } from "../../kit/format.js";
import { lineChart } from "../../kit/line_chart.js";
import { meter } from "../../kit/parts.js";
import { paint } from "../../kit/pixels.js";
import { table } from "../../kit/table.js";
import { createTiles } from "../../kit/tiles.js";
import { courseOf, groupsOf, measuresOf, nearest } from "./derive.js";

/** @typedef {import("./derive.js").View} View */
/** @typedef {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} Page */

const SHOWN = 6; // pairs of each quarter
const CLOSE = 0.05; // shares of 96 held-out pairs that chance may set apart
const prose = () => h("p", { class: "dx-prose" });

/** What is kept and lost, with pictures. @param {Page} page @param {() => void} redraw */
export function keptPanel({ text, kit }, redraw) {
  const words = text.kept;
  const lead = prose();
  const tiles = createTiles(redraw);
  const quarters = [[true, true], [true, false], [false, false], [false, true]].map(([right, kept]) => {
    const [title, list] = [h("b", { class: "dx-head" }), h("ul", { class: "dx-pairs" })];
    const mistake = right !== kept;
    return { right, kept, title, list,
      element: h("div", { class: `dx-quarter ${mistake ? "dx-mistake" : ""}` }, title, h("small", {}, words.said(right, kept)),
        list) };
  });

  /** @param {import("./derive.js").Pair} pair */
  function card({ tile, caption, score, kind }) {
    const canvas = h("canvas", { width: 1, height: 1 });
    const said = kit.known.quoted(caption);
    const raster = tiles.raster(tile);
    if (raster) paint(canvas, raster);
    return h("li", { title: said }, canvas,
      h("span", { class: "dx-pair-said" }, h("span", { class: "dx-said" }, said),
        h("small", {}, words.score(fixed(score), kind))));
  }

  return {
    element: h("div", {}, lead, h("div", { class: "dx-quarters" }, ...quarters.map(({ element }) => element))),
    /** @param {View} now */
    draw({ pairs, threshold, outcome }) {
      setText(lead, words.lead(fixed(threshold), outcome));
      for (const { right, kept, title, list } of quarters) {
        setText(title,
          words.title(right, kept,
            outcome[/** @type {keyof typeof outcome} */ (`${kept ? "kept" : "lost"}${right ? "Right" : "Wrong"}`)]));
        list.replaceChildren(...nearest(pairs, threshold, kept, right, SHOWN).map(card));
      }
    },
  };
}

/** Precision and recall at every threshold. @param {Page} page */
export function coursePanel({ text, choose, signal }) {
  const words = text.course;
  const lead = prose();
  const chart = lineChart({ height: 220, margin: { top: 10, right: 16, bottom: 22, left: 44 },
    inset: { x: 6, top: 4, bottom: 4 }, names: "end", signal,
    onSelect: (x) => choose({ threshold: Math.round(100 * x) / 100 }) });
  return {
    element: h("div", {}, lead, chart.element),
    /** @param {View} now */
    draw({ pairs, threshold, domain, outcome, content }) {
      if (!pairs.length) return;
      const { x, precision, recall, kept } = courseOf(pairs, domain);
      const measures = measuresOf(outcome);
      setText(lead, words.lead(fixed(threshold), measures, content?.scored?.best ?? null));
      chart.draw({
        series: [{ name: words.precision, x, y: precision, concept: "dx-signal", chosen: true }, { name: words.recall, x,
          y: recall, concept: "dx-text" }, { name: words.kept, x, y: kept, dash: "4 3" }],
        x: { domain, show: (value) => value.toFixed(1).replace("-", "−"), read: fixed },
        y: { domain: [0, 1], show: percent },
        here: Math.max(domain[0], Math.min(domain[1], threshold)),
      }, words.chart(fixed(threshold), measures));
    },
  };
}

/** Whom the filter keeps. @param {Page} page */
export function groupsPanel({ text }) {
  const words = text.groups;
  const lines = h("ul", { class: "dx-findings" });
  const rows = table({ className: "dx-groups",
    columns:
      /** @type {import("../../kit/table.js").Column<any>[]} */ ([{ name: words.columns.group,
        cell: ({ name, right }) =>
          h("span", { class: "dx-group" }, h("b", {}, words.names[/** @type {keyof typeof words.names} */ (name)]),
            h("small", { class: right ? "dx-signal" : "dx-noise" }, right ? words.right : words.wrong)) }, {
        name: words.columns.count,
        align: "end",
        cell: ({ count }) => String(count),
        order: ({ count }) => count,
      }, { name: words.columns.mean, align: "end", cell: ({ mean }) => fixed(mean), order: ({ mean }) => mean }, {
        name: words.columns.kept,
        cell: ({ kept }) => h("span", { class: "dx-share-of" }, meter(kept), h("span", {}, percent(kept))),
        order: ({ kept }) => kept,
      }]) });
  return {
    element: h("div", {}, lines, h("div", { class: "dx-table-room" }, rows.element)),
    /** @param {View} now */
    draw({ pairs, threshold, content }) {
      const groups = groupsOf(pairs, threshold);
      setItems(lines, content?.begin ? words.findings(groups, fixed(threshold), content.begin) : []);
      rows.draw(groups);
    },
  };
}

/** What two small CLIPs learn, from all pairs and from those that are kept. @param {Page} page */
export function learnedPanel({ text, kit, live, write, chosen, constants, signal }) {
  const words = text.learned;
  const { own } = constants("_controls");
  const lead = prose();
  const said = prose();
  const ask = h("button", { type: "button", class: "dx-button", title: live ? words.hint : kit.state.recording, disabled: !live,
    hidden: own, onclick: () => write("learn", chosen.get().threshold) });
  const chart = lineChart({ height: 220, margin: { top: 10, right: 16, bottom: 22, left: 44 }, names: "end", signal,
    onSelect: () => {} });
  return {
    element: h("div", {}, lead, ask, said, chart.element),
    /** @param {View} now */
    draw({ threshold, content }) {
      const { learning, learned = [], progress } = content ?? {};
      setText(lead, own ? words.own : words.lead);
      setText(ask, words.ask(fixed(threshold)));
      show(Boolean(learning), chart.element);
      const last = learned.at(-1);
      if (!learning || !last) return setText(said, progress?.task === "web" ? words.web(progress.done, progress.total) : "");
      const [all, kept] = [0, 1].map((which) => learned.map(({ found }) => found[which]));
      const best = { all: Math.max(...all), kept: Math.max(...kept) };
      setText(said,
        text.sentences([words.sets(learning, fixed(learning.threshold)),
          words.found(last.update, percent(last.found[0]), percent(last.found[1])),
          last.update < learning.updates
            ? ""
            : best.kept > best.all + CLOSE
            ? words.gains
            : best.kept < best.all - CLOSE
            ? words.loses
            : words.same]));
      const x = learned.map(({ update }) => update);
      chart.draw({
        series: [{ name: words.all, x, y: all, concept: "dx-noise" }, { name: words.kept, x, y: kept, concept: "dx-signal",
          dash: "6 3" }],
        x: { domain: [0, learning.updates], whole: true, show: String, read: (update) => words.update(Math.round(update)) },
        y: { domain: [0, Math.max(0.5, ...all, ...kept)], show: percent },
        level: { value: 1 / learning.among, name: words.chance(learning.among) },
      }, said.textContent ?? "");
    },
  };
}

/** The data sets, sortable, and one of them with all that is said of it and by whom. @param {Page} page */
export function setsPanel({ text, language, chosen, choose }) {
  const words = text.sets;
  const spoken = (
    /** @type {import("../../kit/protocol.js").Spoken} */ said,
  ) => (typeof said === "string" ? said : (said[language] ?? said.en));
  const rows = table({ className: "dx-sets", onPick: (picked) => choose({ picked }),
    columns:
      /** @type {import("../../kit/table.js").Column<import("./messages").DataSet>[]} */ ([{ name: words.columns.name,
        cell: ({ name }) => name, order: ({ name }) => name }, { name: words.columns.year, align: "end",
        cell: ({ year }) => String(year), order: ({ year }) => year }, { name: words.columns.size, align: "end",
        cell: ({ figures }) => text.size(figures[0]), order: ({ figures }) => figures[0].count }, { name: words.columns.licence,
        cell: ({ licence }) => spoken(licence), order: ({ licence }) => spoken(licence) }, { name: words.columns.made,
        cell: ({ made }) => h("span", { class: "dx-made" }, spoken(made.text)) }]) });
  const detail = h("section", { class: "dx-detail" });
  let drawn = "";

  /** @param {string} name @param {{ text: import("../../kit/protocol.js").Spoken, source: string }[]} claims */
  const said = (name,
    claims) => [h("dt", {}, name),
    ...claims.map(({ text: claim, source }) => h("dd", {}, spoken(claim), " ", h("small", {}, words.source(source))))];

  /** @param {import("./messages").DataSet} set */
  function tell({ name, year, figures, terms, made, wrong }) {
    detail.replaceChildren(h("b", { class: "dx-head" }, words.of(name, year)),
      h("dl", {},
        ...said(words.figures(figures.length), figures.map((figure) => ({ text: text.figure(figure), source: figure.source }))),
        ...said(words.columns.licence, [terms]), ...said(words.columns.made, [made]), ...said(words.wrong, wrong)));
  }

  return {
    element: h("div", {}, h("p", { class: "dx-prose" }, words.lead), h("div", { class: "dx-table-room" }, rows.element),
      detail),
    /** @param {View} now */
    draw({ sets }) {
      const { picked } = chosen.get();
      const wanted = `${sets.length} ${picked}`;
      if (wanted === drawn) return;
      drawn = wanted;
      rows.draw(sets, picked);
      show(sets[picked] !== undefined, detail);
      if (sets[picked]) tell(sets[picked]);
    },
  };
}
