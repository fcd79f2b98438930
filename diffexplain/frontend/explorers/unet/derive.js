/**
 * What is on screen, and everything the page computes from a run's messages: which block and step are looked at, how the network is
 * laid out, its maps as pictures, how far each lane is from the untouched picture. Plain data, made anew for each change.
 *
 * @typedef {import("./runs.js").Content} Content
 * @import { Begin, Maps, Block, Skip } from "./messages"
 * @typedef {import("../../kit/pixels.js").Raster} Raster
 * @typedef {import("../../kit/steps.js").ShownStep<Content> & Inside} View
 * @typedef {object} Inside
 * @property {Block | null} block  the one that is looked at
 * @property {Maps | null} maps  its feature maps
 * @property {number} at  where the selected step is among those that have maps: it, or the nearest
 *
 * @typedef {{ left: Block[], right: Block[], skips: Skip[] }} Level  blocks of one size, on the way down and on the way up
 * @typedef {{ block: string, distance: number | null, picture: import("../../kit/protocol.js").Picture | null, why: any, come: boolean }} Lane
 */

import { nearest } from "../../kit/film.js";
import { remembered } from "../../kit/memo.js";
import { diverging, mappedRaster } from "../../kit/pixels.js";
import { shownStep } from "../../kit/steps.js";

/**
 * @param {import("./runs.js").UNetRuns} runs
 * @param {any} chosen  the traits of the view
 * @returns {View}
 */
export function viewOf(runs, chosen) {
  const shown = shownStep(runs, chosen.step);
  const { content, index } = shown;
  const block = blockOf(content?.begin ?? null, chosen.block);
  const maps = (block && content?.maps[block.name]) ?? null;
  return { ...shown, block, maps, at: maps ? nearest(maps.steps, index) : 0 };
}

/**
 * The block of a name, else of those that read the text the last one of the largest maps: there is most to see, and what the prompt does.
 * @param {Begin | null} begin
 * @param {string | null} name
 * @returns {Block | null}
 */
export function blockOf(begin, name) {
  const drawn = (begin?.blocks ?? []).filter(isDrawn);
  const inside = drawn.filter(({ role }) => role !== "in" && role !== "out");
  const reading = inside.filter((block) => block.reads_text);
  const some = reading.length ? reading : inside;
  const places = (/** @type {Block} */ { height, width }) => height * width;
  const most = Math.max(...some.map(places));
  return drawn.find((block) => block.name === name) ?? some.filter((block) => places(block) === most).at(-1) ?? null;
}

/** Whether a part stands in the row of what the picture goes through. @param {Block} block */
export const isDrawn = ({ role }) => !["time", "text", "other"].includes(role);

/** What the network calls a block, as people do. @param {Begin} begin @param {string} name */
export const named = (begin, name) => begin.blocks.find((block) => block.name === name) ?? null;

/**
 * A U-Net by its levels, the largest maps first, and what is at its bottom.
 * @param {Begin} begin
 * @returns {{ levels: Level[], bottom: Block[] }}
 */
export function levelsOf({ blocks, skips }) {
  const of = (/** @type {string} */ role) => blocks.filter((block) => block.role === role);
  const [downs, ups] = [of("down"), of("up").reverse()];
  const levels = Array.from({ length: Math.max(downs.length, ups.length) },
    (_, at) => ({ left: [...(at ? [] : of("in")), ...downs.slice(at, at + 1)],
      right: [...ups.slice(at, at + 1), ...(at ? [] : of("out"))],
      skips: skips.filter(({ target }) => target === ups[at]?.name) }));
  return { levels, bottom: of("middle") };
}

/** The sources of some skip connections, each once, with how many come from it. @param {Skip[]} skips @returns {[string, number][]} */
export function sourcesOf(skips) {
  const counts = /** @type {Map<string, number>} */ (new Map());
  for (const { source } of skips) counts.set(source, (counts.get(source) ?? 0) + 1);
  return [...counts];
}

/** The leading components of a step as colours. @param {Maps} maps @param {number} at @returns {Raster} */
export function componentRaster({ colours }, at) {
  return remembered(colours, `raster ${at}`, () => {
    const [, , height, width] = colours.shape;
    const size = height * width;
    const pixels = new Uint8ClampedArray(size * 4).fill(255);
    for (let colour = 0; colour < 3; colour += 1) {
      for (let place = 0; place < size; place += 1) pixels[place * 4 + colour] = colours.data[(at * 3 + colour) * size + place];
    }
    return { pixels, width, height };
  });
}

/** One channel of a step, blue below its mean and brown above. @param {import("../../kit/protocol.js").Tensor} levels @param {number} at @param {number} channel @returns {Raster} */
export function channelRaster(levels, at, channel) {
  const [, channels, height, width] = levels.shape;
  return remembered(levels, `raster ${at} ${channel}`,
    () =>
      mappedRaster(levels.data, height, width, (level) => diverging((level - 128) / 127),
        (at * channels + channel) * height * width));
}

/** The lanes of a run in the order of the network, those that have not come among them. @param {Content} content @returns {Lane[]} */
export const lanesOf = ({ begin, redrawn }) =>
  (begin?.lanes ?? []).map((block) => ({ block, distance: redrawn[block]?.distance ?? null,
    picture: redrawn[block]?.image ?? null, why: redrawn[block]?.why ?? "", come: block in redrawn })
  );

/** The lanes that lie farthest from the untouched picture and nearest to it, of single blocks that have come. @param {Lane[]} lanes */
export function extremes(lanes) {
  const come = lanes.filter(({ block, distance }) => block !== "" && distance !== null).sort((one, other) =>
    Number(other.distance) - Number(one.distance)
  );
  return come.length > 1 ? { most: come[0], least: come[come.length - 1] } : null;
}

/**
 * Where at a step the prompt changes most of what a block hands on.
 * @param {Content} content
 * @param {number} index
 */
export function strongestPull({ maps }, index) {
  const pulls = Object.values(maps).flatMap(({ block, pulls, steps }) =>
    pulls ? [{ block, pull: pulls.data[nearest(steps, index)] }] : []
  );
  return pulls.length ? pulls.reduce((best, one) => (one.pull > best.pull ? one : best)) : null;
}

/** What all parts have together. @param {Begin} begin @param {"parameters" | "multiply_adds"} what @returns {number | null} */
export function totalOf({ blocks }, what) {
  const values = blocks.map((block) => block[what]);
  return values.includes(null) ? null : values.reduce((/** @type {number} */ sum, value) => sum + Number(value), 0);
}
