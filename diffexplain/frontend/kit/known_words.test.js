import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { textControl } from "./controls.js";
import { h } from "./dom.js";
import { fieldMarks, isUnlearned, knownWords, placesOf } from "./known_words.js";
import { words } from "./text.js";
import { translator } from "./words.js";

const OFFER = { fields: ["prompt", "absent"],
  groups: [{ kind: "core", words: [["fox", "狐狸", "a fox", "一只狐狸"], ["owl", "猫头鹰", "an owl", "一只猫头鹰"]] }, {
    kind: "place",
    words: [["and", "和", "and", "和"]],
  }, { kind: "ground", words: [["teal", "青色", "on a teal background", "，青色背景"]] }] };

/** @type {AbortController} */
let ended;
beforeEach(() => (ended = new AbortController()));
afterEach(() => {
  ended.abort();
  document.body.replaceChildren();
});

/** @param {{ offer?: any, live?: boolean, language?: string, prompt?: string }} [options] */
function shown({ offer = OFFER, live = true, language = "en", prompt = "a xyzzy" } = {}) {
  const sent = vi.fn();
  const control = textControl({ label: "Prompt", hint: "", onChange: sent });
  control.set(prompt);
  if (!live) control.disable("a recording");
  const known = knownWords({ constants: () => ({ known_words: offer }), kit: words(translator({}, language)), language, live,
    signal: ended.signal }, { prompt: control });
  const root = h("section", { class: "dx" }, control.element, ...(known.element ? [known.element] : []));
  document.body.append(root);
  const input = /** @type {HTMLInputElement} */ (control.element.querySelector("input"));
  const buttons = () => /** @type {HTMLButtonElement[]} */ ([...root.querySelectorAll(".dx-knows")]);
  const search = () => /** @type {HTMLInputElement} */ (root.querySelector(".dx-search"));
  const names = () =>
    /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".dx-known-word")]).filter(({ hidden }) => !hidden);
  const find = (/** @type {string} */ text) => {
    search().value = text;
    search().dispatchEvent(new Event("input"));
    return names().map(({ textContent }) => textContent);
  };
  const open = () => Boolean(root.querySelector(".dx-known:not([hidden])"));
  return { known, root, input, sent, buttons, search, names, find, open };
}

/** @param {Element | null} target @param {string} key */
const press = (target, key) => target?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

test("for another pipeline there is no list and no notice", () => {
  const { known, buttons, root } = shown({ offer: null });
  known.draw(["xyzzy"]);
  expect([known.element, buttons(), root.querySelector(".dx-labelled")]).toEqual([null, [], null]);
});

test("a word is found by its name in either language and as captions have it, and nothing else is", () => {
  const { buttons, find, root } = shown();
  buttons()[0].click();
  expect([find(""), find("FO"), find("狐"), find("background"), find("an owl"), find("xyzzy")]).toEqual([["fox", "owl", "and",
    "teal"], ["fox"], ["fox"], ["teal"], ["owl"], []]);
  expect(root.querySelector(".dx-known [role=status]")?.textContent).toBe("It was never taught such a word.");
  expect([...root.querySelectorAll("section section")].every((one) => /** @type {HTMLElement} */ (one).hidden)).toBe(true);
});

test("a page in Chinese lists Chinese words, and an empty prompt gets them", () => {
  const { buttons, names, input } = shown({ language: "zh", prompt: "" });
  buttons()[0].click();
  expect(names().map(({ textContent }) => textContent)).toEqual(["狐狸", "猫头鹰", "和", "青色"]);
  names()[1].click();
  names()[3].click();
  expect(input.value).toBe("一只猫头鹰，青色背景");
});

test("a click writes into the prompt, and it goes out at once", () => {
  const { buttons, names, input, sent, open } = shown({ prompt: "a fox" });
  buttons()[0].click();
  names()[1].click();
  names()[3].click();
  expect(input.value).toBe("a fox and an owl on a teal background");
  expect(sent.mock.calls).toEqual([["a fox and an owl"], ["a fox and an owl on a teal background"]]);
  expect(open()).toBe(true);
});

test("the notice names what was never learned, and from it a known word takes its place", () => {
  const { known, root, buttons, names, input, find } = shown({ prompt: "a xyzzy next to a fox" });
  const notice = /** @type {HTMLElement} */ (known.element);
  expect(notice.hidden).toBe(true);
  known.draw(["xyzzy", "xyzzy"]);
  expect([notice.hidden, notice.textContent]).toEqual([false,
    "This model never met “xyzzy” in training: what it makes of it is chance. What it knows"]);
  buttons()[1].click();
  expect(find("owl")).toEqual(["owl"]);
  press(root.querySelector(".dx-search"), "Enter");
  expect(input.value).toBe("an owl next to a fox");
  known.draw([]);
  expect(notice.hidden).toBe(true);
  press(names()[0], "Escape");
  expect(document.activeElement).toBe(input); // the button that opened it is gone
  known.draw(["a", "b", "c", "d", "e"]);
  expect(notice.textContent).toContain("“a”, “b”, “c”, “d” …");
});

