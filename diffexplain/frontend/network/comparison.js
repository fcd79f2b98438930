/** Lanes of several samplers from one noise, and the long run beside them, as Python draws them (explorers/sampler/race.py and reference.py). */
import { readTable } from "./facts.js";
import { decodedPlanes, sampling } from "./lanes.js";
import { Generator } from "./random.js";
import { solved, stepped } from "./samplers.js";

/**
 * What Python says of the comparison (explorers/sampler/for_page.py).
 * @typedef {object} Comparison
 * @property {Record<string, [number, number[][]]>} long  tables of long runs, by the timestep that they start at
 * @property {Record<string, string>} families
 * @property {[number, number]} limits
 * @property {number} same
 * @property {boolean} mapped
 */

/** @typedef {import("./engine.js").Kit} Kit @typedef {import("./engine.js").Emit} Emit @typedef {() => Promise<void>} Pause */
/** @typedef {import("./run.js").Step & { x0: Float32Array, level: number }} Step @typedef {import("./lanes.js").Lane} Lane */
/** @typedef {{ steps: Step[], latents: Float32Array, end: Float32Array }} Run  end: the finished picture, 0 to 1 */

const MOST_LEVEL = 12;
const STRIDE = 5; // evaluations between two words on how far a long run is

export const known = (/** @type {Kit} */ { facts }) => /** @type {Comparison} */ (facts.comparison);

/** Rounded as a screen has them. @param {Float32Array} values */
const rounded = (values) => values.map((value) => Math.round(255 * value) / 255);
/** @param {import("./samplers.js").TableRow} row */
const levelOf = ({ level: { a, b } }) => Math.max(-MOST_LEVEL, Math.min(MOST_LEVEL, 2 * Math.log(a / b)));

/**
 * Lanes to their ends; each time they move, that is said.
 * @param {Lane[]} lanes @param {Kit} kit @param {Pause} pause @param {(moved: { row: number, step: Step }[], seconds: number) => Promise<void>} onMove
 * @returns {Promise<Run[]>}
 */
export async function drawn(lanes, kit, pause, onMove) {
  const runs = lanes.map(() => /** @type {Run} */ ({ steps: [], latents: new Float32Array(), end: new Float32Array() }));
  let spent = 0;
  const unet = async (/** @type {Parameters<typeof kit.networks.unet>} */ ...given) => {
    const began = performance.now();
    const found = await kit.networks.unet(...given);
    spent += (performance.now() - began) / 1000;
    return found;
  };
  for await (const moved of sampling(lanes, { ...kit, networks: { ...kit.networks, unet } }, pause)) {
    const steps = moved.map(({ lane: row, step }) => {
      const { x0 } = solved(step.row, { x: step.x, prediction: step.prediction });
      return { row, step: { ...step, x0, level: levelOf(step.row) } };
    });
    for (const { row, step } of steps) {
      runs[row].steps.push(step);
      runs[row].latents = step.next;
    }
    await onMove(steps, spent / steps.length);
    spent = 0;
  }
  for (const run of runs) run.end = rounded(await decodedPlanes(run.latents, kit));
  return runs;
}

/** The same noise in very small steps. @param {Lane} like @param {number} start @param {Kit} kit @param {Emit} emit @param {Pause} pause */
export async function longRun(like, start, kit, emit, pause) {
  const table = readTable(known(kit).long[start]);
  let count = 0;
  const [run] = await drawn([{ ...like, sampler: "dpmpp_2m", table }], kit, pause, async () => {
    if (count % STRIDE === 0) await emit("progress", { task: "long", done: count, total: table.rows.length });
    count++;
  });
  return run;
}

/** What a sampler's own arithmetic takes: its steps once more, on the predictions that are there. @param {Step[]} steps @param {number} seed */
export function ownSeconds(steps, seed) {
  const generator = new Generator(seed);
  const began = performance.now();
  let before = null;
  for (const now of steps) {
    stepped(now.row, now, before, now.row.draws ? generator.randn(now.x.length) : null);
    before = now;
  }
  return (performance.now() - began) / 1000;
}

/** What a long run predicts at a level, on a straight line between its two nearest evaluations. @param {Run} run @param {number} level */
export function predicted({ steps }, level) {
  const after = steps.findIndex((step) => step.level >= level);
  if (after === 0) return steps[0].x0;
  if (after < 0) return steps[steps.length - 1].x0;
  const [low, high] = [steps[after - 1], steps[after]];
  const share = (level - low.level) / (high.level - low.level);
  return low.x0.map((value, at) => value + share * (high.x0[at] - value));
}
