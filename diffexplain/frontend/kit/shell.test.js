import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { recordedModel } from "../host/static.js";
import { textControl } from "./controls.js";
import { h, setText } from "./dom.js";
import { runsReducer } from "./runs.js";
import { defineExplorer } from "./shell.js";
import { spoken, translator } from "./words.js";

const catalogues = {
  zh: { "step {step}": ["第{step}步"], "one piece": ["{count}块"], "{first} {second}": ["{first}{second}"],
    "Show this explorer in {language}": ["用{language}显示"] },
};

describe("words", () => {
  test("are English where a catalogue lacks them, and keep a placeholder that has no value", () => {
    const { say, plural, sentences } = translator(catalogues, "en");
    expect([say("step {step}", { step: 3 }), say("a {b}"), plural("one piece", "{count} pieces", 1),
      plural("one piece", "{count} pieces", 2), sentences(["a", "", "b"])]).toEqual(["step 3", "a {b}", "one piece", "2 pieces",
        "a b"]);
  });
  test("are in the language asked for, where there is one form for all numbers", () => {
    const { say, plural, sentences } = translator(catalogues, "zh");
    expect([say("step {step}", { step: 3 }), plural("one piece", "{count} pieces", 1), plural("one piece", "{count} pieces", 5),
      say("other"), sentences(["甲。", "乙。"])]).toEqual(["第3步", "1块", "5块", "other", "甲。乙。"]);
  });
  test("a value is never read as a placeholder", () => {
    expect(translator(catalogues, "en").say("{a} {b}", { a: "{b}", b: "$&" })).toBe("{b} $&");
  });
  test("of Python are taken in the language, else in English", () => {
    expect([spoken("plain", "zh"), spoken({ en: "a", zh: "甲" }, "zh"), spoken({ en: "a" }, "zh")]).toEqual(["plain", "甲",
      "a"]);
  });
});

describe("the shell", () => {
  const reduce = runsReducer({ begin: () => ({ value: 0 }), reduce: (content, { data }) => ({ value: data.value }),
    complete: ({ value }) => value > 0 });
  /** @type {any[]} */
  let sent;
  /** @type {any} */
  let model;
  /** @type {HTMLElement} */
  let el;
  /** @type {AbortController} */
  let ended;
  /** @type {any} */
  let page;
  /** @type {number} */
  let opened;
  const fire = (/** @type {string} */ kind, /** @type {any} */ data, run = 1, number = 0) =>
    model.deliver({ kind, run, number, data });
  const settle = () => vi.runAllTimers();

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("matchMedia", () => new EventTarget()); // jsdom has none
    sent = [];
    opened = 0;
    ended = new AbortController();
    el = document.createElement("div");
    document.body.append(el);
    model = recordedModel({ language: "en", prompt: "a fox", step: -1, other: 2, _key: "00ff" }, []);
    model.set("_live", true);
    /** @type {((content: any, buffers: any[]) => void)[]} */
    const hearers = [];
    const on = model.on;
    model.on = (/** @type {string} */ name,
      /** @type {any} */ listener) => (name === "msg:custom" ? hearers.push(listener) : on(name, listener));
    model.deliver = (/** @type {any} */ content) => hearers.forEach((hear) => hear(content, []));
    model.send = (/** @type {any} */ content) => content.kind === "ping" || sent.push(content);
    const explorer = defineExplorer({ name: "test", catalogues, reduce, traits: ["step", "other"], local: { open: false },
      words: ({ say }) => ({ title: "Test", step: (/** @type {number} */ step) => say("step {step}", { step }) }), open(given) {
      page = given;
      opened += 1;
      const line = h("p", {});
      const prompt = textControl({ label: "Prompt", hint: "", onChange: (value) => given.write("prompt", value) });
      return { bar: { element: h("div", {}, prompt.element), parts: { prompt } }, body: [line],
        draw: () => setText(line, given.text.step(given.chosen.get().step)) };
    } });
    explorer.render(/** @type {any} */ ({ model, el, signal: ended.signal }));
    settle();
  });
  afterEach(() => {
    ended.abort();
    el.remove();
    vi.useRealTimers();
  });
  const line = () => el.querySelector("p")?.textContent;
  const notice = () => /** @type {HTMLElement} */ (el.querySelector(".dx-notice"));

  test("asks for what was said before it came, once, also after the language changed", () => {
    model.set("language", "zh");
    expect(sent).toEqual([{ kind: "ready", view: expect.any(String) }]);
  });

  test("a control that stands elsewhere for several explorers is hidden, and the bar where none is left", () => {
    const bar = () => /** @type {HTMLElement} */ (el.querySelector("label")?.closest(".dx > div"));
    expect(bar().hidden).toBe(false);
    el.dataset.common = "prompt seed";
    model.set("language", "zh");
    settle();
    expect(bar().hidden).toBe(true);
    fire("refused", { field: "prompt", message: "no" });
    settle();
    expect(el.querySelector(".dx-refused")?.textContent).toBe("");
  });

  test("a refusal says what the page calls the field", () => {
    fire("refused", { field: "prompt", message: { en: "{field} must be shorter", zh: "{field}要短一些" } });
    settle();
    const label = el.querySelector("label")?.firstChild?.textContent;
    expect(el.querySelector(".dx-refused")?.textContent).toBe(`“${label}” must be shorter`);
  });

  test("another language shows the same state in other words, asks for no run and leaves the focus on the switch", () => {
    page.choose({ step: 4, open: true });
    settle();
    expect(line()).toBe("step 4");
    const button = /** @type {HTMLButtonElement} */ (el.querySelector(".dx-language"));
    expect(button.textContent).toBe("中文");
    button.focus();
    button.click();
    settle();
    expect([line(), model.get("language"), model.get("step"), page.chosen.get().open, opened]).toEqual(["第4步", "zh", 4, true,
      2]);
    expect(document.activeElement?.textContent).toBe("English");
    expect(el.querySelectorAll(".dx")).toHaveLength(1);
    expect(sent.filter(({ kind }) => kind !== "ready")).toEqual([]);
  });

  test("a view of the language before hears nothing any more", () => {
    const { signal } = page;
    const before = el.querySelector("p");
    model.set("language", "zh");
    settle();
    expect(signal.aborted).toBe(true);
    page.choose({ step: 2 });
    settle();
    expect([before?.textContent, line()]).toEqual(["step -1", "第2步"]);
  });

  test("what went wrong is said in the language in force, with the last good picture in mind", () => {
    fire("result", { value: 1 });
    fire("status", { state: "failed", message: { en: "out of luck", zh: "运气不好" }, advice: "" }, 2, 0);
    settle();
    expect(notice().textContent).toBe(
      "This run failed. out of luck. Run it again, or change a control. The last good picture is still here.",
    );
    model.set("language", "zh");
    settle();
    expect(notice().textContent).toContain("运气不好");
    fire("status", { state: "running", message: "", advice: "" }, 3, 0);
    settle();
    expect(notice().hidden).toBe(true);
  });

  test("a refusal stands at its control until one types or presses Esc", () => {
    fire("refused", { field: "prompt", value: "''", message: { en: "too long", zh: "太长" } });
    settle();
    const alert = () => el.querySelector(".dx-refused")?.textContent;
    expect(alert()).toBe("too long");
    el.querySelector("input")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    settle();
    expect(alert()).toBe("");
  });

  test("a choice taken back at once stays taken back", () => {
    page.choose({ step: 20 });
    page.choose({ step: 19 }); // the writer holds this one back
    page.choose({ step: 20 });
    settle();
    expect([model.get("step"), page.chosen.get().step]).toEqual([20, 20]);
  });

  test("a choice the writer holds back is not undone by another that comes through", () => {
    page.choose({ step: 20 });
    page.choose({ step: 19 });
    model.set("other", 3);
    expect(page.chosen.get()).toEqual({ open: false, step: 19, other: 3 });
    settle();
    expect([model.get("step"), page.chosen.get().step]).toEqual([19, 19]);
  });

  test("Escape cancels a run in progress", () => {
    fire("status", { state: "running", message: "", advice: "" });
    settle();
    el.querySelector(".dx")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(sent.at(-1)).toEqual({ kind: "cancel" });
  });
});

