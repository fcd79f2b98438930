/** The generative models explorer: four ways to make what was never there, learned side by side. */

import catalogues from "catalogues:generative";
import { choiceControl, ladderControl, numberControl, sliderControl } from "../../kit/controls.js";
import { h, show } from "../../kit/dom.js";
import { footOf } from "../../kit/foot.js";
import { figure } from "../../kit/format.js";
import { along, rateOf, upwards } from "../../kit/learning.js";
import { DASHES, lineChart } from "../../kit/line_chart.js";
import { tabbedPanels } from "../../kit/panels.js";
import { playerRow, stayingRow } from "../../kit/player.js";
import { barOf, seedTrait } from "../../kit/run_controls.js";
import { sessionControls } from "../../kit/session.js";
import { defineExplorer } from "../../kit/shell.js";
import { latentPanel, seesawPanel, stepsPanel } from "./panels.js";
import { MODELS, reduceRuns, updatesOf, viewOf } from "./runs.js";
import { words } from "./text.js";
import { CONCEPTS, createWays } from "./ways.js";

const BETAS = [0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];
const PENALTIES = [0, 0.1, 0.3, 1, 3, 10];
const TURNS = [1, 2, 3, 5, 10, 20];

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @returns {import("../../kit/shell.js").View}
 */
function open(page) {
  const { text, runs, chosen, choose, write, constants, signal } = page;
  const { limits } = constants("_controls");
  const controls = text.controls;
  const view = () => viewOf(runs.get(), chosen.get());
  const session = sessionControls(page, { updates: () => updatesOf(runs.get().current?.content ?? null) });
  const ways = createWays(page);
  const looks = () => view().content?.looks ?? [];
  const select = (/** @type {number} */ index) => choose({ look: index >= looks().length - 1 ? null : looks()[index].at });
  const onSelect = (/** @type {number} */ update) =>
    select(Math.max(0, looks().findLastIndex((look) => look.update <= update)));

  const choices = (/** @type {"data" | "start"} */ name) =>
    Object.entries(controls[name].names).map(([value, label]) => ({ value, label, hint: "" }));
  const chosenBy = (/** @type {"data" | "start"} */ name) =>
    choiceControl({ ...controls[name], choices: choices(name), onChange: (value) => write(name, value) });
  const rate = sliderControl({ ...controls.rate, min: -5, max: 0, step: 0.1, show: (value) => rateOf(10 ** value),
    onChange: (value) => write("rate", Number((10 ** value).toPrecision(2))) });
  const numbered = (/** @type {"count" | "latent" | "batch"} */ name) =>
    numberControl({ ...controls[name], className: "dx-count", onChange: (value) => write(name, value) });
  const rungs = (/** @type {"beta" | "discriminations" | "penalty"} */ name, /** @type {number[]} */ values) =>
    ladderControl({ ...controls[name], values, onChange: (value) => write(name, value) });
  const bar = barOf({ data: chosenBy("data"), start: chosenBy("start"), count: numbered("count"), latent: numbered("latent"),
    batch: numbered("batch"), seed: seedTrait(controls.seed, "seed", limits.seed, write),
    rate: { ...rate, set: (/** @type {number} */ value) => rate.set(Math.log10(value)) }, beta: rungs("beta", BETAS),
    discriminations: rungs("discriminations", TURNS), penalty: rungs("penalty", PENALTIES) });

  const player = playerRow(page, { label: text.scrub, at: () => ({ index: Math.max(0, view().index), count: looks().length }),
    select, busy: null });
  const chart = lineChart({ height: 190, margin: { top: 8, right: 16, bottom: 22, left: 44 }, names: "end", signal, onSelect });
  const course = h("div", { class: "dx-course" },
    h("div", { class: "dx-chart-name" }, h("b", {}, text.course.name), h("small", {}, text.course.note)), chart.element);
  const closer = tabbedPanels(text.panels, { latent: latentPanel(page), seesaw: seesawPanel(page, onSelect),
    steps: stepsPanel(page) }, (panel) => choose({ panel }));
  const foot = footOf(text.facts);

  /** @param {import("./runs.js").View} now */
  function drawCourse({ content, look, updates }) {
    const { begin, looks: all = [] } = content ?? {};
    show(all.length > 1, course);
    player.draw(text.at(look?.update ?? 0));
    if (!begin || !look || all.length < 2) return;
    const columns = MODELS.map((_, at) => all.map(({ quality }) => Math.max(quality[at], 1e-4)));
    const real = Math.max(...begin.real, 1e-4);
    chart.draw({ x: along(updates, text), here: look.update, y: upwards([real], ...columns),
      level: { value: real, name: text.course.real, nameAt: "start" },
      series: MODELS.map((name, at) => ({ name: text.ways[name].name, concept: CONCEPTS[at], dash: DASHES[at],
        x: all.map(({ update }) => update), y: columns[at] })
      ) },
      text.course.words(MODELS.map((name, at) => text.course.each(text.ways[name].name, figure(look.quality[at]))).join(", ")));
  }

  /** @param {import("./runs.js").View} now @returns {Record<string, [string, string]>} */
  function numbers({ content, updates }) {
    const { begin, spent } = content ?? {};
    if (!begin) return {};
    const seconds = spent ? spent.seconds.map((value) => value.toFixed(0)).join(" · ") : "–";
    return { seen: [text.number(updates * begin.request.batch), text.formulas.seen(updates, begin.request.batch)],
      seconds: [seconds, text.formulas.seconds],
      parameters: [begin.parameters.map(text.number).join(" · "), text.formulas.parameters],
      real: [begin.real.map(figure).join(" · "), text.formulas.real(begin.drawn)] };
  }

  /** @param {import("./runs.js").View} now */
  function describe({ content, updates }) {
    const seconds = content?.spent?.seconds;
    if (!updates || !seconds || !Math.min(...seconds))
      return content?.begin?.before
        ? text.state.trained(content.begin.before)
        : text.state.begin;
    const slowest = seconds.indexOf(Math.max(...seconds));
    const quickest = seconds.indexOf(Math.min(...seconds));
    return text.state.budget(updates, text.ways[MODELS[slowest]].name, (seconds[slowest] / seconds[quickest]).toFixed(1),
      text.ways[MODELS[quickest]].name);
  }

  function draw() {
    const now = view();
    session.draw();
    ways.draw(now);
    drawCourse(now);
    closer.draw(chosen.get().panel, now);
    foot.draw(describe(now), numbers(now));
  }

  /** Who broke since the last look. */
  function notice() {
    const { content, updates } = view();
    const made = content?.looks.at(-1)?.update ?? 0;
    const broken = (content?.breaks ?? []).filter(({ update }) => update > made || update === updates);
    const last = broken.at(-1);
    if (!last) return "";
    const names = [...new Set(broken.map(({ model }) => text.ways[/** @type {(typeof MODELS)[number]} */ (model)].name))];
    return names.length < MODELS.length
      ? text.state.diverged(names.join(", "), last.update, rateOf(last.rate), last.back)
      : text.state.allDiverged(last.update, rateOf(last.rate), last.back);
  }

  return { bar,
    body: [h("div", { class: "dx-controls" }, session.element), ways.element, course, stayingRow(player, signal),
      closer.element, foot.element], draw, notice,
    keys: (event, editing) => session.keys(event, editing) || (!editing && event.key !== " " && player.keys(event)) };
}

export default defineExplorer({ name: "generative", catalogues, words, session: true, reduce: reduceRuns,
  traits: ["look", "panel", "across", "up"], open });
