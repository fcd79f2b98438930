/** A run of the guidance explorer, said in the same messages as Python says it (explorers/guidance/explorer.py and beside.py). */
import { cosine, embedPictures, embedTexts } from "../clip.js";
import { countOf, decoded, laneOf, picture, prepared, sampling } from "../lanes.js";
import { angle, relativeChange, rootMeanSquare } from "../measures.js";
import { scaleAt } from "../mixing.js";
import { latentOpening } from "../opening.js";
import { coarseToFine } from "../order.js";
import { colours } from "../pixels.js";
import { png } from "../png.js";
import { solved } from "../samplers.js";
import { numbers } from "../wire.js";

const BOTH = 2; // a scale at which a network is asked for both halves, whatever they are mixed with then
const ENOUGH = 0.95;
const CLIP = "CLIP (bundled)";

/** @typedef {import("../engine.js").Kit} Kit @typedef {import("../engine.js").Emit} Emit @typedef {import("../mixing.js").Mixing} Mixing */
/** @typedef {import("../pixels.js").Pixels} Pixels @typedef {Partial<import("../lanes.js").Lane>} Fields */

/** A lane at a scale where 0 is the half without the text and 1 the one with it. @param {number} scale @returns {Fields} */
const atScale = (scale) => scale >= 1 ? { guidance: scale } : { guidance: BOTH, mixing: { scales: [scale] } };

/** A lane with both halves at any scale; up to 1 it is the half with the text. @param {number} scale @param {Mixing} [mixing] @returns {Fields} */
const withHalves = (scale, mixing = {}) =>
  scale > 1 ? { guidance: scale, mixing } : { guidance: BOTH, mixing: { ...mixing, scales: mixing.scales ?? [1] } };

/** @param {any} request @returns {[string, Fields][]} */
function waysOf({ guidance_scale: scale, negative_prompt: negative, interval, rescale, parallel, schedule }) {
  const mixings = { plain: {}, interval: { interval }, rescale: { rescale }, parallel: { parallel },
    schedule: { scales: schedule } };
  const ways =
    /** @type {[string, Fields][]} */ (Object.entries(mixings).map((
      [name, mixing],
    ) => [name, { ...withHalves(scale, mixing), negative: "" }]));
  return negative ? [...ways, ["negative", withHalves(scale)]] : ways;
}

/** @param {any} request @param {Kit} kit @param {Emit} emit @param {() => Promise<void>} pause */
export async function guidance(request, kit, emit, pause) {
  const { prompt, negative_prompt: negative, seed, steps, sampler, guidance_scale: scale } = request;
  const asked = [prompt, negative, seed, steps, sampler];
  const told = (/** @type {string} */ kind, /** @type {any} */ data) =>
    emit(kind, kind === "begin" ? { ...data, request } : data);
  await kit.memory.replayed("run", [...asked, scale], told, (say) => one(request, kit, say, pause));
  await kit.memory.replayed("scales", [...asked, request.scales], emit, (say) => drawScales(request, kit, say, pause), [
    "drawing",
  ]);
  const settings = [scale, request.interval, request.rescale, request.parallel, request.schedule];
  await kit.memory.replayed("ways", [...asked, ...settings], emit, (say) => drawWays(request, kit, say, pause), ["drawing"]);
}

/** @param {any} request @param {Kit} kit @param {Emit} emit @param {() => Promise<void>} pause */
async function one(request, kit, emit, pause) {
  const began = performance.now();
  const tensor = (/** @type {Float32Array} */ data) => ({ data, shape: kit.facts.latents });
  const run = await prepared(laneOf(request, withHalves(request.guidance_scale)), kit);
  const told = [];
  let latents = /** @type {Float32Array} */ (new Float32Array());
  for await (const { index, row, x, next, prediction, ...halves } of run.steps()) {
    const [uncond, cond] = /** @type {Float32Array[]} */ ([halves.uncond, halves.cond]);
    const [without, text, made] = [uncond, cond, prediction].map((each) => solved(row, { x, prediction: each }).x0);
    const change = text.map((value, at) => value - without[at]);
    const plain = relativeChange(uncond, cond) > 0;
    if (!index) await emit("begin", { ...latentOpening(request, kit, run.table.rows.length), measured: true });
    await emit("step", { index, timestep: row.timestep, a: row.level.a, b: row.level.b,
      scale: plain ? Math.max(1, request.guidance_scale) : null, plain,
      lengths: numbers([without, text, change, made].map(rootMeanSquare)), angle: angle(without, text), preview_shape: null,
      x: tensor(x), uncond: tensor(without), change: tensor(change), guided: plain ? null : tensor(made) });
    told.push([without, text, made]);
    latents = next;
  }
  const image = await picture(latents, kit);
  await emit("end", { image: await png(image), seconds: (performance.now() - began) / 1000, clipped: clipped(image) });
  for (const index of coarseToFine(told.length)) {
    const images = await decoded(told[index], kit, pause);
    await emit("decoded", { index, images: await Promise.all(images.map(png)), clipped: numbers(images.map(clipped)) });
  }
}

