/** The U-Net explorer: controls, the network as a drawing, all steps, a closer look, words and numbers. */

import catalogues from "catalogues:unet";
import { h } from "../../kit/dom.js";
import { aged, filmStrip } from "../../kit/film.js";
import { footOf } from "../../kit/foot.js";
import { tabbedPanels } from "../../kit/panels.js";
import { playerRow, stayingRow } from "../../kit/player.js";
import { runBar } from "../../kit/run_controls.js";
import { defineExplorer } from "../../kit/shell.js";
import { fromEnd, stateWords } from "../../kit/shown.js";
import { pictureOf, stepCount } from "../../kit/steps.js";
import { lanesOf, viewOf } from "./derive.js";
import { createNetwork } from "./network.js";
import { mapsPanel, sizesPanel, weakenPanel } from "./panels.js";
import { reduceRuns } from "./runs.js";
import { words } from "./text.js";
import { hereLine, numbers } from "./words.js";

/** @type {import("../../kit/shell.js").Open<import("./runs.js").Content, import("./text.js").Text>} */
function open(page) {
  const { text, language, runs, chosen, choose, write, constants, signal } = page;
  const view = () => viewOf(runs.get(), chosen.get());
  const offer = constants("_controls");
  const bar = runBar(text.controls, language, offer, write);
  if (!offer.negative) bar.parts.negative_prompt.disable(text.controls.noNegative);
  const network = createNetwork(page, (block) => choose({ block }));
  const player = playerRow(page, { label: text.timeline.scrub, at: view,
    select: (index) => choose({ step: fromEnd(index, view().count) }) });
  const pictures = filmStrip({ ...text.timeline.picture, concept: "dx-signal", pixelated: false, onSelect: player.byHand });
  const timeline = h("div", { class: "dx-timeline" }, pictures.name, pictures.film);
  const weaken = weakenPanel(page);
  const closer = tabbedPanels(text.panels, { maps: mapsPanel(page, player.byHand), weaken: weaken.panel,
    sizes: sizesPanel(page) }, (panel) => choose({ panel }));
  const foot = footOf(text.facts, { concepts: { pull: "dx-text" } });

  function draw() {
    const now = view();
    const { content, count, index, old } = now;
    network.draw(now, stateWords(page, { running, failed: () => "" }));
    if (content?.begin) {
      const [height, width] = content.begin.picture_size;
      timeline.style.setProperty("--ratio", String(width / height));
    }
    pictures.draw(count, index, (at) => aged(pictureOf(content, at), old), text.timeline.pictureWords(count));
    player.draw(text.timeline.stepWords(index, count));
    closer.draw(chosen.get().panel, now);
    foot.element.classList.toggle("dx-old", old);
    foot.draw(hereLine(text, now), numbers(text, now));
  }

  /** @param {import("./runs.js").Content} content */
  function running(content) {
    if (!content.end) return text.state.running(content.steps.length, stepCount(content));
    const lanes = lanesOf(content);
    return content.progress ? text.state.redraw(lanes.filter(({ come }) => come).length, lanes.length) : text.state.maps;
  }

  return { bar: { element: bar.element, parts: { ...bar.parts, ...weaken.parts } },
    body: [network.element, timeline, stayingRow(player, signal), closer.element, foot.element], draw,
    keys: (event, editing) => !editing && (closer.keys(event) || player.keys(event)) };
}

export default defineExplorer({ name: "unet", catalogues, words, reduce: reduceRuns, traits: ["block", "step", "panel"],
  open });
