/** The latent explorer: a picture through the encoder and back, and a closer look at what is in between. */

import catalogues from "catalogues:latent";
import { footOf } from "../../kit/foot.js";
import { figure } from "../../kit/format.js";
import { tabbedPanels } from "../../kit/panels.js";
import { picturePicker } from "../../kit/pictures.js";
import { barOf, seedTrait } from "../../kit/run_controls.js";
import { defineExplorer } from "../../kit/shell.js";
import { stateWords } from "../../kit/shown.js";
import { changePanel } from "./change.js";
import { blendPanel, chancePanel, noisePanel, sizesPanel, spreadPanel } from "./panels.js";
import { reduceRuns, viewOf } from "./runs.js";
import { createStage, deviationOf } from "./stage.js";
import { words } from "./text.js";

/** @type {import("../../kit/shell.js").Open<import("./runs.js").Content, import("./text.js").Text>} */
function open(page) {
  const { text, kit, language, constants, write, send, runs, chosen, choose, signal } = page;
  const { gallery, limits, draws } = constants("_controls");
  const picker = (/** @type {"picture" | "other"} */ field) =>
    picturePicker({ ...text.controls[field], text: kit.pictures, language, gallery, signal, onPick: (reference) =>
      write(field, reference), onUpload: (bytes) => send({ kind: "picture", field }, [bytes]), onDraw: draws
        ? (prompt) => write(field, `prompt:${prompt}`)
        : null });
  const bar = barOf({ picture: picker("picture"), other: picker("other"),
    seed: seedTrait(text.controls.seed, "seed", limits.seed, write) });
  const stage = createStage(page);
  const change = changePanel(page);
  const closer = tabbedPanels(text.panels, { change, blend: blendPanel(text), noise: noisePanel(text),
    spread: spreadPanel(text), sizes: sizesPanel(text), chance: chancePanel(text) }, (panel) => choose({ panel }));
  const foot = footOf(text.facts, { concepts: { deviation: "dx-noise" } });

  function draw() {
    const now = viewOf(runs.get());
    const { content } = now;
    const far = (/** @type {import("./runs.js").Content} */ { progress: { drawing, decoding }, cost, begin }) =>
      drawing && !begin
        ? text.state.drawing(drawing.done, drawing.total)
        : decoding && !cost
        ? text.state.decoding(decoding.done, decoding.total)
        : null;
    stage.draw(now, stateWords(page, { running: far, failed: () => "" }));
    closer.draw(chosen.get().panel, now);
    if (!content?.begin || !content.restored) return;
    const { begin, restored, blended } = content;
    const { shape, side, model } = begin;
    foot.draw(restored.off.share > 0 ? text.foot.line(restored.off, restored.worst) : text.foot.same, {
      fewer: [text.counts.times((3 * side ** 2) / (shape[0] * shape[1] * shape[2])), text.formulas.fewer(shape, side)],
      factor: [text.pixels(Math.round(side / shape[2])), text.formulas.factor],
      psnr: [restored.off.psnr === null ? "∞" : `${figure(restored.off.psnr)} dB`, text.formulas.psnr],
      deviation: [deviationOf(content), text.formulas.deviation],
      model: [model, text.formulas.model],
    });
    bar.parts.picture.showPicture(begin.original);
    if (blended) bar.parts.other.showPicture(blended.pixels[blended.pixels.length - 1]);
  }

  return { bar: { element: bar.element, parts: { ...bar.parts, ...change.parts } },
    body: [stage.element, closer.element, foot.element], draw };
}

export default defineExplorer({ name: "latent", catalogues, words, reduce: reduceRuns, traits: ["panel"], open });
