/** The fine-tuning explorer: what is drawn of the new thing and of old ones as the model is taught, and a closer look at what becomes of it. */

import catalogues from "catalogues:finetune";
import { choiceControl, numberControl, sliderControl, textControl } from "../../kit/controls.js";
import { h, setText, show } from "../../kit/dom.js";
import { filmStrip } from "../../kit/film.js";
import { footOf } from "../../kit/foot.js";
import { figure, percent } from "../../kit/format.js";
import { along, broken, rateOf } from "../../kit/learning.js";
import { lineChart } from "../../kit/line_chart.js";
import { tabbedPanels } from "../../kit/panels.js";
import { picturePicker } from "../../kit/pictures.js";
import { playerRow, stayingRow } from "../../kit/player.js";
import { barOf, seedTrait } from "../../kit/run_controls.js";
import { sessionControls } from "../../kit/session.js";
import { defineExplorer } from "../../kit/shell.js";
import { agreementOf, bestOf } from "./derive.js";
import { helpsPanel, learningPanel, weightPanel } from "./panels.js";
import { reduceRuns, updatesOf, viewOf } from "./runs.js";
import { createStage } from "./stage.js";
import { words } from "./text.js";

/** @typedef {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} Page */

/** Own pictures, one after the other, and a way back to none. @param {Page} page */
function ownPictures({ text, kit, language, signal, send, write, live }) {
  const words = text.controls.pictures;
  const picker = picturePicker({ ...words, text: kit.pictures, language, signal, gallery: null, stays: true, name: words.add,
    onPick: () => {}, onUpload: (bytes) => send({ kind: "picture", field: "pictures" }, [bytes]) });
  const none = h("button", { type: "button", class: "dx-link", hidden: true, disabled: !live,
    onclick: () => write("pictures", []) });
  const element = h("div", { class: "dx-field dx-own" }, picker.element, none);
  return { ...picker, element, set(/** @type {string[]} */ value) {
    show(value.length > 0, none);
    setText(none, words.leave(value.length));
  } };
}

/**
 * @param {Page} page
 * @returns {import("../../kit/shell.js").View}
 */
