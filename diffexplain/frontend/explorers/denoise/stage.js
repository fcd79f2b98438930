/** The pipeline as a flow that reads left to right, with what is there at the selected step; each place opens its panel. */

import { h, setText, show } from "../../kit/dom.js";
import { aged } from "../../kit/film.js";
import { arrow, shareBar, square, tokenChips } from "../../kit/parts.js";
import { heatRaster, paint } from "../../kit/pixels.js";
import { frameOf, frameWithGhost } from "./view.js";

/** @typedef {keyof import("./text.js").Text["places"]} PlaceName */
/** @typedef {ReturnType<typeof import("../../kit/text.js").words>["known"]} Known */

/**
 * @param {import("./text.js").Text} text
 * @param {Known} known
 * @param {(name: string, properties: Record<string, any>, ...children: (Node | string)[]) => HTMLElement} opener  a button that opens a panel
 * @param {HTMLElement} below  stands below the result
 */
export function createStage(text, known, opener, below) {
  const tokens = h("span", { class: "dx-tokens" });
  const states = h("canvas", { class: "dx-states", width: 1, height: 1 });
  const statesNote = h("span", { class: "dx-caption" });
  const start = square({ size: 56 });
  const seedNote = h("span", { class: "dx-caption" });
  const noisy = square({ size: 124 });
  const share = shareBar({ signalWord: text.signalWord, noiseWord: text.noiseWord });
  const uncond = square({ size: 64 });
  const cond = square({ size: 64 });
  const uncondNote = h("small", {});
  const condNote = h("small", {}, text.withText);
  const uncondFigure = h("span", { class: "dx-half" }, uncond.element, uncondNote);
  const mixNote = h("span", { class: "dx-caption" });
  const noise = square({ size: 124 });
  const samplerNote = h("span", {});
  const latent = square({ size: 40 });
  const decoderNote = h("span", { class: "dx-caption" });
  const result = square({ size: 192, pixelated: false });
  const resultNote = h("span", { class: "dx-caption" });
  const loopNow = h("b", {});
  const loopLabel = h("span", { class: "dx-loop-label" });
  const state = h("span", { class: "dx-loop-label dx-state", role: "status" });

  /** @param {PlaceName} name @param {string} className @param {...(Node | string)} children */
  const opens = (name, className, ...children) => {
    return opener(name, { class: `dx-place ${className}`, title: text.places[name].hint }, ...children);
  };
  const title = (/** @type {PlaceName} */ name, concept = "") => h("strong", { class: concept }, text.places[name].name);

  const element = h("div", { class: "dx-stage" },
    h("div", { class: "dx-column" }, opens("sentence", "dx-card", title("sentence", "dx-text"), tokens),
      opens("encoder", "dx-card dx-fills", title("encoder", "dx-text"), states, statesNote),
      opens("noise", "dx-card dx-beside", start.element, h("span", {}, title("noise", "dx-noise"), seedNote))), arrow(),
    h("div", { class: "dx-loop" }, loopLabel, state, opens("latent", "", noisy.element, title("latent"), share.element),
      arrow(),
      opens("unet", "",
        h("span", { class: "dx-halves" }, uncondFigure, h("span", { class: "dx-half" }, cond.element, condNote)), title("unet"),
        mixNote), arrow(),
      opens("prediction", "", noise.element, title("prediction", "dx-noise"),
        h("span", { class: "dx-caption" }, text.takenAway)),
      h("div", { class: "dx-back" }, opens("sampler", "dx-pill", samplerNote))), arrow(),
    h("div", { class: "dx-column dx-result" },
      opens("decoder", "dx-card dx-beside", latent.element, h("span", {}, title("decoder", "dx-signal"), decoderNote)),
      result.element, resultNote, below));

  /** @type {unknown} */
  let tokensDrawn;

  /** @param {import("./view.js").View} view @param {string} stateWords  where the run stands */
  function draw(view, stateWords) {
    const { content, index, count, step, measures } = view;
    const begin = content?.begin ?? view.ghost?.begin ?? null;
    if (begin !== tokensDrawn) drawText(begin);
    tokensDrawn = begin;

    const words = text.stepWords(index, count, measures?.signalShare ?? null);
    const pair = begin ? (step ?? view.ghost?.steps[0])?.text_share !== null : true;
    start.draw(frameWithGhost(view, 0, "start"), `${text.places.noise.name} · ${text.seedNote(begin?.request.seed ?? 0)}`);
    noisy.draw(frameWithGhost(view, index, "x"), `${text.places.latent.name} · ${words}`);
    share.set(measures?.signalShare ?? null);
    show(pair, uncondFigure);
    uncond.draw(frameWithGhost(view, index, "uncond"), `${text.places.unet.name} · ${text.withoutText} · ${words}`);
    cond.draw(frameWithGhost(view, index, pair ? "cond" : "noise"), `${text.places.unet.name} · ${text.withText} · ${words}`);
    setText(uncondNote, begin?.request.negative_prompt ? text.withNegative : text.withoutText);
    mixNote.replaceChildren(
      pair
        ? h("span", { class: "dx-guidance" }, `${text.mixed}${begin ? ` ×\u00a0${begin.request.guidance_scale}` : ""}`)
        : text.onlyText,
    );
    noise.draw(frameWithGhost(view, index, "noise"), `${text.places.prediction.name} · ${words}`);
    setText(samplerNote, text.samplerTakes(begin?.sampler_label ?? text.places.sampler.name));
    latent.draw(latentFrame(view), `${text.predictedLatent} · ${words}`);
    setText(decoderNote, begin ? `${begin.latent_shape.join("×")} → ${begin.picture_size.join("×")}×3` : "");
    const last = Boolean(content?.end) && index === count - 1;
    const end = content?.wholeEnd[0] ?? content?.end;
    const finished = last && end ? { picture: end.image, old: view.old } : null;
    result.draw(finished ?? frameWithGhost(view, index, "x0"), `${last ? text.finished : text.ifStopped} · ${words}`);
    setText(resultNote, last ? text.finished : text.ifStopped);
    setText(state, stateWords);
    const loop = text.loop(count, index);
    setText(loopNow, loop.now);
    loopLabel.replaceChildren(...(count ? [loop.before, loopNow] : [text.state.empty]));
  }

  /** @param {import("./messages").Begin | null} begin */
  function drawText(begin) {
    if (!begin) return;
    tokens.replaceChildren(...tokenChips(begin.tokens.slice(0, 12), text, begin.unlearned, known),
      begin.tokens.length > 12 ? `+${begin.tokens.length - 12}` : "");
    setText(seedNote, begin.request.seed === null ? "" : text.seedNote(begin.request.seed)); // of a recorded run it may be unknown
    if (!begin.embedding) return;
    const [rows, width] = begin.embedding.shape;
    paint(states, heatRaster(begin.embedding.data, rows, width, 2.5));
    setText(statesNote, text.tokens(begin.tokens.length, width));
  }

  return { element, draw };
}

/** The predicted original as latents, also where its decoded picture is there. @param {import("./view.js").View} view */
function latentFrame({ content, ghost, index, old }) {
  const bare = (/** @type {import("./runs.js").Content | null} */ from) =>
    from && frameOf({ ...from, decoded: {} }, Math.min(index, Math.max(0, from.steps.length - 1)), "x0");
  return aged(content?.steps[index] ? bare(content) : null, old) ?? aged(bare(ghost), true);
}
