/**
 * The denoising explorer: controls, the pipeline as a flow, the panel of an opened place, all steps, words and numbers.
 * Messages go into one store, the selection into another; whatever changes, the parts are drawn from both.
 */

import { receive, traitWriter, watch } from "../../kit/connect.js";
import { h, setText, show, uniqueId } from "../../kit/dom.js";
import { hideFallback, keepKeys } from "../../kit/host.js";
import { createClock, scrubTarget } from "../../kit/player.js";
import { isBusy } from "../../kit/runs.js";
import { createStore } from "../../kit/store.js";
import { createBar } from "./bar.js";
import { createFoot } from "./foot.js";
import { panels } from "./panels.js";
import { noRuns, reduceRuns, stepCount } from "./runs.js";
import { createStage } from "./stage.js";
import { text } from "./text.js";
import { createTimeline } from "./timeline.js";
import { viewOf } from "./view.js";

/** @type {import("@anywidget/types").Render<any>} */
function render({ model, el, signal }) {
  const live = model.get("_live") !== false; // a page without a kernel sets it to false
  const runs = createStore(noRuns);
  const chosen = createStore({ step: /** @type {number} */ (model.get("step")), place: /** @type {string} */ (model.get("place")), playing: false });
  const write = traitWriter(model);

  const view = () => viewOf(runs.get(), chosen.get().step);
  /** @param {number} index */
  const select = (index) => {
    const step = index === view().count - 1 ? -1 : index; // the last step stays the last when their number changes
    if (step === chosen.get().step) return;
    chosen.update((state) => ({ ...state, step }));
    write("step", step);
  };
  /** @param {string} place */
  const open = (place) => {
    chosen.update((state) => ({ ...state, place }));
    write("place", place);
  };
  const toggle = (/** @type {string} */ name) => open(chosen.get().place === name ? "" : name);
  const cancel = () => model.send({ kind: "cancel" });
  const forgive = () => runs.update((state) => (state.refused ? { ...state, refused: null } : state));
  const byHand = (/** @type {number} */ index) => {
    clock.stop();
    select(index);
  };
  const clock = createClock({
    count: () => view().count, get: () => view().index, go: select, signal,
    changed: (playing) => chosen.update((state) => ({ ...state, playing })),
  });

  const panelId = uniqueId("panel");
  const bar = createBar(model.get("_controls"), write);
  bar.element.addEventListener("input", forgive); // whoever types again has read what was wrong
  const stage = createStage({ panel: panelId, onOpen: toggle });
  const timeline = createTimeline({ onSelect: byHand, onPlay: clock.toggle, onCancel: cancel, onRunAgain: () => model.send({ kind: "run" }) });
  const foot = createFoot();
  const notice = h("div", { class: "dx-notice", role: "alert", hidden: true });
  const panelTitle = h("strong", {});
  const panelBody = h("div", {});
  const closePanel = h("button", { type: "button", class: "dx-close", "aria-label": text.close, title: `${text.close} (Esc)`, onclick: () => open("") }, "×");
  const panelElement = h("section", { class: "dx-panel", id: panelId, hidden: true }, h("header", {}, panelTitle, closePanel), panelBody);
  const root = h("section", { class: "dx", "aria-label": text.title }, bar.element, notice, stage.element, panelElement, timeline.element, foot.element);
  if (!live) for (const part of Object.values(bar.parts)) part.disable(text.controls.noKernel);

  let opened = "";
  /** @type {import("./panels.js").Panel | null} */
  let panel = null;

  const draw = () => {
    const state = chosen.get();
    const { current, refused } = runs.get();
    const now = view();
    const busy = isBusy(current?.status);
    const failed = current?.status.state === "failed" || current?.status.state === "cancelled";
    if (state.place !== opened) {
      opened = state.place;
      panel = opened in panels ? panels[/** @type {keyof typeof panels} */ (opened)]() : null;
      panelBody.replaceChildren(...(panel ? [panel.element] : []));
      if (panel) setText(panelTitle, text.places[/** @type {keyof typeof panels} */ (opened)].name);
    }
    show(panel !== null, panelElement);
    Object.assign(root.dataset, { run: String(current?.number ?? ""), state: current?.status.state ?? "" });
    stage.draw(now, opened, stateWords(runs.get()));
    panel?.draw(now);
    timeline.draw(now, { playing: state.playing, busy, failed, canRun: live });
    foot.draw(now);
    drawNotice(notice, runs.get());
    for (const [name, part] of Object.entries(bar.parts)) part.refuse(refused?.field === name ? refused.message : "");
    if (current) hideFallback(root, model.get("_key"));
  };

  runs.subscribe(draw, signal);
  chosen.subscribe(draw, signal);
  for (const name of bar.names) watch(model, [name], () => bar.parts[/** @type {keyof typeof bar.parts} */ (name)].set(/** @type {never} */ (model.get(name))), signal);
  watch(model, ["step", "place"], () => chosen.update((state) => ({ ...state, step: model.get("step"), place: model.get("place") })), signal);
  keepKeys(root, (event, editing) => {
    if (event.key === "Escape") {
      if (runs.get().refused) forgive();
      else if (isBusy(runs.get().current?.status)) cancel();
      else if (chosen.get().place) open("");
      else return false;
      return true;
    }
    if (editing) return false;
    if (event.key === " " && !(event.target instanceof HTMLButtonElement)) {
      clock.toggle();
      return true;
    }
    const target = event.target instanceof HTMLInputElement ? null : scrubTarget(event.key, view().index, view().count);
    if (target !== null) byHand(target);
    return target !== null;
  });
  signal.addEventListener("abort", timeline.disconnect);
  el.replaceChildren(root);
  receive(model, runs, reduceRuns, signal);

  const silence = setTimeout(() => {
    if (runs.get().current === null) {
      notice.replaceChildren(text.state.noKernel);
      show(true, notice);
    }
  }, 8000);
  signal.addEventListener("abort", () => clearTimeout(silence));
}

/** @param {import("./runs.js").DenoiseRuns} runs */
function stateWords({ current }) {
  if (!current) return "";
  const { status, content } = current;
  if (status.state === "queued") return text.state.queued;
  if (status.state === "running") return content.end ? text.state.decoding : text.state.running(content.steps.length, stepCount(content));
  if (status.state === "cancelled") return text.state.cancelled;
  if (status.state === "failed") return text.state.failed;
  return content.end ? text.state.done(content.end.seconds) : "";
}

/** What went wrong and what to do; or what of the prompt was not read. @param {HTMLElement} notice @param {import("./runs.js").DenoiseRuns} runs */
function drawNotice(notice, { current, last }) {
  const failed = current?.status.state === "failed";
  const truncated = current?.content.begin?.truncated;
  show(failed || Boolean(truncated), notice);
  notice.classList.toggle("dx-failed", failed);
  if (failed) {
    const { message, advice } = current.status;
    const sentences = [message.replace(/[.\s]*$/, "."), advice || text.state.advice, last ? text.state.kept : ""];
    notice.replaceChildren(h("b", {}, text.state.failed), ` ${sentences.filter(Boolean).join(" ")}`);
  } else if (truncated) {
    notice.replaceChildren(text.truncated(current?.content.begin?.token_limit ?? 0, truncated.dropped_text));
  }
}

export default { render };
