/** A run over seeds, said in the same messages as Python says it (explorers/seed/explorer.py, grids.py and walk.py). */
import { countOf, decoded, laneOf } from "../lanes.js";
import { angle, rootMeanSquare } from "../measures.js";
import { missing, opening } from "../opening.js";
import { evenly } from "../order.js";
import { sheet } from "../pixels.js";
import { png } from "../png.js";
import { read } from "../reading.js";
import { detail, distances, furthest, lerp, slerp } from "../seeds.js";
import { draw, previewOf, refine, sayExact, stepsOf } from "../walls.js";
import { numbers } from "../wire.js";

/** @typedef {import("../engine.js").Kit} Kit @typedef {import("../engine.js").Emit} Emit */
/** @typedef {() => Promise<void>} Pause @typedef {import("../lanes.js").Lane} Lane */
/** @typedef {import("../walls.js").Wall} Wall @typedef {import("../walls.js").Which} Which */

const MOST_TOLD = 50; // steps of a run
const MOST_KEPT = 4; // walls

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
