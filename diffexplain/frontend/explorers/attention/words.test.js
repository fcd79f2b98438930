import { expect, test } from "vitest";
import { translator } from "../../kit/words.js";
import { ends, share, words } from "./text.js";
import { viewOf } from "./view.js";
import { describe } from "./words.js";

const text = words(translator({}, "en"));
const CHOSEN = { step: -1, half: "cond", word: "fox", over: "step", layer: "", head: -1, among: "all", hover: null,
  pinned: null };
const WORDS = [["", "start", [0]], ["a", "word", [1]], ["fox", "word", [2, 3]], ["", "end", [4]]].map(([name, kind, rows],
  at) => ({ text: name, kind, rows, pieces: [], start: at, end: at + 1, places: 1 })
);

/**
 * A run of steps, each given as shares of five maps at four patches in a row.
 * @param {number[][][]} steps
 * @param {object} [begin]
 */
function runOf(steps, begin = {}) {
  const sentence = { half: "cond", stream: "text", prompt: "a fox", words: WORDS, limit: 5, truncated: null };
  const content = {
    begin: { sentences: [sentence], halves: ["cond"], joint: false, step_count: steps.length,
      map_steps: steps.map((_, at) => at), grid: [1, 4], layer_count: 7, ...begin },
    steps: steps.map((maps, index) => ({ index, cond: { data: Float32Array.from(maps.flat()), shape: [5, 1, 4] },
      uncond: null })
    ),
    decoded: {},
    end: { image: null, seconds: 1 },
    apart: null,
    apartSteps: {},
  };
  const run = /** @type {any} */ ({ number: 1, seen: 9, status: { state: "done", message: "", advice: "" }, content });
  return { current: run, last: run, refused: null };
}
const LEFT = [[0.3, 0.5, 0.5, 0.5], [0.1, 0.1, 0.1, 0.1], [0.3, 0.1, 0.1, 0.1], [0.2, 0, 0, 0], [0.1, 0.3, 0.3, 0.3]];
const RIGHT = [...LEFT.slice(0, 2), [0.1, 0.1, 0.1, 0.3], [0, 0, 0, 0.2], LEFT[4]];
const EVEN = [...LEFT.slice(0, 2), [0.1, 0.1, 0.1, 0.1], [0.1, 0.1, 0.1, 0.1], LEFT[4]];

test("the words follow the measures", () => {
  const said = describe(text, viewOf(runOf([RIGHT, LEFT]), CHOSEN));
  expect(said).toMatch(
    /^Step 2 of 2\. The picture gives “fox” 20 % of its attention\. Half of that lies on 1 of 4 patches, on the left at half height\./,
  );
  expect(said).toMatch(/first step correlates with it by −0\.33/);
  expect(said).toMatch(/stand for no word, get 70 %; all words together 30 %/);
  expect(describe(text, viewOf(runOf([RIGHT, LEFT]), { ...CHOSEN, step: 0 }))).toMatch(/on the right.*last step correlates/);
});

test("of words alone, each patch's shares are of what it gives to words, and it is said what is left out", () => {
  const [all, words] = ["all", "words"].map((among) => viewOf(runOf([LEFT]), { ...CHOSEN, among }));
  const [a, fox] = [1, 2];
  for (const at of [0, 1, 2, 3]) {
    const own = (/** @type {typeof all} */ view, /** @type {number} */ row) => view.field?.data[4 * row + at] ?? NaN;
    const given = own(all, 1) + own(all, 2) + own(all, 3);
    for (const row of [1, 2, 3]) expect(own(words, row)).toBeCloseTo(own(all, row) / given, 6);
  }
  const { shares } = /** @type {{ shares: number[] }} */ (words.divided);
  expect(shares[a] + shares[fox]).toBeCloseTo(1, 6);
  expect([shares[0], shares[3]]).toEqual([0, 0]);
  expect(viewOf(runOf([LEFT]), { ...CHOSEN, word: [0], among: "words" }).picked).toEqual([fox]); // a mark can't be looked at
  const said = describe(text, words);
  expect(said).toMatch(/Of what the words get, “fox” has 58 %\./);
  expect(said).toMatch(/are left out\. Of everything they get 70 %, all words together 30 %/);
});

test("an even map is called even, and like nothing", () => {
  const said = describe(text, viewOf(runOf([LEFT, EVEN]), CHOSEN));
  expect(said).toMatch(/almost evenly: half of it takes 2 of 4/);
  expect(said).not.toMatch(/correlates/);
});

test("a patch says which word it listens to, and in joint attention what stays in the picture", () => {
  expect(describe(text, viewOf(runOf([LEFT]), { ...CHOSEN, pinned: { x: 0.1, y: 0.5 } }))).toMatch(
    /row 1, column 1 listens most, of all words, to “fox”: 50 %/,
  );
  expect(describe(text, viewOf(runOf([LEFT.map((map) => map.map((value) => value / 4))], { joint: true }), CHOSEN))).toMatch(
    /75 % stays within the picture itself/,
  );
});

test("the mean over the run and a step without maps are called so", () => {
  expect(describe(text, viewOf(runOf([LEFT, RIGHT]), { ...CHOSEN, over: "run" }))).toMatch(/^The mean over 2 steps\./);
  const run = runOf([LEFT, RIGHT, EVEN], { map_steps: [0, 2] });
  run.current.content.steps[1].cond = null;
  expect(describe(text, viewOf(run, { ...CHOSEN, step: 1 }))).toMatch(/^Step 1 of 3\. \(Step 2 has no maps here/);
});

test("a very small share is not none, and the ends of a scale can be told apart", () => {
  expect([share(0), share(0.0001), share(0.2)]).toEqual(["0 %", "< 0.1 %", "20 %"]);
  expect(ends({ low: 0.01, high: 0.2 })).toEqual(["1 %", "20 %"]);
  for (const [low, high] of [[0.0621, 0.0634], [0.00001, 0.00002], [0.5, 0.5001]]) {
    const [first, last] = ends({ low, high });
    expect(first).not.toBe(last);
  }
  expect(ends({ low: 0.05, high: 0.05 })).toEqual(["5.0 %", "5.0 %"]);
});
