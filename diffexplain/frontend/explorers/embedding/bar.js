/** The controls: what is placed on the map, and how the map is shown. */

import { choiceControl, seedControl, sliderControl, textControl } from "../../kit/controls.js";
import { h } from "../../kit/dom.js";
import { picturePicker } from "../../kit/pictures.js";
import { barOf, guidanceControl } from "../../kit/run_controls.js";
import { wordedSegments } from "../../kit/segments.js";
import { lineOf, promptsIn } from "./derive.js";

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {(what: string) => void} onPlaced  the reader wants to see what is near this
 */
export function createBar({ text, kit, language, constants, write, choose, send, signal }, onPlaced) {
  const { limits, gallery } = constants("_controls");
  const words = text.controls;
  const parts = {
    search: textControl({ ...words.search, className: "dx-grow", maxLength: limits.text, onChange(value) {
      write("search", value);
      onPlaced("search");
    } }),
    picture: picturePicker({ ...words.picture, text: kit.pictures, language, signal, gallery, none: words.choose,
      onPick(reference) {
        write("picture", reference);
        onPlaced("picture");
      }, onUpload(bytes) {
      send({ kind: "picture", field: "picture" }, [bytes]);
      onPlaced("picture");
    } }),
    projection: wordedSegments(words.projection, ["umap", "pca", "gap", "closed"], (value) => choose({ projection: value })),
    colour: {
      ...choiceControl({ ...words.colour,
        choices: /** @type {const} */ (["concept", "style", "ground", "kind"]).map((value) => ({ value,
          label: words.colour[value], hint: "" })
        ), onChange: (value) => choose({ colour: value, hidden: [] }) }),
      disable() {},
    }, // the page answers it alone
  };
  return barOf(parts);
}

/**
 * The controls of the denoising runs, above their films.
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 */
export function createRunControls({ text, constants, write }) {
  const { limits } = constants("_controls");
  const words = text.controls;
  let seeds = [0];
  const line = textControl({ ...words.prompts, className: "dx-grow", maxLength: limits.text, pause: 1200,
    onChange: (value) => write("prompts", promptsIn(value)) });
  const from = (/** @type {number} */ first, /** @type {number} */ count) => {
    seeds = Array.from({ length: count }, (_, at) => first + at);
    parts.seeds.set(seeds);
    write("seeds", seeds);
  };
  const first = seedControl({ ...words.seeds, diceLabel: words.seeds.dice, min: 0, max: limits.seed,
    roll: () => Math.floor(Math.random() * 1e6), onChange: (value) => from(value, seeds.length) });
  const count = sliderControl({ ...words.count, min: 1, max: limits.seeds, step: 1, show: String,
    onChange: (value) => from(seeds[0], value) });
  const both = [first, count];
  const parts = { prompts: { ...line, set: (/** @type {string[]} */ value) => line.set(lineOf(value)) },
    seeds: { element: h("div", { class: "dx-pair" }, first.element, count.element), set(/** @type {number[]} */ value) {
      seeds = value;
      first.set(value[0]);
      count.set(value.length);
    }, refuse: first.refuse, disable: (/** @type {string} */ why) => both.forEach((part) => part.disable(why)) },
    steps: sliderControl({ ...words.steps, min: 1, max: 50, step: 1, show: String,
      onChange: (value) => write("steps", value) }), guidance_scale: guidanceControl(words.guidance, write) };
  const element = h("div", { class: "dx-run-controls" }, ...Object.values(parts).map((part) => part.element));
  return { element, parts };
}
