/** The text explorer: a sentence in tokens, and a closer look at what a text encoder makes of them. Only reading asks for Python. */

import catalogues from "catalogues:text";
import { textControl } from "../../kit/controls.js";
import { createAsker } from "../../kit/detail.js";
import { h, onWidth } from "../../kit/dom.js";
import { footOf } from "../../kit/foot.js";
import { figure, fixed } from "../../kit/format.js";
import { tabbedPanels } from "../../kit/panels.js";
import { defineExplorer } from "../../kit/shell.js";
import { stateWords } from "../../kit/shown.js";
import { createSum } from "./captions.js";
import { givenTo, lacking, readBy, readingOf, rowOf, viewOf } from "./derive.js";
import { createEncoders, createLayers, createReading, createSwap } from "./panels.js";
import { reduceRuns } from "./runs.js";
import { words } from "./text.js";
import { createTokens } from "./tokens.js";

/** @type {import("../../kit/shell.js").Open<import("./runs.js").Content, import("./text.js").Text>} */
function open(page) {
  const { text, kit, live, runs, chosen, choose, write, send, constants, signal } = page;
  const { limits, spoken } = constants("_controls");
  const view = () => viewOf(runs.get(), chosen.get());
  const sentence = (/** @type {"prompt" | "other_prompt"} */ name) =>
    textControl({ ...text.controls[name], className: "dx-grow", maxLength: limits.text, onChange: (value) =>
      write(name, value) });
  const [prompt, other] = [sentence("prompt"), sentence("other_prompt")];
  let turn = 0;
  const both = h("button", { type: "button", class: "dx-button", title: live ? text.controls.spoken.hint : kit.state.recording,
    disabled: !live, onclick() {
    const { en, zh } = spoken[turn++ % spoken.length];
    write("prompt", en);
    write("other_prompt", zh);
    choose({ panel: "swap", token: null });
  } }, text.controls.spoken.label);
  const tokens = createTokens(page);
  const sum = createSum(page);
  const panels = tabbedPanels(text.panels, { layers: createLayers(page), reading: createReading(page), swap: createSwap(page),
    sum, encoders: createEncoders(page) }, (panel) => choose({ panel }));
  const foot = footOf(text.foot.facts, { concepts: { id: "dx-text" } });
  const want = createAsker({ send, signal });
  onWidth(panels.element, () => draw(), signal);

  function draw() {
    const now = view();
    if (!now) return;
    const { panel } = chosen.get();
    tokens.draw(now,
      stateWords(page, { done: () => "", failed: () => "",
        running: ({ progress }) => progress && text.progress.captions(progress.done, progress.total) }));
    panels.element.classList.toggle("dx-old", now.old);
    panels.draw(panel, now, chosen.get());
    if (live) want(now.run, lacking(now), () => false);
    tell(now);
  }

  /** @param {import("./derive.js").View} now */
  function tell(now) {
    const { tokens: all, token, layer, encoder, vectors, head } = now;
    const piece = all[token];
    const pieces = all.filter(({ group, kind }) => kind === "word" && group === piece.group).length;
    const reading = layer ? (readingOf(now, layer, head, false) ?? readingOf(now, layer, -1, false)) : null;
    const first = reading && readBy(reading, token)[0];
    const { formulas } = text.foot;
    foot.draw(
      text.sentences([text.foot.line(text.called(piece), token, encoder, text.inLayer(layer)),
        pieces > 1 ? text.foot.pieces(pieces) : "", ofMark(piece.kind, encoder, reading)]),
      { id: [String(piece.id), formulas.id],
        length: [vectors ? figure(rowOf(vectors.lengths, layer)[token]) : "–", formulas.length],
        turn: [vectors && layer ? fixed(rowOf(vectors.cosines, layer - 1)[token]) : "–", formulas.turn],
        reads: [first ? text.reading.share(text.called(all[first.token]), first.share) : "–", formulas.reads] },
    );
  }

  /** What there is to say of a mark. @param {string} kind @param {import("./messages").Encoder} encoder @param {import("./derive.js").Tensor | null} reading */
  function ofMark(kind, { kind: family, pooled }, reading) {
    if (kind === "padding") return text.foot.padding;
    if (kind === "end") return family === "CLIP" && pooled ? text.foot.end : "";
    return kind === "start" && reading ? text.foot.start(givenTo(reading, 0)) : "";
  }

  /** What of the sentence was not read. */
  function notice() {
    const now = view();
    return now?.encoder.truncated ? kit.truncated(now.encoder.limit, now.encoder.truncated.dropped_text) : "";
  }

  return {
    bar: {
      element: h("div", { class: "dx-bar" }, prompt.element, other.element,
        h("div", { class: "dx-field dx-beside-labels" }, both)),
      parts: { prompt, other_prompt: other, arithmetic: sum.control },
    },
    body: [tokens.element, panels.element, foot.element],
    draw,
    keys: (event, editing) => !editing && panels.keys(event),
    notice,
  };
}

export default defineExplorer({ name: "text", catalogues, words, reduce: reduceRuns,
  traits: ["panel", "encoder", "token", "layer", "head", "rolled", "show"], local: { pair: null }, open });