test("without a list in sight the word at the caret gives way, else nothing does", () => {
  const { known, buttons, names, input } = shown({ prompt: "a xyzzy and a fox" });
  known.draw(["xyzzy"]);
  input.setSelectionRange(7, 7);
  buttons()[0].click();
  names()[1].click();
  expect(input.value).toBe("an owl and a fox");
});

test("keys: down to the words, along them, up to the search, and Escape gives the focus back", () => {
  const { buttons, search, names, open } = shown();
  const [button] = buttons();
  button.focus();
  button.click();
  expect(document.activeElement).toBe(search());
  press(search(), "ArrowDown");
  expect(document.activeElement).toBe(names()[0]);
  for (const [key, at] of /** @type {[string, number][]} */ ([["ArrowRight", 1], ["End", 3], ["ArrowRight", 3], ["Home", 0]])) {
    press(document.activeElement, key);
    expect(document.activeElement).toBe(names()[at]);
  }
  press(document.activeElement, "ArrowLeft");
  expect(document.activeElement).toBe(search());
  expect([open(), button.getAttribute("aria-expanded")]).toEqual([true, "true"]);
  press(search(), "Escape");
  expect([open(), document.activeElement, button.getAttribute("aria-expanded")]).toEqual([false, button, "false"]);
});

test("a click elsewhere closes it, one inside does not", () => {
  const { buttons, search, open, root } = shown();
  buttons()[0].click();
  search().dispatchEvent(new Event("pointerdown", { bubbles: true, composed: true }));
  expect(open()).toBe(true);
  root.dispatchEvent(new Event("pointerdown", { bubbles: true, composed: true }));
  expect(open()).toBe(false);
});

test("in a recording the list can be read and searched, and says why no more", () => {
  const { buttons, names, find, root, input } = shown({ live: false });
  buttons()[0].click();
  expect(names().some((one) => one.matches("button"))).toBe(false);
  expect(root.querySelector(".dx-known [role=status]")?.textContent).toContain("recording");
  expect(find("fox")).toEqual(["fox"]);
  press(root.querySelector(".dx-search"), "Enter");
  expect(input.value).toBe("a xyzzy");
});

test.each([[0, 2, false], [2, 4, true], [6, 9, true], [7, 9, false]])("a piece from %d to %d overlaps 2 to 7: %s",
  (start, end, is) => expect(isUnlearned({ start, end }, [{ text: "xyzzy", start: 2, end: 7 }])).toBe(is));

test("words are found where they stand whole, the longer before the shorter, in any script and case", () => {
  const found = (/** @type {string} */ text, /** @type {string[]} */ words) =>
    placesOf(text, words).map(([start, end]) => text.slice(start, end));
  expect([found("a Cat in a category, cat", ["cat"]), found("cat's c++ (x|y)", ["cat", "c++", "(x|y)"]),
    found("一只魔法的猫和魔法师", ["魔法", "魔法师"]), found("a fox", []), found("a fox", ["owl"])]).toEqual([["Cat", "cat"], [
      "cat",
      "c++",
      "(x|y)",
    ], ["魔法", "魔法师"], [], []]);
});

test("a field says which of its words the model never learned, on hover and to a screen reader, and shows where they stand", () => {
  const field = h("input", { value: "a xyzzy fox", title: "What to draw", "aria-describedby": "note" });
  const root = h("div", {}, field);
  document.body.append(root);
  const mark = fieldMarks(field, words(translator({}, "en")).known);
  const written = (/** @type {string} */ which) =>
    [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(which))].map(({ dataset }) => dataset.text);
  const told =
    () => [field.title, written(".dx-unlearned"),
      root.querySelector(".dx-marks") ? written(".dx-marks > span").join("") : undefined,
      (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent)];
  const plain = ["What to draw", [], undefined, [undefined]];
  const said = "“xyzzy”: the model never learned this word";
  mark([]);
  expect(told()).toEqual(plain);
  mark(["xyzzy", "robot"]);
  expect(told()).toEqual([`What to draw\n${said}`, ["xyzzy"], "a xyzzy fox", [undefined, said]]);
  field.value = "a robot, xyzzy";
  mark(["xyzzy", "robot"]);
  expect(told().slice(1, 3)).toEqual([["robot", "xyzzy"], "a robot, xyzzy"]);
  field.value = "a fox";
  mark(["xyzzy", "robot"]);
  expect(told()).toEqual(plain);
});

test("the prompt and the negative one are marked, not for another pipeline", () => {
  for (const [offer, count] of /** @type {[any, number][]} */ ([[OFFER, 2], [null, 0]])) {
    const controls = ["prompt", "negative_prompt"].map((label) => textControl({ label, hint: "", onChange() {} }));
    controls.forEach((control) => control.set("a xyzzy"));
    const root = h("div", {}, ...controls.map(({ element }) => element));
    const known = knownWords({ constants: () => ({ known_words: offer }), kit: words(translator({}, "en")), language: "en",
      live: true, signal: ended.signal }, { prompt: controls[0], negative_prompt: controls[1] });
    document.body.append(root);
    known.draw(["xyzzy"]);
    expect(root.querySelectorAll(".dx-marks .dx-unlearned")).toHaveLength(count);
  }
});
