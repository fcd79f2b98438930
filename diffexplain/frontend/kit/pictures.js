/**
 * A picture to choose: from the gallery, from a file (also dropped or pasted), from a sketch pad, or drawn by the model.
 * It opens under a button; every way into it can be gone by keyboard.
 *
 * @typedef {object} Gallery  as `explorers/gallery_sheet.py` offers it
 * @property {{ url: string, width: number, height: number }} sheet  pictures row by row, without gaps
 * @property {number} columns
 * @property {number} side  of a picture on the sheet, in pixels
 * @property {{ reference: string, caption: Record<string, string> }[]} pictures
 */

import { h, setText, show, uniqueId } from "./dom.js";
import { popover } from "./popover.js";
import { pngOf, sketchPad } from "./sketch.js";
import { spoken } from "./words.js";

/** What a page sends at most: the socket drops messages above 10 MiB. */
const MOST_BYTES = 8 * 2 ** 20;
const LONGEST_SIDE = 512;

/**
 * The size of a picture scaled down, never up, to a longest side.
 * @param {number} width
 * @param {number} height
 * @param {number} [longest]
 */
export function fitted(width, height, longest = LONGEST_SIDE) {
  const share = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/**
 * A file as PNG of at most 512 pixels a side. What the browser can't read goes as it is: Python may know it, or says what is wrong.
 * @param {Blob} file
 * @returns {Promise<ArrayBuffer | null>}  null where it is too large to send
 */
export async function shrunk(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const { width, height } = fitted(bitmap.width, bitmap.height);
    const canvas = h("canvas", { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    return await pngOf(canvas);
  } catch {
    return file.size > MOST_BYTES ? null : file.arrayBuffer();
  }
}

/** Style of one picture of the sheet at any size; the element's width decides. @param {Gallery} gallery @param {number} at */
export function spriteStyle({ sheet, columns, side }, at) {
  const rows = Math.round(sheet.height / side);
  const share = (/** @type {number} */ index, /** @type {number} */ count) => (count > 1 ? (100 * index) / (count - 1) : 0);
  return { backgroundImage: `url("${sheet.url}")`, backgroundSize: `${100 * columns}% ${100 * rows}%`,
    backgroundPosition: `${share(at % columns, columns)}% ${share(Math.floor(at / columns), rows)}%` };
}

/**
 * The gallery as a grid of thumbnails: arrows move, Enter picks.
 * @param {{ gallery: Gallery, language: string, label: string, onPick: (reference: string) => void }} options
 */
export function galleryGrid({ gallery, language, label, onPick }) {
  const { columns, pictures } = gallery;
  const cells = pictures.map(({ reference, caption }, at) => {
    const words = spoken(caption, language);
    const cell = h("button", { type: "button", class: "dx-thumb", title: words, "aria-label": words, "aria-pressed": "false",
      tabIndex: at === 0 ? 0 : -1, onclick: () => onPick(reference) });
    Object.assign(cell.style, spriteStyle(gallery, at));
    return cell;
  });
  const element = h("div", { class: "dx-gallery", role: "group", "aria-label": label }, ...cells);
  element.style.setProperty("--columns", String(columns));
  const stop = (/** @type {number} */ at) => cells.forEach((cell, other) => (cell.tabIndex = other === at ? 0 : -1));
  element.addEventListener("keydown", (event) => {
    const here = cells.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const moves =
      /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -here,
        End: cells.length - 1 - here });
    if (here < 0 || !(event.key in moves)) return;
    const to = Math.max(0, Math.min(cells.length - 1, here + moves[event.key]));
    stop(to);
    cells[to].focus();
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    element,
    focus: () => cells.find((cell) => cell.tabIndex === 0)?.focus(),
    /** Marks the pictures of these references. @param {string[]} references */
    mark(references) {
      pictures.forEach(({ reference }, at) => cells[at].setAttribute("aria-pressed", String(references.includes(reference))));
      const first = pictures.findIndex(({ reference }) => references.includes(reference));
      if (first >= 0) stop(first);
    },
  };
}

/**
 * A control for a bar: `set` takes a reference, `showPicture` the picture it stands for.
 * @param {object} options
 * @param {string} options.label
 * @param {string} options.hint
 * @param {ReturnType<typeof import("./text.js").words>["pictures"]} options.text
 * @param {string} options.language
 * @param {Gallery | null} options.gallery
 * @param {(reference: string) => void} options.onPick  a picture of the gallery
 * @param {(bytes: ArrayBuffer) => void} options.onUpload  a picture file; also what was sketched
 * @param {((prompt: string) => void) | null} [options.onDraw]  the model shall draw this
 * @param {boolean} [options.sketch]  offer the sketch pad
 * @param {boolean} [options.stays]  stays open after a choice, for a view that takes several
 * @param {AbortSignal} options.signal  ends with the view
 * @param {string} [options.none]  what the button says while nothing is chosen
 * @param {string} [options.name]  what the button says where it does not say what is chosen
 */
export function picturePicker(
  { label, hint, text, language, gallery, onPick, onUpload, onDraw = null, sketch = true, stays = false, none = "",
    name: fixed = "", signal },
) {
  const thumb = h("span", { class: "dx-thumb", "aria-hidden": "true", hidden: fixed !== "" });
  const name = h("span", { class: "dx-picked" }, fixed || label);
  const note = h("span", { class: "dx-refused", role: "alert" });
  const button = h("button", { type: "button", class: "dx-pick", title: hint }, thumb, name);
  const file = h("input", { type: "file", accept: "image/*", multiple: stays, hidden: true,
    onchange: () => takeAll([...(file.files ?? [])]) });
  const grid = gallery && galleryGrid({ gallery, language, label: text.gallery, onPick: (reference) => {
    onPick(reference);
    if (!stays) over.close();
  } });
  const pad = sketch
    ? sketchPad({ text: text.sketch, onDone: (bytes) => {
      onUpload(bytes);
      if (!stays) over.close();
    } })
    : null;
  const padButton = pad
    && h("button", { type: "button", class: "dx-button", "aria-expanded": "false", onclick: () =>
      showPad(/** @type {any} */ (pad).element.hidden) }, text.sketch.open);
  const upload = h("button", { type: "button", class: "dx-button", onclick: () => file.click() }, text.upload);
  const prompt = h("input", { type: "text", "aria-label": text.prompt, placeholder: text.prompt, maxLength: 500,
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" && !event.isComposing) draw();
    } });
  const draw = () => {
    if (!prompt.value.trim()) return prompt.focus();
    onDraw?.(prompt.value.trim());
    if (!stays) over.close();
  };
  const ask = onDraw
    && h("div", { class: "dx-ask" }, prompt, h("button", { type: "button", class: "dx-button", onclick: draw }, text.draw));
  const panel = h("div", { class: "dx-popover", id: uniqueId("picture"), role: "dialog", "aria-label": label, hidden: true },
    grid?.element, pad?.element, h("div", { class: "dx-ways" }, upload, padButton, h("small", {}, text.drop)), ask, file);
  const element = h("div", { class: "dx-field dx-picture" }, h("label", { "aria-hidden": "true" }, label), button, note, panel);

  const over = popover(panel, { signal, focus: () => (grid ? grid.focus() : upload.focus()), after: () => showPad(false) });
  over.opens(button);

  function showPad(/** @type {boolean} */ opened) {
    if (!pad || !padButton) return;
    show(opened, pad.element);
    if (grid) show(!opened, grid.element);
    padButton.setAttribute("aria-expanded", String(opened));
    setText(padButton, opened && grid ? text.sketch.close : text.sketch.open);
  }
  async function take(/** @type {Blob} */ blob) {
    const bytes = await shrunk(blob);
    file.value = "";
    setText(note, bytes ? "" : text.tooLarge);
    if (!bytes) return;
    onUpload(bytes);
    if (!stays) over.close();
  }
  /** All of several, one after the other, where several can be taken. @param {Blob[]} blobs */
  async function takeAll(blobs) {
    for (const blob of stays ? blobs : blobs.slice(0, 1)) await take(blob);
  }
  showPad(false);

  const files = (/** @type {DataTransfer | null} */ transfer) => [...(transfer?.files ?? [])];
  const hovered = (/** @type {boolean} */ there) => element.classList.toggle("dx-over", there);
  element.addEventListener("dragover", (event) => {
    event.preventDefault();
    hovered(!button.disabled);
  });
  element.addEventListener("dragleave", () => hovered(false));
  for (const [kind, transferOf]
    of /** @type {[string, (event: any) => DataTransfer | null][]} */ ([["drop", (event) => event.dataTransfer], ["paste",
      (event) => event.clipboardData]]))
  {
    element.addEventListener(kind, (event) => {
      hovered(false);
      const given = files(transferOf(event));
      if (!given.length && kind === "paste") return; // text into the prompt
      event.preventDefault();
      event.stopPropagation();
      if (!button.disabled) takeAll(given);
    });
  }

  return {
    element,
    /** @param {string | string[]} value  reference of what is chosen, or several */
    set(value) {
      const references = Array.isArray(value) ? value : [value];
      grid?.mark(references);
      if (fixed) return;
      const at = gallery?.pictures.findIndex(({ reference }) => reference === references[0]) ?? -1;
      if (gallery && at >= 0) {
        Object.assign(thumb.style, spriteStyle(gallery, at));
        setText(name, spoken(gallery.pictures[at].caption, language));
      } else if (!references[0]) {
        thumb.style.backgroundImage = "";
        setText(name, none || label);
      } else setText(name,
          references[0]?.startsWith("prompt:")
            ? references[0].slice("prompt:".length)
            : references[0]?.startsWith("gallery:")
            ? references[0]
            : text.own);
      name.title = name.textContent ?? ""; // whole, where it is cut off
    },
    /** The picture that an upload or a drawing stands for. @param {{ url: string }} picture */
    showPicture: ({ url }) =>
      void Object.assign(thumb.style, { backgroundImage: `url("${url}")`, backgroundSize: "cover",
        backgroundPosition: "center" }),
    /** @param {string} why */
    refuse: (why) => setText(note, why),
    /** @param {string} why */
    disable(why) {
      button.disabled = true;
      element.title = why;
    },
  };
}