/** @param {any} request @param {Kit} kit @param {Emit} emit @param {() => Promise<void>} pause */
async function drawScales(request, kit, emit, pause) {
  const lanes = request.scales.map((/** @type {number} */ scale) => laneOf(request, atScale(scale)));
  const { images } = await drawn(lanes, "scales", kit, emit, pause);
  const agreement = await agreements(images, request.prompt, kit);
  await emit("scales", { ...await shown(images), agreement: numbers(agreement), clip: CLIP,
    enough: enough(request.scales, agreement) });
}

/** @param {any} request @param {Kit} kit @param {Emit} emit @param {() => Promise<void>} pause */
async function drawWays(request, kit, emit, pause) {
  const ways = waysOf(request);
  const lanes = ways.map(([, fields]) => laneOf(request, fields));
  const { images, lengths } = await drawn(lanes, "ways", kit, emit, pause);
  const [count] = lengths.map(({ length }) => length);
  const scales = lanes.map((lane) => lengths[0].map((_, index) => scaleAt(lane.mixing ?? {}, lane.guidance, index, count)));
  await emit("ways", { names: ways.map(([name]) => name), ...await shown(images),
    agreement: numbers(await agreements(images, request.prompt, kit)),
    apart: numbers(images.map((image) => apart(images[0], image))), scales: numbers(scales.flat(), [lanes.length, count]),
    lengths: numbers(lengths.flat(), [lanes.length, count]) });
}

/**
 * Lanes of as many steps; says how far they are.
 * @param {import("../lanes.js").Lane[]} lanes @param {string} what @param {Kit} kit @param {Emit} emit @param {() => Promise<void>} pause
 */
async function drawn(lanes, what, kit, emit, pause) {
  const lengths = lanes.map(() => /** @type {number[]} */ ([]));
  const latents = /** @type {Float32Array[]} */ ([]);
  const count = countOf(lanes[0], kit);
  for await (const moved of sampling(lanes, kit, pause)) {
    const images = [];
    for (const { lane, step: { row, x, prediction, next } } of moved) {
      const { x0 } = solved(row, { x, prediction });
      lengths[lane].push(rootMeanSquare(x0));
      latents[lane] = next;
      images.push(await png(colours(x0, kit.facts)));
    }
    await emit("drawing", { what, done: lengths.flat().length, total: count * lanes.length, images });
  }
  return { images: await decoded(latents, kit, pause), lengths };
}

/** @param {Pixels[]} images */
const shown = async (images) => ({ pictures: await Promise.all(images.map(png)), clipped: numbers(images.map(clipped)) });

/** The share of values at the end of what a screen can show. @param {Pixels} pixels */
const clipped = ({ data }) => data.reduce((count, value) => count + (value === 0 || value === 255 ? 1 : 0), 0) / data.length;

/** Root mean square difference, 0 to 1. @param {Pixels} one @param {Pixels} other */
const apart = ({ data }, other) =>
  Math.sqrt(data.reduce((sum, value, at) => sum + (value - other.data[at]) ** 2, 0) / data.length) / 255;

/** @param {Pixels[]} images @param {string} prompt @param {Kit} kit */
async function agreements(images, prompt, kit) {
  const [text] = await embedTexts([prompt], kit);
  return (await embedPictures(images, kit)).map((image) => cosine(image, text));
}

/** Which smallest scale has come nearly all of the way from the least agreement to the most. @param {number[]} scales @param {number[]} agreement */
function enough(scales, agreement) {
  const [least, most] = [Math.min(...agreement), Math.max(...agreement)];
  const good = agreement.flatMap((value, at) => value >= least + ENOUGH * (most - least) ? [at] : []);
  return good.reduce((best, at) => scales[at] < scales[best] ? at : best);
}
