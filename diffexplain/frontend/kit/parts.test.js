import { describe, expect, test, vi } from "vitest";
import { numberControl, textControl } from "./controls.js";
import { nearest, spread } from "./film.js";
import { figure, percent } from "./format.js";
import { bothShares, tokenChips } from "./parts.js";
import { diverging, heatRaster, latentRaster } from "./pixels.js";
import { playerKeys, scrubTarget } from "./player.js";
import { createStore } from "./store.js";

test("subscribers of a store hear once of several changes, and not of none", () => {
  /** @type {(() => void)[]} */
  const queue = [];
  const store = createStore(0, (flush) => queue.push(flush));
  const heard = vi.fn();
  const controller = new AbortController();
  store.subscribe(heard, controller.signal);
  store.update((value) => value + 1);
  store.update((value) => value + 1);
  store.update((value) => value);
  queue.splice(0).forEach((flush) => flush());
  expect(heard.mock.calls).toEqual([[0], [2]]);
  controller.abort();
  store.update(() => 5);
  queue.forEach((flush) => flush());
  expect(heard).toHaveBeenCalledTimes(2);
});

test.each([[0, "0 %", "100 %"], [0.0046, "0.5 %", "99.5 %"], [0.495, "50 %", "50 %"], [0.505, "50 %", "50 %"], [0.18, "18 %",
  "82 %"], [0.9995, "99.9 %", "0.1 %"], [1, "100 %", "0 %"]])("a share of %f and what is left read %s and %s",
    (share, signal, noise) => {
      expect(bothShares(share)).toEqual([signal, noise]);
    });

test("a strip shows every frame of a short run and the two ends of a long one", () => {
  expect(spread(5)).toEqual([0, 1, 2, 3, 4]);
  const frames = spread(1000);
  expect(frames).toHaveLength(40);
  expect([frames[0], frames.at(-1)]).toEqual([0, 999]);
  expect(new Set(frames).size).toBe(40);
  expect(frames[nearest(frames, 500)]).toBeGreaterThan(485);
});

test.each([["ArrowRight", 3, 4], ["ArrowLeft", 0, 0], ["End", 3, 9], ["Home", 3, 0], ["PageUp", 3, 4], ["ArrowRight", 9, 9], [
  "x",
  3,
  null,
]])("%s from %i goes to %s", (key, from, to) => {
  expect(scrubTarget(key, from, 10)).toBe(to);
});

describe("pixels", () => {
  test("the linear map is [z, 1] @ matrix", () => {
    const latents = { data: new Float32Array([0.5, 0, -0.5, 0.25]), shape: [2, 1, 2] }; // two channels of two pixels
    const matrix = { data: new Float32Array([1, 0, 0, 0, 1, 0, 0.1, 0.2, 0.3]), shape: [3, 3] };
    expect([...latentRaster(latents, matrix).pixels]).toEqual(
      [0.6, 0, 0.3, 1, 0.1, 0.45, 0.3, 1].map((value) => Math.round(value * 255)),
    );
    expect([...latentRaster({ ...latents, data: new Float32Array(4) }, matrix, 1, 0).pixels.slice(0, 3)]).toEqual([128, 128,
      128]);
  });

  test("zero is the light middle and both ends are dark, in order", () => {
    const light = (/** @type {number} */ value) => diverging(value).reduce((sum, part) => sum + part, 0);
    for (const side of [-1, 1])
      for (let at = 0; at < 10; at += 1) expect(light((side * at) / 10)).toBeGreaterThan(light((side * (at + 1)) / 10));
    expect(diverging(NaN)).toEqual(diverging(0));
    expect([...heatRaster([9, -9], 1, 2, 3).pixels.slice(0, 3)]).toEqual([138, 46, 14]);
  });
});

test.each([[0.12345, "0.123"], [12.34, "12.3"], [-4, "−4.00"], [Infinity, "∞"], [NaN, "–"], [1234.5, "1235"]])("%d reads %s",
  (value, words) => expect(figure(value)).toBe(words));
test.each([[0.31, "31 %"], [0.004, "0.4 %"], [0.9995, "99.9 %"], [0.995, "99.5 %"], [0, "0 %"], [1.5, "150 %"]])(
  "a share of %d reads %s",
  (value, words) => expect(percent(value)).toBe(words),
);

const WORDS = { startWord: "start", endWord: "end", tokenWord: (/** @type {number} */ id) => `token ${id}` };
const KNOWN = { mark: "never learned", marked: (/** @type {string} */ word) => `${word}: never learned` };

