import { describe, expect, test } from "vitest";
import { Generator } from "./random.js";
import { encoded, steps } from "./run.js";

const SIZE = 32;
/** @type {any} */
const tokenizer = { padded: (/** @type {string} */ text) => Int32Array.of(text.length, 7) };
/** @param {any} changes */
const rowOf = (changes) => ({ timestep: 10, scale: 0.5, level: { a: 1, b: 1 }, next_level: { a: 1, b: 0 },
  parameterization: { p: 0, q: 1 }, x: 1, prediction: -0.1, x_before: 0, prediction_before: 0, fresh: 0, draws: false,
  ...changes });
const table = { start: 2, rows: [30, 20, 10].map((timestep) => rowOf({ timestep })) };

/** Networks that note what they are asked; the prediction is the state of the row. */
function noting() {
  /** @type {any[]} */
  const asked = [];
  /** @type {import("./run.js").Networks} */
  const networks = { text: async (tokens, rows) => Float32Array.from({ length: rows }, (_, row) => tokens[2 * row]),
    unet: async (x, timestep, states, rows) => {
      asked.push({ x, timestep, rows });
      return Float32Array.from({ length: SIZE * rows }, (_, at) => states[Math.floor(at / SIZE)]);
    }, decoder: async (latents) => latents, said: async () => new Float32Array(), seen: async () => new Float32Array() };
  return { asked, networks };
}

/** @param {any} changes @param {number} [most] */
async function run(changes, most = Infinity) {
  const { asked, networks } = noting();
  const request = { prompt: "a fox", negative: "no", seed: 3, guidance: 4, table, ...changes };
  const found = [];
  const states = await encoded(request, networks, tokenizer);
  for await (const step of steps(request, networks, states, new Generator(request.seed), SIZE)) {
    found.push(step);
    if (found.length === most) break;
  }
  return { asked, found };
}

describe("a run", () => {
  test("begins with the seed's noise and takes each step from where the one before has ended", async () => {
    const { asked, found } = await run({});
    expect(found[0].x).toEqual(new Generator(3).randn(SIZE).map((value) => 2 * value));
    expect(found.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const at of [1, 2]) expect(found[at].x).toEqual(found[at - 1].next);
    expect(asked.map(({ timestep }) => timestep)).toEqual([30, 20, 10]);
    expect(asked[1].x.slice(SIZE)).toEqual(found[1].x.map((value) => value * 0.5));
  });

  test("under guidance mixes two halves, the one without the prompt first", async () => {
    const [step] = (await run({})).found;
    expect([step.uncond?.[0], step.cond?.[0], step.prediction[0]]).toEqual([2, 5, 2 + 4 * 3]);
  });

  test("without guidance asks for one half", async () => {
    const { asked, found } = await run({ guidance: 1 });
    expect(asked.every(({ rows, x }) => rows === 1 && x.length === SIZE)).toBe(true);
    expect([found[0].uncond, found[0].cond, found[0].prediction[0]]).toEqual([null, null, 5]);
  });

  test("draws fresh noise where its table says so, behind that of the beginning", async () => {
    const drawing = { start: 1,
      rows: [rowOf({ x: 0, prediction: 0, fresh: 1, draws: true }), rowOf({ x: 0, prediction: 0, fresh: 1, draws: true })] };
    const generator = new Generator(3);
    const [, first, second] = [generator.randn(SIZE), generator.randn(SIZE), generator.randn(SIZE)];
    expect((await run({ table: drawing })).found.map(({ next }) => next)).toEqual([first, second]);
  });

  test("remembers the call before", async () => {
    const remembering = { start: 1, rows: [rowOf({}), rowOf({ x: 0, prediction: 0, x_before: 1, prediction_before: 1 })] };
    const { found } = await run({ table: remembering });
    found[1].next.forEach((value, at) => expect(value).toBe(Math.fround(found[0].x[at] + found[0].prediction[at])));
  });

  test("ends where nobody asks any more", async () => expect((await run({}, 1)).asked.length).toBe(1));
});
