/** The page of the point cloud explorer: the points and what is drawn, the loss, controls of the session. */

import { catalogues, choiceControl, defineExplorer, h, lineChart, numberControl, runsReducer, s, seedControl, sessionControls,
  setText, sliderControl, withOne, withPoints } from "diffexplain/kit";

/**
 * @typedef {import("../../../diffexplain/frontend/kit/protocol.js").Tensor} Tensor
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").LossesMessage["data"]} Losses
 * @typedef {import("./messages").SheetMessage["data"]} Sheet
 * @typedef {import("./messages").FieldMessage["data"]} Field
 * @typedef {import("../../../diffexplain/frontend/kit/messages").ChangedMessage["data"]} Changed
 * @typedef {{ begin: Begin | null, losses: Losses | null, sheets: Sheet[], field: Field | null, changes: Changed[] }} Content
 */

const REACH = 2.6;

/** @param {Content} content @param {any} message @returns {Content} */
function reduce(content, message) {
  switch (message.kind) {
    case "begin":
      return { ...content, begin: message.data };
    case "losses":
      return { ...content, losses: withPoints(content.losses, message) };
    case "sheet":
      return { ...content, sheets: withOne(content.sheets, message) };
    case "field":
      return { ...content, field: message.data };
    case "changed":
      return { ...content, changes: withOne(content.changes, message) };
    default:
      return content;
  }
}

/** @param {import("../../../diffexplain/frontend/kit/words.js").Translator} translator */
const words = ({ say, number }) => ({ title: say("Point cloud explorer"), number,
  data: { label: say("Points"), hint: say("What the points lie on. Another begins anew."),
    names: { moons: say("two moons"), roll: say("Swiss roll"), rings: say("two rings") } },
  points: { label: say("How many"), hint: say("50 to 5000. Another number begins anew.") },
  width: { label: say("Width"), hint: say("Units of each layer, 8 to 512. Another number begins anew.") },
  seed: { label: say("Seed"), hint: say("Decides the points, the weights and all noise."), dice: say("Another seed") },
  rate: { label: say("Learning rate"), hint: say("The next updates use it; nothing begins anew.") },
  sheets: say("Samples so far"),
  drawn: (/** @type {number} */ update) =>
    say("What the network draws after {update} updates, in green; the points in grey; the noise it sees, as lines.", {
      update,
    }), course: say("Loss"),
  loss: (/** @type {string} */ loss, /** @type {number} */ changes) =>
    say("Loss {loss}. Marks show where the learning rate changed: {changes}.", { loss, changes }) });

/** A path with a dot for each point. @param {Tensor} points (n, 2) */
const dots = ({ data }) =>
  Array.from({ length: data.length / 2 }, (_, at) => `M${data[2 * at].toFixed(3)} ${(-data[2 * at + 1]).toFixed(3)}h0`).join(
    "",
  );

/** A path with a line from each position against its noise. @param {Tensor} positions @param {Tensor} noise */
const strokes = ({ data }, noise) =>
  Array.from({ length: data.length / 2 }, (_, at) =>
    `M${data[2 * at].toFixed(2)} ${(-data[2 * at + 1]).toFixed(2)}l${(-0.12 * noise.data[2 * at]).toFixed(3)} ${
      (0.12 * noise.data[2 * at + 1]).toFixed(3)
    }`).join("");

/** @param {ArrayLike<number>} values */
const mean = (values) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** The loss as a line, averaged where there are many updates. @param {Losses} losses */
function course({ at, loss }) {
  const size = Math.max(1, Math.ceil(loss.data.length / 200));
  const starts = Array.from({ length: Math.ceil(loss.data.length / size) }, (_, part) => part * size);
  return { x: starts.map((start) => at.data[start]), y: starts.map((start) => mean(loss.data.slice(start, start + size))) };
}