test.each([[true, 1], [false, 0]])("files are saved from where Python is: live %s", (live, count) => {
  const el = document.createElement("div");
  const model = recordedModel({ language: "en", _key: "", _files: ["html"] }, []);
  model.set("_live", live);
  const explorer = defineExplorer({ name: "test", catalogues: {}, words: () => ({ title: "Test" }), reduce: (runs) => runs,
    open: () => ({ bar: { element: h("div", {}), parts: {} }, body: [h("div", { class: "dx-foot" })], draw() {} }) });
  explorer.render(/** @type {any} */ ({ model, el, signal: new AbortController().signal }));
  expect(el.querySelectorAll(".dx-foot [aria-haspopup=menu]")).toHaveLength(count);
});

test.each([[{}, undefined, "Save…"], [{ common: "" }, undefined, "Save this explorer…"], [{}, "Save all", "Save all"]])(
  "what is saved is said where several can be: %o",
  (dataset, all, label) => {
    const el = document.createElement("div");
    Object.assign(el.dataset, dataset);
    const model = recordedModel({ language: "en", _key: "", _files: ["html"] }, []);
    model.set("_live", true);
    const explorer = defineExplorer({ name: "test", catalogues: {}, words: () => ({ title: "Test", all }),
      reduce: (runs) => runs, open: () => ({ bar: { element: h("div", {}), parts: {} }, body: [], draw() {} }) });
    explorer.render(/** @type {any} */ ({ model, el, signal: new AbortController().signal }));
    expect(el.querySelector(".dx-save > button")?.textContent).toBe(label);
  },
);

test("a page that nobody answers says so, and one that is answered does not", () => {
  vi.useFakeTimers();
  const words = (/** @type {import("./words.js").Translator} */ { say }) => ({ title: say("Test") });
  const view = () => ({ bar: { element: h("div", {}), parts: {} }, body: [], draw() {} });
  const explorer = defineExplorer({ name: "test", catalogues: {}, words,
    reduce: (runs) => ({ ...runs, current: /** @type {any} */ ({ number: 1, status: { state: "queued" }, content: {} }) }),
    open: view });
  const mount = (/** @type {any[]} */ messages) => {
    const el = document.createElement("div");
    const model = recordedModel({ language: "en", _key: "" }, messages);
    model.set("_live", true);
    explorer.render(/** @type {any} */ ({ model, el, signal: new AbortController().signal }));
    vi.advanceTimersByTime(10_000);
    return /** @type {HTMLElement} */ (el.querySelector(".dx-notice"));
  };
  expect(mount([]).textContent).toMatch(/Python does not answer/);
  expect(mount([{ content: { kind: "x", run: 1, number: 0, data: {} }, buffers: [] }]).hidden).toBe(true);
  vi.useRealTimers();
});
