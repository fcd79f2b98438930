/** The kept run beside the one on screen: both predicted pictures at the selected noise level, their difference, both finished ones. */

import { h, setText, show } from "../../kit/dom.js";
import { named, prose, row } from "../../kit/figures.js";
import { figure, percent } from "../../kit/format.js";
import { logSnr } from "../../kit/levels.js";
import { stepCount } from "../../kit/steps.js";
import { apartAt, partnerOf, sameSize } from "./alignment.js";
import { frameOf, frameWithGhost } from "./view.js";
import { changes } from "./words.js";

/** @typedef {import("./view.js").View} View */

/** Words that no line ends between. @param {string} words */
const unbroken = (words) => words.replaceAll(" ", "\u00a0").replaceAll("-", "\u2011");

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function besideParts({ text, live, send }) {
  const { beside } = text;
  const button = (/** @type {{ label: string, hint: string }} */ { label, hint }, /** @type {() => void} */ onclick) =>
    h("button", { type: "button", class: "dx-button", title: hint, onclick }, label);
  let shown = 0; // number of the run on screen
  const keep = button(beside.keep, () => send({ kind: "keep", run: shown }));
  const letGo = button(beside.letGo, () => send({ kind: "let_go" }));
  const [before, after, apart] = [named(beside.before.name, { size: 128, pixelated: false }),
    named(beside.after.name, { size: 128, pixelated: false }), named(beside.difference.name, { size: 128 })];
  const ends = [named(beside.finished.before, { size: 128, pixelated: false }),
    named(beside.finished.after, { size: 128, pixelated: false })];
  const title = h("strong", {}, beside.title);
  const asked = h("span", { class: "dx-asked" });
  const line = prose();
  const pictures = row(before.element, after.element, apart.element, h("span", { class: "dx-until", "aria-hidden": "true" }),
    ...ends.map((end) => end.element));
  const element = h("section", { class: "dx-two", "aria-label": beside.title, hidden: true },
    h("header", {}, title, asked, letGo), pictures, line);
  show(live, keep, letGo);

  /** @param {View} now */
  function draw(now) {
    const { content, kept, run, finished, isKept } = now;
    shown = run;
    keep.disabled = !finished || isKept;
    show(kept !== null || (isKept && live), element);
    for (const part of [title, pictures, line]) show(kept !== null, part);
    asked.classList.toggle("dx-waits", kept === null);
    if (isKept) asked.replaceChildren(beside.kept);
    if (!content?.begin || !kept?.begin) return;
    const differing = changes(text, kept.begin, content.begin);
    asked.replaceChildren(...(differing.length ? differing.map((each) => h("span", {}, each)) : [beside.same]));
    drawPictures(now, kept);
  }

  /** @param {View} now @param {import("./runs.js").Content} kept */
  function drawPictures(now, kept) {
    const { content, index, count } = now;
    if (!content) return;
    const at = (/** @type {import("./runs.js").Content} */ { steps }, /** @type {number} */ step, /** @type {number} */ of) =>
      `${unbroken(text.stepWords(step, of, null))} · ${unbroken(beside.level(figure(logSnr(steps[step].a, steps[step].b))))}`;
    const partner = partnerOf(content, index, kept);
    before.draw(partner === null ? null : frameOf(kept, partner, "x0"),
      partner === null ? "" : at(kept, partner, stepCount(kept)));
    after.draw(frameWithGhost(now, index, "x0"), content.steps[index] ? at(content, index, count) : "");
    const far = apartAt(content, index, kept);
    apart.draw(far, far ? beside.share(percent(far.rms)) : "");
    [kept, content].forEach(({ end }, which) =>
      ends[which].draw(end ? { picture: end.image } : null, end ? text.state.done(end.seconds) : "")
    );
    setText(line,
      text.sentences([beside.aligned, sameSize(content, kept) ? (far ? beside.apart(percent(far.rms)) : "") : beside.sizes]));
  }

  return { element, keep, draw };
}
