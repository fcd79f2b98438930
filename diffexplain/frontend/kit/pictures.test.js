import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fitted, galleryGrid, picturePicker, shrunk, spriteStyle } from "./pictures.js";
import { words } from "./text.js";
import { translator } from "./words.js";

const text = words(translator({}, "en")).pictures;
const gallery = { sheet: { url: "data:image/webp;base64,AAAA", width: 36, height: 24 }, columns: 3, side: 12,
  pictures: [0, 1, 2, 3, 4].map((at) => ({ reference: `gallery:${at}`, caption: { en: `thing ${at}`, zh: `东西${at}` } })) };

describe("fitted", () => {
  test("keeps proportions, never enlarges, never vanishes", () => {
    expect(fitted(8000, 4000)).toEqual({ width: 512, height: 256 });
    expect(fitted(100, 50)).toEqual({ width: 100, height: 50 });
    expect(fitted(10000, 1)).toEqual({ width: 512, height: 1 });
  });
});

test("a picture of the sheet is the one at its row and column", () => {
  expect(spriteStyle(gallery, 0).backgroundPosition).toBe("0% 0%");
  expect(spriteStyle(gallery, 4)).toMatchObject({ backgroundPosition: "50% 100%", backgroundSize: "300% 200%" });
});

test("a file that the browser can't read goes as it is, a huge one not at all", async () => {
  expect(
    new Uint8Array(/** @type {ArrayBuffer} */ (await shrunk(/** @type {any} */ ({ size: 3, arrayBuffer: async () =>
      new Uint8Array([1, 2, 3]).buffer })))),
  ).toEqual(new Uint8Array([1, 2, 3]));
  expect(await shrunk(/** @type {any} */ ({ size: 9 * 2 ** 20 }))).toBe(null);
});

describe("the picker", () => {
  /** @type {ReturnType<typeof picturePicker>} */
  let picker;
  /** @type {AbortController} */
  let ended;
  const [picked, drawn, uploaded] = [vi.fn(), vi.fn(), vi.fn()];
  beforeEach(() => {
    [picked, drawn, uploaded].forEach((mock) => mock.mockReset());
    ended = new AbortController();
    HTMLCanvasElement.prototype.getContext = /** @type {any} */ (() => null);
    picker = picturePicker({ label: "Picture", hint: "Which picture", text, language: "zh", gallery, onPick: picked,
      onUpload: uploaded, onDraw: drawn, signal: ended.signal });
    document.body.append(picker.element);
  });
  afterEach(() => {
    ended.abort();
    picker.element.remove();
  });
  const button = () => /** @type {HTMLButtonElement} */ (picker.element.querySelector(".dx-pick"));
  const panel = () => /** @type {HTMLElement} */ (picker.element.querySelector(".dx-popover"));
  const press = (/** @type {string} */ key) =>
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));

  test("shows the chosen picture's caption in the language", () => {
    picker.set("gallery:3");
    expect(button().textContent).toBe("东西3");
    expect(panel().querySelector("[aria-pressed=true]")?.getAttribute("aria-label")).toBe("东西3");
    picker.set("prompt:a fox");
    expect(button().textContent).toBe("a fox");
    picker.set("upload:0123456789ab");
    expect(button().textContent).toBe(text.own);
  });

  test("opens on the chosen picture, walks by arrows, picks, closes and gives the focus back", () => {
    picker.set("gallery:1");
    button().click();
    expect(document.activeElement?.getAttribute("aria-label")).toBe("东西1");
    press("ArrowDown");
    expect(document.activeElement?.getAttribute("aria-label")).toBe("东西4");
    press("ArrowRight"); // there is none
    press("Home");
    press("ArrowRight");
    /** @type {HTMLElement} */ (document.activeElement).click();
    expect(picked.mock.calls).toEqual([["gallery:1"]]);
    expect(panel().hidden).toBe(true);
    expect(document.activeElement).toBe(button());
  });

  test("Escape closes it and goes no further", () => {
    const outer = vi.fn();
    document.body.addEventListener("keydown", outer);
    button().click();
    press("Escape");
    expect(panel().hidden).toBe(true);
    expect(outer).not.toHaveBeenCalled();
    document.body.removeEventListener("keydown", outer);
  });

  test("takes a pasted file, and leaves pasted text alone", async () => {
    const paste = (/** @type {any[]} */ files) =>
      Object.assign(new Event("paste", { bubbles: true, cancelable: true }), { clipboardData: { files } });
    const words = paste([]);
    picker.element.dispatchEvent(words);
    expect(words.defaultPrevented).toBe(false);
    picker.element.dispatchEvent(paste([{ size: 2, arrayBuffer: async () => new ArrayBuffer(2) }]));
    await vi.waitFor(() => expect(uploaded).toHaveBeenCalledOnce());
  });

  test("asks for a drawing only of something", () => {
    const input = /** @type {HTMLInputElement} */ (panel().querySelector("input[type=text]"));
    const draw = /** @type {HTMLButtonElement} */ (panel().querySelector(".dx-ask button"));
    draw.click();
    expect(drawn).not.toHaveBeenCalled();
    input.value = " a fox ";
    draw.click();
    expect(drawn.mock.calls).toEqual([["a fox"]]);
  });
});

test("a grid marks several", () => {
  const grid = galleryGrid({ gallery, language: "en", label: "Gallery", onPick() {} });
  grid.mark(["gallery:0", "gallery:4"]);
  expect([...grid.element.querySelectorAll("[aria-pressed=true]")].map((cell) => cell.getAttribute("aria-label"))).toEqual([
    "thing 0",
    "thing 4",
  ]);
});
