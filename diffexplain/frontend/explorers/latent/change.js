/** The panel that changes the latents: what is done to which channel, its numbers as cells to poke, and what they paint then. */

import { selectable } from "../../kit/cells.js";
import { choiceControl, sliderControl } from "../../kit/controls.js";
import { h, setText, show } from "../../kit/dom.js";
import { named, prose } from "../../kit/figures.js";
import { fixed } from "../../kit/format.js";
import { arrow } from "../../kit/parts.js";
import { paint } from "../../kit/pixels.js";
import { wordedSegments } from "../../kit/segments.js";
import { framed, grey, heat, placeOf } from "./stage.js";

const MOST = 6; // that the slider adds, or multiplies by
const ADDS = ["poke", "shift"];

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function changePanel({ text, constants, write, live }) {
  const { operations, channels } = constants("_controls");
  const words = text.controls;
  const numbered = Array.from({ length: channels }, (_, at) => ({ value: String(at), label: text.channel(at), hint: "" }));
  const operation = wordedSegments(words.operation, operations, (value) => write("operation", value));
  const channel = choiceControl({ ...words.channel, choices: numbered, onChange: (value) => write("channel", Number(value)) });
  const partner = choiceControl({ ...words.partner, choices: [{ value: "", label: words.partner.next, hint: "" }, ...numbered],
    onChange: (value) => write("partner", value === "" ? null : Number(value)) });
  const amount = sliderControl({ ...words.amount, min: -MOST, max: MOST, step: 0.5, show: (value) => fixed(value),
    onChange: (value) => write("amount", value) });
  const canvas = h("canvas", { role: "img", tabIndex: -1, class: "dx-pixels" });
  const board = h("span", { class: "dx-square dx-cells" }, canvas);
  const mark = framed(board);
  const refused = h("span", { class: "dx-refused", role: "alert" });
  const note = h("small", {});
  const name = h("b", {});
  let open = live;
  const cells = selectable(canvas, { onHover: () => {}, onSelect: ({ row, column }) => open && write("cell", [row, column]) });
  canvas.addEventListener("keydown", (event) => {
    if (!open || !cells.press(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  const without = named(text.change.without);
  const painted = named(text.change.painted, { concept: "dx-signal" });
  const off = named(text.change.off);
  const place = framed(/** @type {HTMLElement} */ (off.element.firstElementChild));
  const line = prose();
  const element = h("div", {}, line,
    h("div", { class: "dx-doing" }, operation.element, channel.element, amount.element, partner.element),
    h("div", { class: "dx-way dx-poked" }, h("figure", { class: "dx-named" }, board, h("figcaption", {}, name, note), refused),
      arrow(), without.element, painted.element, off.element));

  /** @param {{ content: import("./runs.js").Content | null, old: boolean }} view */
  function draw({ content, old }) {
    if (!content?.begin) return;
    const { begin, restored, changed } = content;
    const { request, shape, cell } = begin;
    const [, rows, columns] = shape;
    const poked = request.operation === "poke";
    show(ADDS.includes(request.operation) || request.operation === "scale", amount.element);
    show(request.operation === "swap", partner.element);
    paint(canvas, changed ? grey(changed.grey) : grey(begin.grey, request.channel));
    cells.lay({ rows: poked ? rows : 0, columns: poked ? columns : 0, selected: { row: cell[0], column: cell[1] } });
    canvas.tabIndex = poked && open ? 0 : -1;
    canvas.style.cursor = poked && open ? "crosshair" : "";
    canvas.setAttribute("aria-label",
      poked
        ? text.change.cells(request.channel, cell, changed ? fixed(changed.after) : "–")
        : text.change.whole(request.channel));
    board.classList.toggle("dx-old", old || !changed);
    mark(poked ? placeOf(cell, shape) : null);
    place(poked ? placeOf(cell, shape) : null);
    setText(name, text.channel(request.channel));
    setText(note, poked && open ? text.change.click : text.change.now);
    without.draw(restored && { picture: restored.picture, old });
    painted.draw(changed && { picture: changed.picture, old });
    off.draw(changed && { raster: heat(changed.off), old },
      changed ? text.both(text.stage.most(changed.off.largest), text.psnr(changed.off.psnr)) : "");
    if (changed) setText(line, describe(text, begin, changed));
  }

  const cell = { element: board, set: () => {}, refuse: (/** @type {string} */ why) => setText(refused, why),
    disable(/** @type {string} */ why) {
      open = false;
      board.title = why;
      canvas.tabIndex = -1;
    } };
  return { element, draw,
    parts: { operation: asking(operation), channel: numberOf(channel), partner: numberOf(partner), amount, cell } };
}

/** Its choice asks for a run, so that a recording can't answer it. @param {import("../../kit/controls.js").Control<string>} control */
const asking = (control) => ({ ...control, disable(/** @type {string} */ why) {
  for (const button of control.element.querySelectorAll("button")) button.disabled = true;
  control.element.title = why;
} });

/** @param {import("../../kit/controls.js").Control<string>} control */
const numberOf = (control) => ({ ...control,
  set: (/** @type {number | null} */ value) => control.set(value === null ? "" : String(value)) });

/** What the change has done, as measured. @param {import("./text.js").Text} text @param {import("./messages").Begin} begin @param {import("./messages").Changed} changed */
export function describe(text, { request, shape, side, partner }, { off, before, after, reach }) {
  const [, rows, columns] = shape;
  const { operation, channel, amount } = request;
  const done = operation === "poke"
    ? text.change.poke(shape[0] * rows * columns, before, after)
    : text.change.whole_channel[operation](text.number(rows * columns), channel, amount, partner);
  if (off.largest === 0) return text.sentences([done, text.change.same]);
  const factor = Math.round(side / columns);
  const far = operation !== "poke"
    ? ""
    : reach > 1.5 * factor
    ? text.change.reach(reach, factor)
    : text.change.within(reach, factor);
  return text.sentences([done, text.change.share(off.share), far].filter(Boolean));
}
