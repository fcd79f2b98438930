import { describe, expect, test } from "vitest";
import { noRuns } from "../../kit/runs.js";
import { translator } from "../../kit/words.js";
import { blockOf, channelRaster, componentRaster, extremes, lanesOf, levelsOf, sourcesOf, strongestPull, totalOf,
  viewOf } from "./derive.js";
import { reduceRuns } from "./runs.js";
import { large, share, words } from "./text.js";
import { hereLine, laneLine, numbers, sizesLine } from "./words.js";

const tensor = (/** @type {number[]} */ values, shape = [values.length]) => ({ data: Uint8Array.from(values), shape });
const floats = (/** @type {number[]} */ values) => ({ data: Float32Array.from(values), shape: [values.length] });
const picture = { url: "data:,", width: 1, height: 1 };
const block = (/** @type {string} */ name, /** @type {string} */ role, more = {}) => ({ name, role,
  label: { en: name, zh: name }, parameters: 1000, multiply_adds: 50, channels: 4, height: 8, width: 8, resnets: 1,
  transformers: 0, reads_text: false, reads_time: true, weakenable: ["block"], ...more });
const UNET = [block("time", "time", { channels: 0, reads_time: false }), block("in", "in"), block("down_blocks.0", "down"),
  block("down_blocks.1", "down"), block("mid_block", "middle", { parameters: 6000, reads_text: true }),
  block("up_blocks.0", "up"), block("up_blocks.1", "up", { multiply_adds: 150 }), block("out", "out")];
const skip = (/** @type {string} */ source, /** @type {string} */ target) => ({ source, target, channels: 4, height: 8,
  width: 8 });
const SKIPS = [skip("down_blocks.1", "up_blocks.0"), skip("down_blocks.0", "up_blocks.0"), skip("down_blocks.0", "up_blocks.1"),
  skip("in", "up_blocks.1")];
const maps = (/** @type {string} */ name, /** @type {number[] | null} */ pulls) => ({ block: name, steps: [0, 2],
  own_grid: [1, 2], colours: tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 1, 2]), shares: floats([0.5, 0.2, 0.1]),
  channels: [3], levels: tensor([1, 128, 255, 128], [2, 1, 1, 2]), changes: null, answering: false, answers: null,
  pulls: pulls && floats(pulls) });

function run(request = {}, lanes = ["", "up_blocks.0", "up_blocks.1"]) {
  let runs = noRuns();
  let number = 0;
  const say = (/** @type {string} */ kind,
    /** @type {any} */ data) => (runs = reduceRuns(runs, { kind, run: 1, number: number += 1, data }));
  say("status", { state: "running", message: "", advice: "" });
  say("begin", { request: { weaken: "block", strength: 0, only: "", guidance_scale: 4, ...request }, step_count: 3,
    blocks: UNET, skips: SKIPS, unet: true, guided: true, uncounted: "", lanes });
  [0, 1, 2].forEach((index) => say("step", { index, timestep: 900 - 400 * index }));
  return { runs: () => runs, say, content: () => /** @type {import("./runs.js").Content} */ (runs.current?.content) };
}
const text = words(translator({}, "en"));

describe("the network", () => {
  const begin = /** @type {any} */ (run().content().begin);
  const names = (/** @type {any[]} */ blocks) => blocks.map(({ name }) => name);

  test("lies in levels, the widest on top, each with the skip connections that end there", () => {
    const { levels, bottom } = levelsOf(begin);
    expect(levels.map(({ left, right }) => [names(left), names(right)])).toEqual([[["in", "down_blocks.0"], ["up_blocks.1",
      "out"]], [["down_blocks.1"], ["up_blocks.0"]]]);
    expect(levels.flatMap(({ skips }) => skips)).toHaveLength(SKIPS.length);
    expect(names(bottom)).toEqual(["mid_block"]);
    expect(sourcesOf([...levels[0].skips, SKIPS[2]])).toEqual([["down_blocks.0", 2], ["in", 1]]);
  });

  test("is looked at where the text comes in and maps are largest until a block is chosen", () => {
    const read = { ...begin,
      blocks: UNET.map((one) => ({ ...one, height: one.role === "in" || one.name === "up_blocks.1" ? 16 : 8,
        reads_text: one.name !== "up_blocks.1" })
      ) };
    expect([blockOf(read, null)?.name, blockOf(read, "time")?.name, blockOf(read, "down_blocks.1")?.name]).toEqual([
      "up_blocks.0",
      "up_blocks.0",
      "down_blocks.1",
    ]);
    expect(
      blockOf({ ...read, blocks: read.blocks.map((/** @type {any} */ one) => ({ ...one, reads_text: false })) }, null)?.name,
    ).toBe("up_blocks.1");
    const row = { ...begin, blocks: [0, 1, 2].map((at) => block(`blocks.${at}`, "block")) };
    expect(blockOf(row, null)?.name).toBe("blocks.2");
    expect(blockOf(null, null)).toBeNull();
  });

  test("is counted as a whole, or not at all", () => {
    expect(totalOf(begin, "parameters")).toBe(13000);
    expect(totalOf({ ...begin, blocks: [...UNET, block("x", "other", { multiply_adds: null })] }, "multiply_adds")).toBeNull();
    expect(sizesLine(text, begin)).toContain("2 passes a step, 3 steps: 3.00\u00a0K for this picture");
    expect(sizesLine(text, begin)).toContain("mid_block (46 %), most of the work is in up_blocks.1 (30 %)");
  });
});

