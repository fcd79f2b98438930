import { describe, expect, test } from "vitest";
import { coursesOf } from "./courses.js";
import { afterPick, behind, ceiling, deviationOf, extremes, markOf, pairing, REGIONS, regions, shell } from "./derive.js";
import { placesOf } from "./plane.js";
import { exactAt, newest, reduceRuns, tileAt, viewOf } from "./runs.js";

const nothing = { walk: null, pick: null };
const tensor = (/** @type {number[]} */ data, /** @type {number[]} */ shape) => ({ data: Float32Array.from(data), shape });

describe("picking", () => {
  test("a first, a second, another second", () => {
    const one = afterPick(nothing, 4);
    expect(one).toEqual({ walk: null, pick: 4 });
    const two = afterPick(one, 9);
    expect(two).toEqual({ walk: [4, 9], pick: null });
    expect(afterPick(two, 7)).toEqual({ walk: [4, 7], pick: null });
  });
  test("what is picked twice is given back, and the other one stays", () => {
    expect(afterPick({ walk: null, pick: 4 }, 4)).toEqual(nothing);
    expect(afterPick({ walk: [4, 9], pick: null }, 4)).toEqual({ walk: null, pick: 9 });
    expect(afterPick({ walk: [4, 9], pick: null }, 9)).toEqual({ walk: null, pick: 4 });
  });
  test("no order of choices leads from a seed to itself, or marks three", () => {
    const seeds = [0, 1, 2, 3];
    const reached = /** @type {import("./derive.js").Picked[]} */ ([nothing]);
    const seen = new Set();
    while (reached.length) {
      const state = /** @type {import("./derive.js").Picked} */ (reached.pop());
      if (seen.has(JSON.stringify(state))) continue;
      seen.add(JSON.stringify(state));
      if (state.walk) expect(state.walk[0]).not.toBe(state.walk[1]);
      const marks = seeds.map((seed) => markOf(state, seed)).filter(Boolean).sort();
      expect([[], ["a"], ["a", "b"]]).toContainEqual(marks);
      reached.push(...seeds.map((seed) => afterPick(state, seed)));
    }
    expect(seen.size).toBe(1 + 4 + 4 * 3); // none, one, an ordered pair
  });
});

describe("numbers", () => {
  test("the nine regions hold every pixel once, and their mean square is that of the map", () => {
    for (const [height, width] of [[3, 3], [8, 8], [16, 10], [64, 64]]) {
      const data = Uint8Array.from({ length: height * width }, (_, at) => (at * 37) % 256);
      const found = regions({ data, shape: [height, width] });
      expect(found.map(({ name }) => name)).toEqual([...REGIONS]);
      if (height % 3 === 0) {
        const mean = found.reduce((sum, { deviation }) => sum + deviation ** 2, 0) / 9;
        expect(mean).toBeCloseTo(data.reduce((sum, value) => sum + deviationOf(value) ** 2, 0) / data.length, 9);
      }
    }
  });
  test("the region that parts most is named", () => {
    const data = new Uint8Array(81).fill(51);
    for (const row of [0, 1, 2]) for (const column of [6, 7, 8]) data[row * 9 + column] = 204;
    for (const row of [3, 4, 5]) for (const column of [3, 4, 5]) data[row * 9 + column] = 0;
    const { least, most } = extremes(regions({ data, shape: [9, 9] }));
    expect(most).toEqual({ name: "topRight", deviation: 0.4 });
    expect(least).toEqual({ name: "middle", deviation: 0 });
  });
  test("the scale of a map ends at a tenth above all its values", () => {
    const map = (/** @type {number} */ most) => ({ data: Uint8Array.from([0, most]), shape: [1, 2] });
    expect(ceiling([])).toBe(0.1);
    expect(ceiling([map(51), undefined])).toBe(0.1);
    expect(ceiling([map(52)])).toBe(0.2);
    expect(ceiling([map(120), map(255)])).toBe(0.5);
  });
  test("pairs are the diagonal, strangers all others, and a pair is nearest only where nothing is nearer", () => {
    const found = pairing(tensor([1, 5, 6, 7, 2, 1.5, 9, 9, 3], [3, 3]));
    expect(found.same).toEqual([1, 2, 3]);
    expect(found.strangers).toEqual([5, 6, 7, 1.5, 9, 9]);
    expect(found.meanSame).toBe(2);
    expect(found.meanStrangers).toBeCloseTo(37.5 / 6);
    expect(found.nearest).toBe(2);
  });
  test("three deviations of the length of Gaussian noise", () => expect(shell(1024)).toBeCloseTo(3 / Math.sqrt(2048)));
  test("where the straight walk is shortest, and what its pictures lack", () => {
    const found = behind(tensor([1, 1, 1, 1, 1, 0.75, 0.8, 1], [2, 4]), tensor([9, 0.5, 0.7, 9, 9, 0.3, 0.5, 9], [2, 4]));
    expect(found.length).toBe(0.75);
    expect([found.sphere, found.line].map((value) => Number(value.toFixed(6)))).toEqual([0.6, 0.4]);
  });
  test("a course stands where it is selected, and where nothing has come it stands nowhere", () => {
    const course = { name: "a", concept: "", values: [3, 2, null], nameAt: 0.5, above: true };
    expect(coursesOf([course], 1)).toMatchObject({ domain: [0, 2], dots: [{ x: 1, y: 2 }],
      series: [{ y: [3, 2, NaN], nameAt: { x: 1 } }] });
    expect(coursesOf([course], 2).dots).toEqual([]);
  });
});

