import { beforeEach, expect, test, vi } from "vitest";
import { ProgressView } from "./progress.js";
import { speaker } from "./text.js";

const NAME = "<b>fox</b>.dxtrace";
/** @type {any} */
let doing;
/** @type {ProgressView} */
let view;
beforeEach(() => {
  doing = { say: speaker("en"), language: "en", name: () => NAME, again: vi.fn(),
    pythons: () => [{ name: "bare", label: "Bare" }, { name: "python3", label: "Python 3" }] };
  view = new ProgressView(doing);
  document.body.replaceChildren(view.node);
});
const failed = (failure, message = "why") => ({ kind: "failed", failure, message: { en: message, zh: "" }, python: "bare" });
const buttons = () => [...document.querySelectorAll("button")];

test("it says what is done, with a spinner, and names are never markup", () => {
  for (const kind of ["waiting", "starting", "opening"]) {
    view.update(/** @type {any} */ ({ kind, slow: false }));
    expect(document.querySelector(".dx-lab-spinner").hidden).toBe(false);
    expect(buttons()).toEqual([]);
  }
  expect(document.querySelector("[role=status] h2").textContent).toBe(`Opening ${NAME}…`);
  expect(document.querySelector("b")).toBe(null);
  view.update({ kind: "opening", slow: true });
  buttons()[0].click();
  expect(doing.again).toHaveBeenCalledWith(undefined);
});

test.each(["noPython", "noWidgets", "startFailed", "noPackage", "notOpened", "diedOpening", "ended"])(
  "%s is said in words and can be tried again",
  (failure) => {
    view.update(/** @type {any} */ (failed(failure)));
    expect(document.querySelector("[role=status]").textContent).not.toMatch(/undefined|\{/);
    expect(document.querySelector(".dx-lab-spinner").hidden).toBe(true);
    buttons()[0].click();
    expect(doing.again).toHaveBeenCalledWith(undefined);
  },
);

test("where one Python lacks the package the others are offered", () => {
  view.update(/** @type {any} */ (failed("noPackage")));
  expect(buttons().map((button) => button.textContent)).toEqual(["Try again", "Open with Python 3"]);
  buttons()[1].click();
  expect(doing.again).toHaveBeenCalledWith("python3");
});

test("the focus stays in the panel when its button goes", () => {
  document.body.tabIndex = -1;
  const panel = document.createElement("div");
  panel.tabIndex = -1;
  panel.append(view.node);
  document.body.append(panel);
  view.update(/** @type {any} */ (failed("notOpened")));
  buttons()[0].focus();
  view.update({ kind: "starting", slow: false });
  expect(document.activeElement).toBe(panel);
});
