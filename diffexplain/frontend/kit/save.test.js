import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { recordedModel } from "../host/static.js";
import { createSaver, saveButton, saveMenu } from "./save.js";
import { words } from "./text.js";
import { translator } from "./words.js";

const kit = words(translator({}, "en"));

describe("saving", () => {
  /** @type {any[]} */
  let sent;
  /** @type {any} */
  let model;
  /** @type {AbortController} */
  let ended;
  /** @type {{ name: string, type: string, size: number }[]} */
  let downloads;
  /** @type {ReturnType<typeof saveMenu>} */
  let part;
  /** @type {import("./save.js").Saver} */
  let saver;

  beforeEach(() => {
    [sent, downloads, ended] = [[], [], new AbortController()];
    const blobs = /** @type {Map<string, Blob>} */ (new Map());
    URL.createObjectURL = (/** @type {any} */ blob) => {
      blobs.set(`blob:${blobs.size}`, blob);
      return `blob:${blobs.size - 1}`;
    };
    URL.revokeObjectURL = () => {};
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(/** @this {HTMLAnchorElement} */ function() {
      const blob = /** @type {Blob} */ (blobs.get(this.href));
      downloads.push({ name: this.download, type: blob.type, size: blob.size });
    });
    /** @type {((content: any, buffers: any[]) => void)[]} */
    const hearers = [];
    model = { ...recordedModel({}, []), on: (/** @type {string} */ _, /** @type {any} */ listener) => hearers.push(listener),
      deliver: (/** @type {any} */ content, /** @type {any[]} */ buffers) =>
        hearers.forEach((hear) => hear(content, buffers)) };
    saver = createSaver(model, (content) => sent.push(content), ended.signal);
    part = saveMenu(["html", "png", "gif", "exe"], kit.save.label, { kit, language: "en", signal: ended.signal }, saver);
    document.body.append(part.element);
    part.draw();
  });
  afterEach(() => {
    ended.abort();
    part.element.remove();
    vi.restoreAllMocks();
  });

  const button = () => /** @type {HTMLElement} */ (part.element.querySelector("[aria-haspopup=menu]"));
  const menu = () => /** @type {HTMLElement} */ (part.element.querySelector("[role=menu]"));
  const items = () => /** @type {HTMLElement[]} */ ([...part.element.querySelectorAll("[role=menuitem]")]);
  const state = () => part.element.querySelector("[role=status]")?.textContent;
  const press = (/** @type {string} */ key) =>
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const answer = (/** @type {any} */ data, view = sent.at(-1).view) => {
    const file = { view, name: "", mime: "", message: "", content: { buffer: 0, dtype: "uint8", shape: [2] }, ...data };
    model.deliver({ kind: "saved", run: 1, number: -1, data: file }, [Uint8Array.of(97, 98)]);
    part.draw();
  };

  test("the menu has the kinds there are words for, opens with the focus on the first, and the arrows go round", () => {
    expect([menu().hidden, button().getAttribute("aria-expanded")]).toEqual([true, "false"]);
    button().focus();
    button().click(); // what Enter does to a button
    expect([menu().hidden, button().getAttribute("aria-expanded")]).toEqual([false, "true"]);
    expect(items().map((item) => item.querySelector("b")?.textContent)).toEqual(["Page (HTML)", "Picture (PNG)", "Film (GIF)"]);
    const path = ["", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Home", "End"].map((key) => {
      press(key);
      return items().indexOf(/** @type {any} */ (document.activeElement));
    });
    expect(path).toEqual([0, 1, 2, 0, 2, 0, 2]);
  });

  test("the arrows open it at either end", () => {
    for (const [key, at] of /** @type {const} */ ([["ArrowDown", 0], ["ArrowUp", 2]])) {
      button().focus();
      press(key);
      expect(document.activeElement).toBe(items()[at]);
      press("Escape");
    }
  });

  test("Esc closes it, gives the focus back and goes no further; the next one is the explorer's", () => {
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard, { signal: ended.signal });
    button().click();
    press("Escape");
    expect([menu().hidden, document.activeElement, heard.mock.calls.length]).toEqual([true, button(), 0]);
    press("Escape");
    expect(heard).toHaveBeenCalledTimes(1);
  });

  test("a press elsewhere closes it", () => {
    button().click();
    items()[1].dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(menu().hidden).toBe(false);
    document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(menu().hidden).toBe(true);
  });

  test("what is chosen is asked for once, said to be made, and downloaded when it comes", () => {
    button().click();
    items()[1].click();
    part.draw();
    expect([menu().hidden, document.activeElement, state()]).toEqual([true, button(), "making it…"]);
    expect(sent).toEqual([{ kind: "save", what: "png", view: expect.stringMatching(/./) }]);
    button().click();
    expect(menu().hidden).toBe(true); // one at a time
    answer({ name: "denoise-a-fox.png", mime: "image/png" });
    expect(state()).toBe("saved as denoise-a-fox.png");
    expect(downloads).toEqual([{ name: "denoise-a-fox.png", type: "image/png", size: 2 }]);
    button().click();
    expect(menu().hidden).toBe(false);
  });

  test("where there is one kind, a button makes it and opens no menu", () => {
    const { element, draw } = saveButton("html", "Save all as one page", { kit, language: "en", signal: ended.signal }, saver);
    const [only] = element.getElementsByTagName("button");
    only.click();
    draw();
    expect(sent.map(({ what }) => what)).toEqual(["html"]);
    expect([only.getAttribute("aria-disabled"), element.textContent]).toEqual(["true", "making it…Save all as one page"]);
  });

  test("what another view has asked for is not downloaded", () => {
    saver.save("gif");
    answer({ name: "a.gif", mime: "image/gif" }, "another");
    expect([downloads, state()]).toEqual([[], "making it…"]);
  });

  test("why there is no file is said in the language in force, and another can be asked for", () => {
    saver.save("gif");
    answer({ message: { en: "no film", zh: "没有" } });
    expect([state(), downloads, part.element.querySelectorAll(".dx-failed").length]).toEqual(["no film", [], 1]);
    saver.save("png");
    expect(sent.map(({ what }) => what)).toEqual(["gif", "png"]);
  });

  test("what will never come is no longer waited for", () => {
    saver.save("gif");
    saver.forget();
    part.draw();
    expect(state()).toBe("");
    saver.save("png");
    expect(sent).toHaveLength(2);
  });
});
