/** A comparison of samplers, said in the same messages as Python says it (explorers/sampler/explorer.py, race.py and ways.py). */
import { distances, groups, rms, starts } from "../agreement.js";
import { embedPictures } from "../clip.js";
import { drawn, known, longRun, ownSeconds, predicted } from "../comparison.js";
import { countOf, decodedPlanes, laneOf } from "../lanes.js";
import { opening } from "../opening.js";
import { coarseToFine, evenly } from "../order.js";
import { colours, pixelsOfShares, resized } from "../pixels.js";
import { png } from "../png.js";
import { numbers } from "../wire.js";

/** @typedef {import("../engine.js").Kit} Kit @typedef {import("../engine.js").Emit} Emit @typedef {() => Promise<void>} Pause */
/** @typedef {import("../lanes.js").Lane} Lane @typedef {import("../comparison.js").Run} Run */
const THUMB = 96; // side of a picture of the way, in pixels
const PICTURED = 64; // evaluations of a row that are shown
const FILM = 16; // pictures of a long run
const REMEMBERED = 6; // long runs
const AT_ONCE = 16; // pictures in a message
const UMAP = 0; // among the maps
const PICTURE = 0;

/** @param {any} request @param {Kit} kit @param {Emit} emit @param {Pause} pause */
export async function sampler(request, kit, emit, pause) {
  const { families, limits, mapped } = known(kit);
  const rows = request.samplers.map((/** @type {string} */ name) => ({ name, label: kit.labels[name], family: families[name],
    fresh: families[name] === "noise" })
  );
  await emit("begin", { ...opening(request, kit), rows, guided: request.guidance_scale > 1, shared: true,
    limits: numbers(limits) });
  const lanes = rows.map((/** @type {any} */ row) => laneOf(request, { sampler: row.name }));
  const runs = await race(lanes, kit, emit, pause);
  const seen = [];
  for (const [row, run] of runs.entries()) seen.push(await decode(row, run, kit, emit, pause));
  const begun = runs.map(({ steps }) => Math.max(1, Math.min(999, Math.round(steps[0].row.timestep))));
  const different = starts(begun);
  const long = /** @type {Run[]} */ ([]);
  for (const start of different) {
    const { prompt, negative, seed, guidance } = lanes[0];
    long.push(
      await kit.memory.made("long", [prompt, negative, seed, guidance, start], () => longRun(lanes[0], start, kit, emit, pause),
        REMEMBERED),
    );
  }
  const ofRow = begun.map((start) => different.indexOf(start));
  const films = /** @type {Awaited<ReturnType<typeof filmOf>>[]} */ ([]);
  for (const run of long) films.push(await filmOf(run, kit, pause));
  await emit("long", { runs: long.map((run, at) => longOf(run, films[at])), of_row: ofRow,
    final: numbers(runs.map(({ end }, row) => rms(end, long[ofRow[row]].end))),
    apart: numbers(long.map(({ end }) => rms(end, long[0].end))) });
  const beside = /** @type {Map<string, Float32Array>} */ (new Map());
  for (const [row, run] of runs.entries())
    await compare(row, run, seen[row], long[ofRow[row]], ofRow[row], beside, kit, emit, pause);
  if (mapped)
    await locate([...runs.map(shownOf), films[0].positions.map((_, at) => at)], [...seen, films[0].pictures], kit, emit, pause);
}

