import { expect, test } from "vitest";
import { translator } from "../../kit/words.js";
import { strokesOf } from "./derive.js";
import { words } from "./text.js";
import { distanceLine, endLines, hereLine, noiseShare } from "./words.js";

const text = words(translator({}, "en"));
const tensor = (/** @type {number[]} */ values, shape = [values.length]) => ({ data: Float32Array.from(values), shape });

/**
 * A view of a finished run whose rows lie at these distances from their long run.
 * @param {[name: string, final: number, more?: { fresh?: boolean, run?: number }][]} rows
 * @param {number[][]} groups
 * @param {number[]} matrix
 */
const view = (rows, groups, matrix) => /** @type {any} */ ({ axis: "evaluations", place: 3, stops: [1, 2, 3], row: null,
  busy: false,
  content: {
    begin: { request: { steps: 3 }, rows: rows.map(([label, _, { fresh = false } = {}]) => ({ label, family: "one", fresh })) },
    ways: rows.map(([_, final]) => ({ count: 3,
      looks: [0, 1, 2].map((index) => ({ index, logSnr: 3 * (index - 1), toOwn: [0.4, 0.1, 0.01][index],
        along: (final * index) / 2, toEnd: 0.5 })
      ) })
    ),
    end: { rows: rows.map(() => ({ evaluations: 3 })), matrix: tensor(matrix, [rows.length, rows.length]), groups,
      threshold: 0.08 },
    long: { runs: [{ timestep: 951, evaluations: 93 }, { timestep: 941, evaluations: 93 }],
      of_row: rows.map(([_, __, { run = 0 } = {}]) => run), final: tensor(rows.map(([_, final]) => final)),
      apart: tensor([0, 0.008]) },
  } });

const fresh = { fresh: true };
const four = () =>
  view([["DDIM", 0.036], ["Heun", 0.003, { run: 1 }], ["DDPM", 0.24, fresh], ["SDE", 0.2, fresh]], [[0, 1], [2], [3]], [0,
    0.037, 0.23, 0.2, 0.037, 0, 0.24, 0.2, 0.23, 0.24, 0, 0.15, 0.2, 0.2, 0.15, 0]);

test("who ends where is said from the numbers of the run", () => {
  expect(endLines(text, four())).toEqual(["DDIM and Heun end in the same picture but for detail: at most 3.7 % apart.",
    "SDE and DDPM add fresh noise on the way and so solve another equation: they end 20 % to 24 % from the long run, and finer steps would not lead them there.",
    "Of those without fresh noise, Heun comes nearest to the long run (0.3 % off, 3 evaluations) and DDIM stays farthest (3.6 % off, 3 evaluations): their steps are too coarse for the rest.",
    "Heun starts at timestep 941, not 951: from there even the long run ends 0.8 % elsewhere."]);
});

test("fresh noise is no reason where it led nowhere else", () => {
  expect(endLines(text, view([["DDIM", 0.01], ["DDPM", 0.05, fresh]], [[0, 1]], [0, 0.05, 0.05, 0]))).toEqual([
    "DDIM and DDPM end in the same picture but for detail: at most 5.0 % apart.",
    "DDPM adds fresh noise on the way, yet ends only 5.0 % from the long run.",
    "DDIM, the only one without fresh noise, ends 1.0 % from the long run after 3 evaluations: its steps are too coarse for the rest.",
  ]);
});

test("those that draw the same fresh noise and end in one picture are told so", () => {
  const [line] = endLines(text, view([["DDPM", 0.2, fresh], ["Euler ancestral", 0.2, fresh]], [[0, 1]], [0, 1e-4, 1e-4, 0]));
  expect(line).toBe(
    "DDPM and Euler ancestral draw the same fresh noise, for they share the seed, and end in the same picture to the eye.",
  );
});

test("before the long run only the pictures are told of, and a cancelled one is said to be missing", () => {
  const now = four();
  const content = { ...now.content, long: null };
  expect(endLines(text, { ...now, content })).toHaveLength(1);
  expect(distanceLine(text, { ...now, content, busy: true }, "along")).toContain("on its way");
  expect(distanceLine(text, { ...now, content, busy: false }, "along")).toContain("cancelled");
  expect(distanceLine(text, { ...now, content }, "toOwn")).toContain("DDIM after 3 of 3 evaluations");
  expect(endLines(text, { ...now, content: { ...content, end: null } })).toEqual([]);
});

test("the place of the cursor is told with the level of the noise there", () => {
  expect(noiseShare(0)).toBe(0.5);
  expect(hereLine(text, four())).toBe(
    "At evaluation 3: 5 % of what the network sees is noise. Nearest to what the long run expects here is Heun (0.3 %), farthest DDPM (24 %).",
  );
  expect(hereLine(text, { ...four(), row: 0 })).toContain("DDIM expects a picture that is 3.6 % from the long run's.");
  expect(hereLine(text, { ...four(), place: 1 })).toBe(
    "At evaluation 1: All predict the same picture, for all see the same noise.",
  );
});

test("lines of one family differ in their dashes", () => {
  const strokes = strokesOf([{ family: "one" }, { family: "noise" }, { family: "one" }]);
  expect(strokes[0].dash).not.toBe(strokes[2].dash);
  expect(strokes[0].dash).toBe(strokes[1].dash);
});
