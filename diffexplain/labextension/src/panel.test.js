import { beforeEach, expect, test, vi } from "vitest";
import { actionsOf } from "./card.js";
import { PanelView } from "./panel.js";
import { sizeOf } from "./size.js";
import { speaker } from "./text.js";

URL.createObjectURL = vi.fn(() => "blob:x");
URL.revokeObjectURL = vi.fn();

const explorer = (model, more = {}) => ({ model, name: "denoise", title: { en: "Denoising explorer", zh: "去噪探索器" },
  subject: `<b>${model}`, state: "done", progress: null, bytes: 1_340_000, goes_on: false, finished: true, picture: null,
  ...more });
const kernel = (id, ...explorers) => ({ id, name: `${id}.ipynb`, path: `a/${id}.ipynb`, explorers });

/** @type {HTMLElement} */
let root;
/** @type {any} */
let doing;
/** @type {PanelView} */
let view;
beforeEach(() => {
  document.body.innerHTML = "<div tabindex='-1'></div>";
  root = /** @type {HTMLElement} */ (document.body.firstElementChild);
  doing = { say: speaker("en"), language: "en", icon: () => document.createElement("span"), act: vi.fn(),
    bringing: () => "bring", beginnings: [{ label: "Explore", about: "", run: vi.fn() }] };
  view = new PanelView(root, doing);
});
const cards = () => [...root.querySelectorAll(".dx-lab-card")];
const button = (card, action) => card.querySelector(`[data-action=${action}]`);

test("without an explorer it says what to do, and offers it", () => {
  root.querySelector("button").click();
  expect(doing.beginnings[0].run).toHaveBeenCalled();
  view.update([kernel("k", explorer("a"))]);
  expect(root.querySelector(".dx-lab-empty").hidden).toBe(true);
  view.update([]);
  expect(root.querySelector(".dx-lab-empty").hidden).toBe(false);
});

test("explorers stand under their kernels, and what they were asked is never markup", () => {
  view.update([kernel("k", explorer("a"), explorer("b")), kernel("l", explorer("c"))]);
  expect([...root.querySelectorAll("h3")].map((heading) => heading.textContent)).toEqual(["k.ipynb", "l.ipynb"]);
  expect(cards().map((card) => card.querySelector(".dx-lab-subject").textContent)).toEqual(["<b>a", "<b>b", "<b>c"]);
  expect(root.querySelector("b")).toBe(null);
});

test("an update keeps the elements of what stays, in the order that is told", () => {
  view.update([kernel("k", explorer("a"), explorer("b"))]);
  const [a, b] = cards();
  view.update([kernel("k", explorer("b"), explorer("c"), explorer("a"))]);
  expect([cards()[0], cards()[2]]).toEqual([b, a]);
  expect(cards()[0]).toBe(b);
});

test.each([["queued", false, ["bring", "cancel", "export", "close"]], ["running", false, ["bring", "cancel", "export",
  "close"]], ["running", true, ["bring", "pause", "cancel", "export", "close"]], ["paused", true, ["bring", "resume", "export",
  "close"]], ["done", true, ["bring", "export", "close"]], ["failed", false, ["bring", "export", "close"]]])(
    "one that is %s (a session: %s) offers %s",
    (state, goesOn, actions) => {
      const one = /** @type {any} */ (explorer("a", { state, goes_on: goesOn }));
      expect(actionsOf(one)).toEqual(actions);
      view.update([kernel("k", one)]);
      const shown = [...cards()[0].querySelectorAll("button")].filter((each) => !each.hidden);
      expect(shown.map((each) => each.dataset.action)).toEqual(actions);
      for (const each of shown) {
        each.click();
        expect(each.getAttribute("aria-label")).toBeTruthy();
        expect(doing.act).toHaveBeenLastCalledWith(each.dataset.action, "k", one);
      }
    },
  );

test("what can't be done is said and not done", () => {
  doing.bringing = () => "bringElsewhere";
  view.update([kernel("k", explorer("a", { finished: false }))]);
  for (const action of ["bring", "export"]) {
    button(cards()[0], action).click();
    expect(button(cards()[0], action).getAttribute("aria-disabled")).toBe("true");
  }
  expect(button(cards()[0], "bring").title).toContain("not open here");
  expect(doing.act).not.toHaveBeenCalled();
});

test("how far it is is seen and read while it runs", () => {
  view.update([kernel("k", explorer("a", { state: "running", progress: 0.456 }))]);
  const bar = root.querySelector("progress");
  expect([bar.hidden, bar.value, root.querySelector(".dx-lab-state").textContent]).toEqual([false, 0.456, "running 46 %"]);
  view.update([kernel("k", explorer("a", { state: "running" }))]);
  expect([bar.hasAttribute("value"), root.querySelector(".dx-lab-state").textContent]).toEqual([false, "running"]);
  view.update([kernel("k", explorer("a"))]);
  expect(bar.hidden).toBe(true);
});

test("the focus is not lost with a button or a card", () => {
  view.update([kernel("k", explorer("a", { state: "running" }), explorer("b"))]);
  button(cards()[0], "cancel").focus();
  view.update([kernel("k", explorer("a"), explorer("b"))]);
  expect(document.activeElement).toBe(button(cards()[0], "bring"));
  button(cards()[0], "close").focus();
  view.update([kernel("k", explorer("b"))]);
  expect(cards()[0].contains(document.activeElement)).toBe(true);
  view.update([]);
  expect(document.activeElement).toBe(root);
});

test("a picture is let go with what it shows", () => {
  view.update([kernel("k", explorer("a", { picture: new Uint8Array([1]) }))]);
  expect(root.querySelector("img").hidden).toBe(false);
  view.update([]);
  expect(URL.revokeObjectURL).toHaveBeenLastCalledWith("blob:x");
});

test("sizes", () => {
  expect([0, 800, 999_400, 1_340_000, 45_000_000, 2_500_000_000].map((bytes) => sizeOf(bytes, "en"))).toEqual(["0 KB", "1 KB",
    "999 KB", "1.3 MB", "45 MB", "2.5 GB"]);
});