test("in the plane of the noises, each stop is as far from the centre as it is long", () => {
  const [angle, frames, a, b] = [1.4, 5, 1.02, 0.97];
  const shares = Array.from({ length: frames }, (_, at) => at / (frames - 1));
  const sphere = shares.map((t) => (1 - t) * a + t * b);
  const line = shares.map((t) => Math.hypot((1 - t) * a + t * b * Math.cos(angle), t * b * Math.sin(angle)));
  const places = placesOf({ seeds: [0, 1], angle: (angle * 180) / Math.PI, shares: { data: shares },
    lengths: { data: [...sphere, ...line] } });
  places.sphere.forEach(([x, y], at) => expect(Math.hypot(x, y)).toBeCloseTo(sphere[at], 9));
  places.line.forEach(([x, y], at) => expect(Math.hypot(x, y)).toBeCloseTo(line[at], 9));
  expect(places.line[0]).toEqual(places.sphere[0]);
  places.line[4].forEach((value, axis) => expect(value).toBeCloseTo(places.sphere[4][axis], 9));
});

describe("a run", () => {
  const sheet = (/** @type {string} */ url) => ({ url, width: 4, height: 4 });
  const message = (/** @type {string} */ kind, /** @type {any} */ data, run = 1) => ({ kind, run, number: 0, data });
  const preview = (/** @type {number} */ place, /** @type {string} */ url, /** @type {number[]} */ ...lanes) =>
    message("preview", { which: "first", place, lanes: { data: Int32Array.from(lanes) }, columns: 2, sheet: sheet(url) });
  const pictures = (/** @type {string} */ which) => message("pictures", { which, place: 0, columns: 2, sheet: sheet("exact") });
  const status = (/** @type {string} */ state, run = 1) => message("status", { state, message: "", advice: "" }, run);
  const begin = message("begin", { seeds: [5, 6], told: [0, 1, 2], request: { frames: 3, walk: null, other_prompt: "" } });
  const end = message("end", { seconds: 1, drawn: 2 });
  const fed = (/** @type {any[]} */ ...messages) =>
    messages.map((each, at) => ({ ...each, number: at })).reduce(reduceRuns,
      /** @type {any} */ ({ current: null, last: null, refused: null }));
  const contentOf = (/** @type {any[]} */ ...messages) => fed(begin, ...messages).current.content;

  test("previews stand in until the decoded pictures come, of every wall for itself", () => {
    const { first, other } = contentOf(preview(0, "soon", 0, 1), pictures("other"));
    expect(tileAt(first, 0, 1)).toEqual({ sheet: { sheet: sheet("soon"), columns: 2, count: 2 }, at: 1, exact: false });
    expect(tileAt(other, 2, 1)?.exact).toBe(true);
    const later = contentOf(preview(0, "soon", 0, 1), pictures("first")).first;
    expect(tileAt(later, 0, 1)).toEqual({ sheet: { sheet: sheet("exact"), columns: 2, count: 2 }, at: 1, exact: true });
    expect([exactAt(first, 0), exactAt(later, 0), exactAt(later, 1)]).toEqual([false, true, false]);
  });
  test("pictures that are drawn one after the other fill the wall one by one", () => {
    const { first } = contentOf(...[0, 1, 2].map((place) => preview(place, `a${place}`, 0)), preview(0, "b0", 1));
    expect(newest(first)).toBe(2);
    expect(tileAt(first, 2, 0)?.sheet.sheet.url).toBe("a2");
    expect(tileAt(first, 2, 1)?.sheet.sheet.url).toBe("b0"); // where it is
    expect(tileAt(first, 1, 0)?.sheet.sheet.url).toBe("a1");
  });
  test("what was measured exactly is not replaced by a preview's", () => {
    const [exact, soon] = [true, false].map((exact) => message("spread", { which: "first", place: 0, exact }));
    expect(contentOf(exact, soon).first.spreads[0].exact).toBe(true);
  });
  test("the last step runs with the run, another one stays", () => {
    const come = [status("running"), begin, preview(0, "a", 0, 1)];
    expect(viewOf(fed(...come), -1).index).toBe(0);
    expect(viewOf(fed(...come, preview(1, "b", 0, 1)), -1).index).toBe(1);
    expect(viewOf(fed(...come), 2).index).toBe(2);
    expect(viewOf(fed(...come), -2).index).toBe(1);
    expect(viewOf(fed(...come, end, status("done")), -1).index).toBe(2);
  });
  test("a run of which nothing has come, and one that failed, leave the last good one on screen", () => {
    expect(viewOf(fed(begin, end, status("queued", 2)), -1)).toMatchObject({ old: true, count: 3 });
    const failed = [message("begin", { seeds: [1], told: [0], request: { frames: 3 } }, 2), status("failed", 2)];
    expect(viewOf(fed(begin, end, ...failed), -1)).toMatchObject({ old: false, count: 3 });
  });
  test("a kind that is not known changes nothing", () => {
    expect(contentOf(message("later", { which: "nowhere" }))).toEqual(contentOf());
  });
});
