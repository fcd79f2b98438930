/** Many pictures drawn together, and what they have in common, as Python keeps and says them (explorers/seed/grids.py). */
import { decoded, sampling } from "./lanes.js";
import { atUnitScale } from "./measures.js";
import { coarseToFine } from "./order.js";
import { colours, linear, sheet } from "./pixels.js";
import { png } from "./png.js";
import { solved } from "./samplers.js";
import { deviationOver, parting } from "./seeds.js";

/** @typedef {import("./engine.js").Kit} Kit @typedef {import("./engine.js").Emit} Emit @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {() => Promise<void>} Pause @typedef {import("./lanes.js").Lane} Lane @typedef {"first" | "other" | "walk"} Which */

/**
 * @typedef {object} Wall
 * @property {Lane[]} lanes
 * @property {number[]} told  the steps that are shown
 * @property {Float32Array[]} noises  of unit variance, that each lane begins with
 * @property {Pixels[]} tiles  the finished pictures
 * @property {Map<number, Float32Array[]>} waiting  place -> predicted originals that are not decoded yet
 * @property {Map<number, number>} noisy  place -> how far the noisy latents part
 * @property {Map<number, [any, any]>} said  place -> what was said of it exactly
 */

const AT_ONCE = 16; // pictures between two words on how far the refining is

const columnsFor = (/** @type {number} */ count) => Math.ceil(Math.sqrt(count));

/**
 * Draws a wall and says each step as it is there.
 * @param {Lane[]} lanes @param {number[]} told @param {Which} which @param {Kit} kit @param {Emit} emit @param {Pause} pause @returns {Promise<Wall>}
 */
export async function draw(lanes, told, which, kit, emit, pause) {
  const wall =
    /** @type {Wall} */ ({ lanes, told, noises: [], tiles: [], waiting: new Map(), noisy: new Map(), said: new Map() });
  const [start] = kit.facts.tables[lanes[0].sampler][lanes[0].steps];
  let latents = /** @type {Float32Array[]} */ ([]);
  for await (const { index, steps, originals } of stepsOf(lanes, kit, pause)) {
    if (index === 0) wall.noises = steps.map(({ x }) => x.map((value) => value / start));
    latents = steps.map(({ next }) => next);
    const place = told.indexOf(index);
    if (place < 0) continue;
    await emit("preview", await previewOf(which, place, originals, kit));
    wall.noisy.set(place, deviationOver(steps.map(({ x, row }) => linear(atUnitScale(x, row.level), kit.facts))));
    wall.waiting.set(place, originals);
    await emit("spread", await spreadOf(wall, place, originals.map((each) => colours(each, kit.facts)), false, which));
  }
  const last = told.length - 1;
  wall.waiting.delete(last);
  wall.tiles = await decoded(latents, kit, pause);
  await sayExact(await exact(wall, last, wall.tiles), which, emit);
  return wall;
}

/** The steps of lanes that all take as many. @param {Lane[]} lanes @param {Kit} kit @param {Pause} pause */
export async function* stepsOf(lanes, kit, pause) {
  for await (const moved of sampling(lanes, kit, pause)) {
    const steps = moved.map(({ step }) => step);
    yield { index: steps[0].index, steps, originals: steps.map(({ row, x, prediction }) => solved(row, { x, prediction }).x0) };
  }
}

/** @param {Which} which @param {number} place @param {Float32Array[]} originals @param {Kit} kit */
export async function previewOf(which, place, originals, kit) {
  const columns = columnsFor(originals.length);
  return { which, place, lanes: { data: Int32Array.from(originals.keys()), shape: [originals.length] }, columns,
    sheet: await png(sheet(originals.map((each) => colours(each, kit.facts)), columns)) };
}

/** @param {Wall} wall @param {number} place @param {Pixels[]} tiles @param {boolean} isExact @param {Which} [which] */
async function spreadOf(wall, place, tiles, isExact, which) {
  const { mean, ...parts } = parting(tiles);
  return { which, place, exact: isExact, mean: await png(mean), ...parts, noisy: wall.noisy.get(place) };
}

/** The exact pictures of a place, which the wall keeps. @param {Wall} wall @param {number} place @param {Pixels[]} tiles @returns {Promise<[any, any]>} */
async function exact(wall, place, tiles) {
  const columns = columnsFor(tiles.length);
  const said =
    /** @type {[any, any]} */ ([{ place, columns, sheet: await png(sheet(tiles, columns)) },
      await spreadOf(wall, place, tiles, true)]);
  wall.said.set(place, said);
  return said;
}

/** @param {[any, any]} said @param {Which} which @param {Emit} emit */
export async function sayExact([pictures, spread], which, emit) {
  await emit("pictures", { ...pictures, which });
  await emit("spread", { ...spread, which });
}

/** @param {[Which, Wall][]} walls @param {Kit} kit @param {Emit} emit @param {Pause} pause */
export async function refine(walls, kit, emit, pause) {
  const left = walls.flatMap(([which, wall]) =>
    coarseToFine(wall.told.length - 1).filter((place) => wall.waiting.has(place)).map((place) => ({ which, wall, place }))
  );
  const total = left.reduce((sum, { wall }) => sum + wall.lanes.length, 0);
  let done = 0;
  for (const { which, wall, place } of left) {
    const latents = /** @type {Float32Array[]} */ (wall.waiting.get(place));
    const tiles = [];
    for (let from = 0; from < latents.length; from += AT_ONCE) {
      await emit("progress", { task: "refining", done, total });
      const part = latents.slice(from, from + AT_ONCE);
      tiles.push(...await decoded(part, kit, pause));
      done += part.length;
    }
    const said = await exact(wall, place, tiles);
    wall.waiting.delete(place);
    await sayExact(said, which, emit);
  }
}