function open(page) {
  const { text, kit, runs, chosen, choose, write, constants, signal } = page;
  const { limits } = constants("_controls");
  const controls = text.controls;
  const view = () => viewOf(runs.get(), chosen.get());
  const session = sessionControls(page, { updates: () => updatesOf(runs.get().current?.content ?? null) });
  const stage = createStage(page);
  const looks = () => view().content?.looks ?? [];
  const select = (/** @type {number} */ index) => choose({ look: index >= looks().length - 1 ? null : looks()[index].at });
  const onSelect = (/** @type {number} */ update) =>
    select(Math.max(0, looks().findLastIndex((look) => look.update <= update)));

  const choice = (/** @type {"thing" | "method" | "layers"} */ name) =>
    choiceControl({ ...controls[name], onChange: (value) => write(name, value),
      choices: Object.entries(controls[name].names).map(([value, label]) => ({ value, label, hint: "" })) });
  const number = (/** @type {"count" | "rank" | "batch"} */ name) =>
    numberControl({ ...controls[name], className: "dx-count", onChange: (value) => write(name, value) });
  const rate = sliderControl({ ...controls.rate, min: -5, max: 0, step: 0.1, show: (value) => rateOf(10 ** value),
    onChange: (value) => write("rate", Number((10 ** value).toPrecision(2))) });
  const captions = textControl({ ...controls.captions, className: "dx-less", maxLength: limits.text,
    onChange: (value) => write("captions", value.trim() ? [value.trim()] : []) });
  const bar = barOf({ thing: choice("thing"), pictures: ownPictures(page),
    captions: { ...captions, set: (/** @type {string[]} */ value) => captions.set(value[0] ?? "") }, count: number("count"),
    method: choice("method"), rank: number("rank"), layers: choice("layers"),
    replay: sliderControl({ ...controls.replay, min: 0, max: 0.9, step: 0.1, concept: "dx-text", show: percent,
      onChange: (value) => write("replay", value) }),
    decay: numberControl({ ...controls.decay, className: "dx-count", onChange: (value) => write("decay", value) }),
    batch: number("batch"), seed: seedTrait(controls.seed, "seed", limits.seed, write),
    rate: { ...rate, set: (/** @type {number} */ value) => rate.set(Math.log10(value)) } });

  const player = playerRow(page, { label: text.scrub, at: () => ({ index: Math.max(0, view().index), count: looks().length }),
    select, busy: null });
  const strips = { news: strip("news", "dx-signal"), olds: strip("olds", "dx-text") };
  const course = lineChart({ height: 132, margin: { top: 8, right: 8, bottom: 20, left: 36 }, names: "inside", signal,
    onSelect });
  const courseName = h("div", { class: "dx-name" }, text.agreement.name, h("small", {}, text.agreement.note));
  const forgotten = /** @type {HTMLElement} */ (strips.olds.name.querySelector("small"));
  const films = Object.values(strips).flatMap(({ name, film }) => [name, film]);
  const timeline = h("div", { class: "dx-timeline" }, ...films, courseName, course.element);
  const closer = tabbedPanels(text.panels, { learning: learningPanel(page, onSelect), helps: helpsPanel(page),
    weight: weightPanel(page) }, (panel) => choose({ panel }));
  const foot = footOf(text.facts, { concepts: { now: "dx-signal", old: "dx-text" } });

  /** @param {"news" | "olds"} film @param {string} concept */
  function strip(film, concept) {
    return filmStrip({ label: text.films[film].name, note: film === "news" ? text.films.news.note : "", concept,
      pixelated: false, onSelect: player.byHand });
  }

  /** @param {import("./runs.js").View} now */
  function drawTimeline({ content, index, look, old, updates }) {
    const { begin, looks: all = [], changes = [] } = content ?? {};
    for (const film of /** @type {const} */ (["news", "olds"])) {
      const shown = (/** @type {number} */ frame) => all[frame][film];
      strips[film].draw(all.length, index, (frame) => shown(frame).length ? { picture: shown(frame)[0], old } : null,
        text.films.words(text.films[film].name, all.length));
    }
    if (begin) setText(forgotten, text.films.olds.of(begin.olds[0]));
    player.draw(text.at(look?.update ?? 0));
    show(all.length > 1, courseName, course.element);
    if (!begin || all.length < 2) return;
    const values = all.map(agreementOf);
    const best = bestOf(all, begin.allowed);
    const x = all.map(({ update }) => update);
    const [now, before] = [values.map((one) => one.now), values.map((one) => one.old)];
    const [low, high] = [Math.min(0, ...now, ...before), Math.max(...now, ...before, begin.real_new ?? 0)];
    course.draw({ x: along(updates, text), y: { domain: [low, high + 0.05 * (high - low)], show: figure, read: figure },
      here: look?.update ?? null,
      level: begin.real_new === null ? null : { value: begin.real_new, name: text.agreement.real, concept: "dx-signal" },
      marks: [...(best.update > 0 ? [{ x: best.update, name: text.agreement.best }] : []),
        ...changes.filter(({ update }) => update > 0).map(({ update, value }) => ({ x: update, name: rateOf(Number(value)) }))],
      series: [{ name: text.agreement.now, concept: "dx-signal", x, y: now }, { name: text.agreement.old, concept: "dx-text",
        dash: "6 3", x, y: before }] },
      text.agreement.words(figure(values[values.length - 1].now), figure(values[values.length - 1].old), best.update));
  }

  /** @param {import("./runs.js").View} now */
  function describe({ content, updates }) {
    const { begin, looks: all = [] } = content ?? {};
    if (!begin || all.length < 2) return text.state.begin(begin?.prompt ?? "");
    const [first, last, best] = [agreementOf(all[0]), agreementOf(all[all.length - 1]), bestOf(all, begin.allowed)];
    const learned = text.state.learned(updates, begin.prompt, figure(first.now), figure(last.now));
    const forgot = last.old < first.old - begin.allowed * Math.abs(first.old);
    return text.sentences([learned,
      forgot ? text.state.forgot(figure(first.old), figure(last.old)) : text.state.kept(figure(first.old), figure(last.old)),
      best.update === 0 ? text.state.never : text.state.best(best.update)]);
  }

  /** @param {import("./runs.js").View} now @returns {Record<string, [string, string]>} */
  function numbers({ content, updates, look }) {
    const { begin, changes = [] } = content ?? {};
    if (!begin || !look) return {};
    const { now, old } = agreementOf(look);
    const { batch, replay } = begin.request;
    const rate = changes.findLast(({ field }) => field === "rate");
    return { now: [figure(now), text.formulas.now(look.news.length)], old: [figure(old), text.formulas.old(look.olds.length)],
      parameters: [text.number(begin.parameters), text.formulas.parameters(percent(begin.parameters / begin.of))],
      times: [text.timesEach(figure((updates * batch * (1 - replay)) / begin.captions.length)),
        text.formulas.times(begin.captions.length)],
      ...(rate ? { rate: /** @type {[string, string]} */ ([rateOf(Number(rate.value)), text.formulas.rate]) } : {}) };
  }

  function draw() {
    const now = view();
    session.draw();
    stage.draw(now);
    drawTimeline(now);
    closer.draw(chosen.get().panel, now);
    foot.draw(describe(now), numbers(now));
  }

  return { bar,
    body: [h("div", { class: "dx-controls" }, session.element), stage.element, timeline, stayingRow(player, signal),
      closer.element, foot.element], draw, notice: () => broken(view(), kit.learning),
    keys: (event, editing) => session.keys(event, editing) || (!editing && event.key !== " " && player.keys(event)) };
}

export default defineExplorer({ name: "finetune", catalogues, words, session: true, reduce: reduceRuns,
  traits: ["look", "weight", "panel"], open });
