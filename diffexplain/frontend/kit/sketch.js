/** A sketch pad: colours, a brush, take back, clear. By keyboard the arrows move the pen, and space sets it down and lifts it. */

import { h, uniqueId } from "./dom.js";

const SIDE = 256;
const BRUSHES = [6, 16, 40];
const COLOURS =
  /** @type {const} */ (["black", "white", "red", "orange", "yellow", "green", "blue", "purple", "brown", "pink"]);
const PAINT = { black: "#1d1d22", white: "#ffffff", red: "#d3342c", orange: "#f28c28", yellow: "#f6cf3d", green: "#3d9a4b",
  blue: "#2f6fd0", purple: "#7d4bc0", brown: "#8a5a34", pink: "#ef8fb4" };
const MOST_STROKES_BACK = 20;

/** @param {HTMLCanvasElement} canvas @returns {Promise<ArrayBuffer>} */
export const pngOf = (canvas) =>
  new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob ? done(blob.arrayBuffer()) : failed(new Error("no PNG"))), "image/png")
  );

/**
 * @param {object} options
 * @param {ReturnType<typeof import("./text.js").words>["pictures"]["sketch"]} options.text
 * @param {(png: ArrayBuffer) => void} options.onDone  256 x 256
 */
export function sketchPad({ text, onDone }) {
  let colour = /** @type {typeof COLOURS[number]} */ ("black");
  let brush = BRUSHES[1];
  let pen = { x: SIDE / 2, y: SIDE / 2, down: false };
  /** @type {ImageData[]} */
  const before = [];
  const canvas = h("canvas", { width: SIDE, height: SIDE, class: "dx-paper", tabIndex: 0, role: "application",
    "aria-label": text.pad });
  const cursor = h("span", { class: "dx-pen", hidden: true });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  const name = uniqueId("sketch");

  const keep = () => {
    before.push(context.getImageData(0, 0, SIDE, SIDE));
    if (before.length > MOST_STROKES_BACK) before.shift();
  };
  const fill = () => {
    context.fillStyle = PAINT.white;
    context.fillRect(0, 0, SIDE, SIDE);
  };
  const line = (/** @type {{ x: number, y: number }} */ from, /** @type {{ x: number, y: number }} */ to) => {
    Object.assign(context, { strokeStyle: PAINT[colour], lineWidth: brush, lineCap: "round", lineJoin: "round" });
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y + 0.01); // a line without length leaves nothing
    context.stroke();
  };
  const positionOf = (/** @type {PointerEvent} */ event) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return { x: ((event.clientX - left) * SIDE) / width, y: ((event.clientY - top) * SIDE) / height };
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture?.(event.pointerId);
    keep();
    pen = { ...positionOf(event), down: false };
    line(pen, pen);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!(event.buttons & 1)) return;
    const to = positionOf(event);
    line(pen, to);
    pen = { ...to, down: false };
  });
  canvas.addEventListener("keydown", (event) => {
    const far = Math.max(4, brush / 2);
    const moves =
      /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far],
        ArrowDown: [0, far], " ": [0, 0] });
    if (!(event.key in moves)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === " ") {
      if (!pen.down) keep();
      pen.down = !pen.down;
    }
    const [dx, dy] = moves[event.key];
    const to = { x: Math.max(0, Math.min(SIDE, pen.x + dx)), y: Math.max(0, Math.min(SIDE, pen.y + dy)) };
    if (pen.down) line(pen, to);
    pen = { ...to, down: pen.down };
    cursor.hidden = false;
    cursor.style.left = `${(100 * pen.x) / SIDE}%`;
    cursor.style.top = `${(100 * pen.y) / SIDE}%`;
    cursor.classList.toggle("dx-down", pen.down);
  });
  canvas.addEventListener("blur", () => {
    cursor.hidden = true;
    pen.down = false;
  });

  /** @param {string} group @param {string} words @param {boolean} checked @param {() => void} choose @param {Partial<CSSStyleDeclaration>} style */
  const dot = (group, words, checked, choose, style) => {
    const input = h("input", { type: "radio", name: `${name}-${group}`, checked, "aria-label": words, title: words,
      class: "dx-dot-choice", onchange: choose });
    Object.assign(input.style, style);
    return input;
  };
  const colours = COLOURS.map((one) =>
    dot("colour", text.colours[one], one === colour, () => (colour = one), { backgroundColor: PAINT[one] })
  );
  const brushes = BRUSHES.map((size, at) =>
    dot("brush", text.brushes[at], size === brush, () => (brush = size), { backgroundSize: `${6 + 5 * at}px ${6 + 5 * at}px` })
  );
  const button = (/** @type {string} */ words, /** @type {() => void} */ onclick, kind = "") =>
    h("button", { type: "button", class: `dx-button ${kind}`, onclick }, words);
  const element = h("div", { class: "dx-sketch" }, h("span", { class: "dx-sheet" }, canvas, cursor),
    h("div", { class: "dx-tools" },
      h("div", { class: "dx-swatches", role: "radiogroup", "aria-label": text.colour }, ...colours),
      h("div", { class: "dx-swatches dx-brushes", role: "radiogroup", "aria-label": text.brush }, ...brushes),
      button(text.back, () => {
        const last = before.pop();
        if (last) context.putImageData(last, 0, 0);
      }), button(text.clear, () => {
        keep();
        fill();
      }), button(text.use, async () => onDone(await pngOf(canvas)), "dx-primary")));
  if (context) fill(); // a page without canvases (a test) has none
  return { element };
}