/** Which evaluations of a run are shown. @param {Run} run */
const shownOf = ({ steps }) => evenly(steps.length, PICTURED);
/** @param {Float32Array} values  0 to 1, (3, h, w) @param {Kit} kit */
const pixels = (values, { facts }) => pixelsOfShares(values, facts.latents[2] * facts.side);
/** A picture of the way. @param {Float32Array} values @param {Kit} kit */
const thumb = (values, kit) => png(resized(pixels(values, kit), THUMB, THUMB));
/** @param {Lane[]} lanes @param {Kit} kit @param {Emit} emit @param {Pause} pause */
async function race(lanes, kit, emit, pause) {
  const began = performance.now();
  const counts = lanes.map((lane) => countOf(lane, kit));
  const network = lanes.map(() => 0);
  const runs = await drawn(lanes, kit, pause, async (moved, seconds) => {
    for (const { row } of moved) network[row] += seconds;
    const pictured = moved.flatMap(({ row, step: { index } }, at) => evenly(counts[row], PICTURED).includes(index) ? [at] : []);
    await emit("evaluated", { rows: moved.map(({ row }) => row), indices: moved.map(({ step }) => step.index),
      counts: moved.map(({ row }) => counts[row]), timesteps: numbers(moved.map(({ step }) => step.row.timestep)),
      log_snr: numbers(moved.map(({ step }) => step.level)), seconds, pictured,
      images: await Promise.all(pictured.map((at) => png(colours(moved[at].step.x0, kit.facts)))) });
  });
  const seconds = (performance.now() - began) / 1000;
  const matrix = distances(runs.map(({ end }) => end)), { same } = known(kit);
  const rows = await Promise.all(
    runs.map(async ({ steps, end }, row) => ({ image: await png(pixels(end, kit)), evaluations: steps.length,
      network_seconds: network[row], own_seconds: ownSeconds(steps, lanes[row].seed) })
    ),
  );
  await emit("end", { rows, matrix: numbers(matrix.flat(), [lanes.length, lanes.length]), groups: groups(matrix, same),
    threshold: same, seconds });
  return runs;
}

/** Makes the pictures of a row exact, those first that lie far apart. @param {number} row @param {Run} run @param {Kit} kit @param {Emit} emit @param {Pause} pause */
async function decode(row, run, kit, emit, pause) {
  const shown = shownOf(run), order = coarseToFine(shown.length);
  const seen = /** @type {Float32Array[]} */ ([]);
  for (let from = 0; from < order.length; from += AT_ONCE) {
    const part = order.slice(from, from + AT_ONCE);
    for (const at of part) {
      await pause();
      seen[at] = await decodedPlanes(run.steps[shown[at]].x0, kit);
    }
    await emit("decoded", { row, indices: part.map((at) => shown[at]), images: await Promise.all(part.map((at) =>
      thumb(seen[at], kit)
    )), to_own: numbers(part.map((at) => rms(seen[at], run.end))) });
  }
  return seen;
}

/** Some pictures of a long run. @param {Run} run @param {Kit} kit @param {Pause} pause */
async function filmOf({ steps, end }, kit, pause) {
  const positions = evenly(steps.length, FILM);
  const pictures = [];
  for (const at of positions) {
    await pause();
    pictures.push(await decodedPlanes(steps[at].x0, kit));
  }
  return { positions, pictures, thumbs: await Promise.all(pictures.map((values) => thumb(values, kit))),
    image: await png(pixels(end, kit)) };
}

/** @param {Run} run @param {Awaited<ReturnType<typeof filmOf>>} film */
const longOf = ({ steps }, { positions, thumbs, image }) => ({ timestep: steps[0].row.timestep, evaluations: steps.length,
  image, log_snr: numbers(positions.map((at) => steps[at].level)), images: thumbs });

/**
 * How far a row is from its long run.
 * @param {number} row @param {Run} run @param {Float32Array[]} seen @param {Run} long @param {number} number  of the long run
 * @param {Map<string, Float32Array>} beside  what was decoded of long runs before @param {Kit} kit @param {Emit} emit @param {Pause} pause
 */
async function compare(row, run, seen, long, number, beside, kit, emit, pause) {
  const indices = shownOf(run), along = [];
  for (const [at, index] of indices.entries()) {
    const { level } = run.steps[index], key = `${number} ${level}`;
    await pause();
    const there = beside.get(key) ?? await decodedPlanes(predicted(long, level), kit);
    beside.set(key, there);
    along.push(rms(seen[at], there));
  }
  await emit("compared", { row, indices, along: numbers(along), to_end: numbers(seen.map((each) => rms(each, long.end))) });
}

/** Where the pictures of each row lie on the map. @param {number[][]} indices @param {Float32Array[][]} pictures @param {Kit} kit @param {Emit} emit @param {Pause} pause */
async function locate(indices, pictures, kit, emit, pause) {
  const atlas = /** @type {import("../atlas.js").Atlas} */ (kit.atlas);
  for (const [row, seen] of pictures.entries()) {
    await emit("progress", { task: "clip", done: row, total: pictures.length });
    const places = [];
    for (const values of seen) {
      await pause();
      const [point] = await embedPictures([pixels(values, kit)], kit);
      places.push(...atlas.place(point, PICTURE)[UMAP]);
    }
    await emit("placed", { row, indices: indices[row], places: numbers(places, [seen.length, 2]) });
  }
}