describe("maps", () => {
  test("of a step are pixels of three bytes, and channels colours about their mean", () => {
    const one = /** @type {any} */ (maps("mid_block", null));
    expect([...componentRaster(one, 1).pixels]).toEqual([7, 9, 11, 255, 8, 10, 12, 255]);
    const { pixels } = channelRaster(one.levels, 0, 0);
    expect([...pixels.slice(4, 7)]).toEqual([240, 240, 238]);
    expect(pixels[2]).toBeGreaterThan(pixels[0]); // blue below the mean
  });

  test("stand for the nearest step that has some, and say what the prompt changes there", () => {
    const { runs, say, content } = run();
    say("maps", maps("mid_block", [0.25, 0.5]));
    say("maps", maps("up_blocks.0", [0.75, 0.125]));
    say("end", { image: picture, seconds: 1 });
    const first = viewOf(runs(), { step: 0, block: "mid_block" });
    expect([first.at, viewOf(runs(), { step: -1, block: "mid_block" }).at]).toEqual([0, 1]);
    expect(strongestPull(content(), 0)).toEqual({ block: "up_blocks.0", pull: 0.75 });
    expect(hereLine(text, first)).toBe(
      "At this step the prompt changes 25 % of what mid_block hands on. It changes most in up_blocks.0: 75 %.",
    );
    expect(hereLine(text, viewOf(runs(), { step: 2, block: "mid_block" }))).toContain("more than in any other block");
    expect(numbers(text, first)).toMatchObject({ timestep: ["900", expect.anything()], pull: ["25 %", expect.anything()] });
  });
});

describe("lanes", () => {
  test("keep their order, also before they have come", () => {
    const { say, content } = run();
    say("redrawn", { block: "up_blocks.1", image: picture, distance: 0.5, why: "" });
    expect(lanesOf(content()).map(({ come, distance }) => [come, distance])).toEqual([[false, null], [false, null], [true,
      0.5]]);
    expect(extremes(lanesOf(content()))).toBeNull();
    say("redrawn", { block: "", image: picture, distance: 0.9, why: "" });
    say("redrawn", { block: "up_blocks.0", image: picture, distance: 0.125, why: "" });
    expect(laneLine(text, content())).toBe(
      "Up_blocks.1 is needed most: without it the picture is 50 % off. Up_blocks.0 is missed least, 13 %.",
    );
  });

  test("that were only weakened are not said to be missing", () => {
    const { say, content } = run({ strength: 0.5 });
    ["up_blocks.0", "up_blocks.1"].forEach((block, at) => say("redrawn", { block, image: picture, distance: at / 4, why: "" }));
    expect(laneLine(text, content())).toBe("Up_blocks.1 changes the picture most: 25 %. Up_blocks.0 changes it least: 0 %.");
  });
});

test("large numbers have three digits and a unit, small shares are not none", () => {
  expect([1, 999, 1234, 11008132, 859520964, 6.7e11].map(large)).toEqual(["1", "999", "1.23\u00a0K", "11.0\u00a0M",
    "860\u00a0M", "670\u00a0G"]);
  expect([large(null), share(0), share(1e-5), share(0.5)]).toEqual(["–", "0 %", "< 0.1 %", "50 %"]);
});