/** @param {import("../../../diffexplain/frontend/kit/shell.js").Page<Content, ReturnType<typeof words>>} page */
function open(page) {
  const { text, runs, chosen, choose, write, signal } = page;
  const content = () => runs.get().current?.content;
  const updates = () => {
    const { losses, sheets } = content() ?? {};
    return Math.max((losses?.at.data.at(-1) ?? -1) + 1, sheets?.at(-1)?.update ?? 0);
  };
  const rate = sliderControl({ ...text.rate, min: -5, max: -1, step: 0.1, show: (value) => (10 ** value).toPrecision(2),
    onChange: (value) => write("rate", 10 ** value) });
  const parts = {
    data: choiceControl({ ...text.data, onChange: (value) => write("data", value),
      choices: Object.entries(text.data.names).map(([value, label]) => ({ value, label, hint: "" })) }),
    points: numberControl({ ...text.points, className: "number", onChange: (value) => write("points", value) }),
    width: numberControl({ ...text.width, className: "number", onChange: (value) => write("width", value) }),
    seed: seedControl({ ...text.seed, diceLabel: text.seed.dice, min: 0, max: Number.MAX_SAFE_INTEGER, roll: () =>
      Math.floor(Math.random() * 1e6), onChange: (value) => write("seed", value) }),
    rate: { ...rate, set: (/** @type {number} */ value) => rate.set(Math.log10(value)) },
  };
  const session = sessionControls(page, { updates });
  const [cloud, field, samples] = ["cloud", "field", "samples"].map((name) => s("path", { class: name }));
  const plane = s("svg", { class: "plane", viewBox: `${-REACH} ${-REACH} ${2 * REACH} ${2 * REACH}`, role: "img" }, field,
    cloud, samples);
  const curve = lineChart({ height: 180, margin: { top: 8, right: 20, bottom: 24, left: 44 }, names: "none", signal,
    onSelect(update) {
      const near = sheets().findLast((sheet) => sheet.update <= update);
      if (near) choose({ sheet: near.at });
    } });
  const scrub = h("input", { type: "range", class: "dx-range", min: "0", step: "1", "aria-label": text.sheets,
    oninput: () => choose({ sheet: Number(scrub.value) === sheets().length - 1 ? null : sheets()[Number(scrub.value)].at }) });
  const drawn = h("p", {});
  const loss = h("p", {});
  const sheets = () => content()?.sheets ?? [];

  const draw = () => {
    session.draw();
    const { begin, losses, field: noise, changes } = content() ?? {};
    const all = sheets();
    const place = chosen.get().sheet === null
      ? all.length - 1
      : Math.max(0, all.findLastIndex(({ at }) => at <= chosen.get().sheet));
    const sheet = all[place];
    if (!begin || !sheet) return;
    cloud.setAttribute("d", dots(begin.cloud));
    samples.setAttribute("d", dots(sheet.points));
    if (noise) field.setAttribute("d", strokes(begin.grid, noise.noise));
    scrub.max = String(all.length - 1);
    scrub.value = String(place);
    scrub.style.setProperty("--filled", `${(100 * place) / Math.max(1, all.length - 1)}%`);
    scrub.setAttribute("aria-valuetext", text.number(sheet.update));
    const words = text.drawn(sheet.update);
    setText(drawn, words);
    plane.setAttribute("aria-label", words);
    const turns = (changes ?? []).filter(({ update }) => update > 0);
    const said = losses?.loss.data.length ? text.loss(mean(losses.loss.data.slice(-50)).toFixed(3), turns.length) : "";
    setText(loss, said);
    if (!losses?.loss.data.length) return;
    curve.draw({ series: [{ name: text.course, ...course(losses) }], here: sheet.update,
      marks: turns.map(({ update, value }) => ({ x: update, name: Number(value).toPrecision(2) })),
      x: { domain: [0, Math.max(1, updates())], whole: true, show: text.number },
      y: { kind: "log", show: (value) => String(value), read: (value) => value.toFixed(3) } }, said);
  };

  return { bar: { element: h("div", { class: "dx-bar" }, ...Object.values(parts).map((part) => part.element)), parts },
    body: [h("div", { class: "controls" }, session.element),
      h("div", { class: "stage" }, h("figure", {}, plane, scrub, drawn), h("figure", {}, curve.element, loss))], draw,
    keys: session.keys };
}

export default defineExplorer({ name: "point-cloud", catalogues, words, session: true, traits: ["sheet"], open,
  reduce: runsReducer({
    begin: () => /** @type {Content} */ ({ begin: null, losses: null, sheets: [], field: null, changes: [] }),
    reduce,
    complete: ({ begin, sheets }) => begin !== null && sheets.length > 0,
  }) });
