/** A run over seeds, said in the same messages as Python says it (explorers/seed/explorer.py, grids.py and walk.py). */
import { countOf, laneOf, picture, sampling } from "../lanes.js";
import { angle, atUnitScale, rootMeanSquare } from "../measures.js";
import { missing, opening } from "../opening.js";
import { coarseToFine, evenly } from "../order.js";
import { colours, linear, sheet } from "../pixels.js";
import { png } from "../png.js";
import { read } from "../reading.js";
import { solved } from "../samplers.js";
import { detail, deviationOver, distances, furthest, lerp, parting, slerp } from "../seeds.js";

/** @typedef {import("../engine.js").Kit} Kit @typedef {import("../engine.js").Emit} Emit @typedef {import("../pixels.js").Pixels} Pixels */
/** @typedef {() => Promise<void>} Pause @typedef {import("../lanes.js").Lane} Lane @typedef {"first" | "other" | "walk"} Which */

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

const MOST_TOLD = 50; // steps of a run
const MOST_KEPT = 4; // walls
const AT_ONCE = 16; // pictures between two words on how far the refining is

const columnsFor = (/** @type {number} */ count) => Math.ceil(Math.sqrt(count));
const numbers = (/** @type {number[]} */ values, shape = [values.length]) => ({ data: Float32Array.from(values), shape });

/** @param {any} request @param {Kit} kit @param {Emit} emit @param {Pause} pause */
export async function seed(request, kit, emit, pause) {
  const began = performance.now();
  const { count, walk, frames, other_prompt: otherPrompt } = request;
  let drawn = 0;
  /** @param {string} prompt @param {Which} which */
  async function wallOf(prompt, which) {
    const lanes = Array.from({ length: count }, (_, at) => laneOf(request, { prompt, seed: request.seed + at }));
    const told = evenly(countOf(lanes[0], kit), MOST_TOLD);
    if (which === "first") await emit("begin", beginning(request, lanes, told, kit));
    let made = false;
    const wall = await kit.memory.made("walls", lanes, async () => {
      made = true;
      drawn += count;
      return draw(lanes, told, which, kit, emit, pause);
    }, MOST_KEPT);
    if (!made) {
      for (const place of [...wall.said.keys()].sort((one, other) => one - other))
        await sayExact(/** @type {[any, any]} */ (wall.said.get(place)), which, emit);
    }
    return wall;
  }
  const first = await wallOf(request.prompt, "first");
  const shown = /** @type {[Which, Wall][]} */ ([["first", first]]);
  if (walk) {
    const again = await kit.memory.replayed("walks", [first.lanes, walk, frames], emit, (say) =>
      drawWalk(first, walk.map((/** @type {number} */ each) => each - request.seed), frames, kit, say, pause), ["preview"]);
    if (!again)
      drawn += 2 * frames;
  }
  if (otherPrompt) {
    const other = await wallOf(otherPrompt, "other");
    shown.push(["other", other]);
    await emit("pairs", { distances: distances(first.tiles, other.tiles) });
  }
  await emit("end", { seconds: (performance.now() - began) / 1000, drawn });
  await refine(shown, kit, emit, pause);
}

/** @param {any} request @param {Lane[]} lanes @param {number[]} told @param {Kit} kit */
function beginning(request, lanes, told, kit) {
  const { facts: { tables, latents }, tokenizer } = kit;
  const rows = tables[request.sampler][request.steps][1];
  const other = request.other_prompt;
  return { ...opening(request, kit), seeds: lanes.map((lane) => lane.seed), step_count: rows.length, told,
    timesteps: numbers(told.map((step) => rows[step][0])), numbers: latents.reduce((product, side) => product * side, 1),
    other_truncated: other ? read(other, tokenizer).truncated : null, other_unlearned: other ? missing(other, kit) : [] };
}

/**
 * Draws a wall and says each step as it is there.
 * @param {Lane[]} lanes @param {number[]} told @param {Which} which @param {Kit} kit @param {Emit} emit @param {Pause} pause @returns {Promise<Wall>}
 */
async function draw(lanes, told, which, kit, emit, pause) {
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
async function* stepsOf(lanes, kit, pause) {
  for await (const moved of sampling(lanes, kit, pause)) {
    const steps = moved.map(({ step }) => step);
    yield { index: steps[0].index, steps, originals: steps.map(({ row, x, prediction }) => solved(row, { x, prediction }).x0) };
  }
}

/** @param {Float32Array[]} latents @param {Kit} kit @param {Pause} pause */
async function decoded(latents, kit, pause) {
  const pictures = [];
  for (const each of latents) {
    await pause();
    pictures.push(await picture(each, kit));
  }
  return pictures;
}

/** @param {Which} which @param {number} place @param {Float32Array[]} originals @param {Kit} kit */
async function previewOf(which, place, originals, kit) {
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
async function sayExact([pictures, spread], which, emit) {
  await emit("pictures", { ...pictures, which });
  await emit("spread", { ...spread, which });
}

/** @param {[Which, Wall][]} walls @param {Kit} kit @param {Emit} emit @param {Pause} pause */
async function refine(walls, kit, emit, pause) {
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

/**
 * Draws both ways between two noises of a wall. Every stop has the first seed's generator.
 * @param {Wall} wall @param {number[]} pair  places of two seeds @param {number} frames @param {Kit} kit @param {Emit} emit @param {Pause} pause
 */
async function drawWalk(wall, pair, frames, kit, emit, pause) {
  const [a, b] = pair.map((at) => wall.noises[at]);
  const shares = Array.from({ length: frames }, (_, at) => at / (frames - 1));
  const noises = [slerp, lerp].flatMap((way) => shares.map((share) => way(a, b, share)));
  const { seed: first } = wall.lanes[pair[0]];
  await emit("way", { seeds: pair.map((at) => wall.lanes[at].seed), shares: numbers(shares), angle: angle(a, b),
    lengths: numbers(noises.map(rootMeanSquare), [2, frames]) });
  let latents = /** @type {Float32Array[]} */ ([]);
  const lanes = noises.map((noise) => ({ ...wall.lanes[0], seed: first, noise }));
  for await (const { index, steps, originals } of stepsOf(lanes, kit, pause)) {
    latents = steps.map(({ next }) => next);
    const place = wall.told.indexOf(index);
    if (place >= 0) await emit("preview", await previewOf("walk", place, originals, kit));
  }
  const tiles = await decoded(latents, kit, pause);
  await emit("pictures", { which: "walk", place: wall.told.length - 1, columns: frames,
    sheet: await png(sheet(tiles, frames)) });
  await emit("walk", { details: numbers(tiles.map(detail), [2, frames]),
    ends: Math.max(furthest(tiles[0], wall.tiles[pair[0]]), furthest(tiles[frames - 1], wall.tiles[pair[1]])) });
}