test("a token is text, whatever it looks like", () => {
  const [chip] = tokenChips([{ text: "<img src=x onerror=alert(1)>", kind: "word", id: 7, start: 0, end: 28 }], WORDS, [],
    KNOWN);
  expect(chip.children).toHaveLength(0);
  expect(chip.textContent).toBe("<img src=x onerror=alert(1)>");
});

test("tokens of a word that was never learned are marked, in words too, and no others", () => {
  const token = (/** @type {string} */ text, /** @type {number} */ start) => ({ text, kind: "word", id: 7, start,
    end: start + text.length });
  const end = { text: "", kind: "end", id: 9, start: 7, end: 7 };
  const chips = tokenChips([token("a", 0), token("xy", 2), token("zzy", 4), end], WORDS, [{ text: "xyzzy", start: 2, end: 7 }],
    KNOWN);
  expect(chips.map((chip) => chip.classList.contains("dx-unlearned"))).toEqual([false, true, true, false]);
  expect(chips.map((chip) => chip.textContent?.includes(KNOWN.mark))).toEqual([false, true, true, false]);
  expect(chips.map((chip) => chip.title.includes(KNOWN.mark))).toEqual([false, true, true, false]);
});

describe("a text control", () => {
  const type = (/** @type {HTMLInputElement} */ input, /** @type {string} */ value) => {
    input.value = value;
    input.dispatchEvent(new InputEvent("input"));
  };

  test("sends once when typing pauses, at once on Enter, and keeps what is being typed when an echo comes", () => {
    vi.useFakeTimers();
    const sent = vi.fn();
    const control = textControl({ label: "Prompt", hint: "", onChange: sent });
    const input = /** @type {HTMLInputElement} */ (control.element.querySelector("input"));
    control.set("a fox");
    type(input, "a ca");
    type(input, "a cat");
    expect(sent).not.toHaveBeenCalled();
    vi.advanceTimersByTime(500);
    expect(sent.mock.calls).toEqual([["a cat"]]);
    type(input, "a cat and");
    control.set("a cat"); // the kernel's echo
    expect(input.value).toBe("a cat and");
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    vi.advanceTimersByTime(1000);
    expect(sent.mock.calls).toEqual([["a cat"], ["a cat and"]]);
    control.set("set from Python");
    expect(input.value).toBe("set from Python");
    vi.useRealTimers();
  });

  test("a refusal is read out and marked, and the text stays", () => {
    const control = textControl({ label: "Prompt", hint: "", onChange: () => {} });
    const input = /** @type {HTMLInputElement} */ (control.element.querySelector("input"));
    type(input, "typed");
    control.refuse("too long");
    expect(control.element.querySelector("[role=alert]")?.textContent).toBe("too long");
    expect(input.getAttribute("aria-invalid")).toBe("true");
    expect(input.value).toBe("typed");
  });
});

describe("the keys of a player", () => {
  const range = Object.assign(document.createElement("input"), { type: "range" });
  const box = Object.assign(document.createElement("input"), { type: "checkbox" });
  /** @param {string} key @param {HTMLElement} target @param {number} [count] */
  const press = (key, target, count = 10) => {
    const [toggle, select] = [vi.fn(), vi.fn()];
    const taken = playerKeys(/** @type {any} */ ({ key, target }), { index: 3, count, toggle, select });
    return [taken, toggle.mock.calls.length, select.mock.calls];
  };
  test.each([[" ", document.body, [true, 1, []]], [" ", range, [true, 1, []]], [" ", document.createElement("button"), [false,
    0, []]], [" ", box, [false, 0, []]], ["ArrowRight", document.body, [true, 0, [[4]]]], ["ArrowRight", range, [false, 0, []]],
    ["x", document.body, [false, 0, []]]])("%o", (key, target, expected) => expect(press(key, target)).toEqual(expected));
  test("do nothing where there is nothing to play", () =>
    expect([press(" ", document.body, 0)[0], press("End", document.body, 0)[0]]).toEqual([false, false]));
});

test("a number field that was closed stays closed, whatever is usual there", () => {
  const field = numberControl({ label: "First β", hint: "", onChange: () => {} });
  const input = /** @type {HTMLInputElement} */ (field.element.querySelector("input"));
  field.usual("0.0001", false);
  expect([input.placeholder, input.disabled]).toEqual(["0.0001", false]);
  field.disable("needs a running notebook");
  field.usual("0.0002", false);
  expect([input.placeholder, input.disabled]).toEqual(["0.0002", true]);
});
