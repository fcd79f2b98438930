/**
 * Thousands of points on a canvas, as thumbnails where there is room and as dots elsewhere: pan, zoom, hover, pick, lasso.
 * It takes plain data and gives plain events. What else is to be seen on it, the view paints in `over`.
 *
 * @typedef {import("./plane.js").View} View
 * @typedef {{ image: CanvasImageSource, columns: number, tile: number, count: number }} Sheet  the first `count` points have a picture on it
 * @typedef {{ text: string, x: number, y: number }} Label  in data, the important ones first
 *
 * @typedef {object} Cloud
 * @property {Float32Array} points  x and y by turns
 * @property {Uint8Array} groups  index into the colours; 255 for none
 * @property {string[]} colours  the last one is that of no group
 * @property {Uint8Array} shapes  0 a disc, 1 a ring
 * @property {Uint8Array | null} faded  1 for those that are filtered out
 * @property {Sheet | null} sheet
 * @property {Label[]} labels
 * @property {{ ink: string, paper: string, soft: string }} theme
 */

import { quadtree } from "d3-quadtree";
import { h } from "./dom.js";
import { declutter, fitView, inside, project, shuffled, uncrowded, unproject, zoomAt } from "./plane.js";

const DOT = 3; // radius in pixels
const THUMB = [24, 60]; // side in pixels, at the widest view and close by
const ZOOM = [0.6, 60]; // of the view that shows all
const REACH = 14; // pixels from a point at which it is still meant
const CLICK = 4; // pixels that a hand may tremble between press and release
const KEY_PAN = 60;
const MOVE_MS = 260;

/**
 * @param {object} options
 * @param {string} options.label  for screen readers
 * @param {(index: number | null, place: [number, number]) => void} options.onHover
 * @param {(index: number | null) => void} options.onPick
 * @param {(indices: number[]) => void} options.onLasso
 * @param {(context: CanvasRenderingContext2D, place: (x: number, y: number) => [number, number], hovered: number | null) => void} options.over
 * @param {AbortSignal} options.signal
 */
export function scatter({ label, onHover, onPick, onLasso, over, signal }) {
  const base = h("canvas", { class: "dx-scatter-points" });
  const top = h("canvas", { class: "dx-scatter-over" });
  const element = h("div", { class: "dx-scatter", tabIndex: 0, role: "application", "aria-label": label }, base, top);

  /** @type {Cloud | null} */
  let cloud = null;
  /** @type {View} */
  let view = { scale: 1, x: 0, y: 0 };
  let home = view;
  let [width, height] = [0, 0];
  let shown = /** @type {{ scale: number, size: number, large: number[], small: Uint8Array } | null} */ (null);
  let tree = /** @type {import("d3-quadtree").Quadtree<number> | null} */ (null);
  let order = new Uint32Array();
  let sprites = /** @type {HTMLCanvasElement[]} */ ([]);
  const plates = /** @type {Map<string, HTMLCanvasElement>} */ (new Map());
  let hovered = /** @type {number | null} */ (null);
  let lassoing = false;
  let line = /** @type {number[]} */ ([]);
  let frame = 0;
  let stale = { base: false, top: false };
  let moving = /** @type {((now: number) => void) | null} */ (null);
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const density = () => Math.min(2, window.devicePixelRatio || 1);

  // drawing

  function ask(/** @type {boolean} */ all = true) {
    stale = { base: stale.base || all, top: true };
    if (!frame) frame = requestAnimationFrame(draw);
  }

  function draw(/** @type {number} */ now) {
    frame = 0;
    moving?.(now);
    if (!cloud || !width) return;
    const due = stale;
    stale = { base: false, top: false };
    if (due.base) drawBase(cloud);
    if (due.top) drawTop();
    if (moving) ask();
  }

  /** @param {HTMLCanvasElement} canvas */
  function clean(canvas) {
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.setTransform(density(), 0, 0, density(), 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  function drawBase(/** @type {Cloud} */ { points, groups, colours, shapes, faded, sheet, labels, theme }) {
    const context = clean(base);
    const { large, small, size } = crowd();
    const none = colours.length - 1;
    const half = sprites.length ? sprites[0].width / (2 * density()) : 0;
    const side = 2 * half;
    for (const dim of faded ? [1, 0] : [0]) {
      context.globalAlpha = dim ? 0.12 : 1;
      for (let at = 0; at < small.length; at += 1) {
        if (!small[at] || (faded && faded[at] !== dim)) continue;
        const x = points[2 * at] * view.scale + view.x;
        const y = view.y - points[2 * at + 1] * view.scale;
        if (x < -half || y < -half || x > width + half || y > height + half) continue;
        context.drawImage(sprites[2 * Math.min(groups[at], none) + shapes[at]], x - half, y - half, side, side);
      }
    }
    context.globalAlpha = 1;
    if (sheet) {
      for (let place = large.length - 1; place >= 0; place -= 1) { // the first of the order lie on top
        const at = large[place];
        const x = Math.round(points[2 * at] * view.scale + view.x - size / 2);
        const y = Math.round(view.y - points[2 * at + 1] * view.scale - size / 2);
        if (x < -size || y < -size || x > width || y > height) continue;
        context.fillStyle = colours[Math.min(groups[at], none)];
        context.fillRect(x - 2, y - 2, size + 4, size + 4);
        drawThumb(context, at, x, y, size);
      }
    }
    drawLabels(context, labels, theme);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} at @param {number} x @param {number} y @param {number} size */
  function drawThumb(context, at, x, y, size) {
    const sheet = cloud?.sheet;
    if (!sheet || at >= sheet.count) return;
    const { image, columns, tile } = sheet;
    context.drawImage(image, (at % columns) * tile, Math.floor(at / columns) * tile, tile, tile, x, y, size, size);
  }

  /** @param {CanvasRenderingContext2D} context @param {Label[]} labels @param {Cloud["theme"]} theme */
  function drawLabels(context, labels, theme) {
    const all = labels.map(({ text, x, y }) => {
      const [sx, sy] = project(view, x, y);
      const plate = plateOf(text, theme);
      return { x: sx, y: sy, width: plate.width / density(), height: plate.height / density(), plate };
    });
    const boxes = all.filter((box) => box.x > -box.width && box.y > 0 && box.x < width + box.width && box.y < height);
    for (const at of uncrowded(boxes.map((box) => ({ ...box, height: box.height + 14, width: box.width + 10 })))) {
      const box = boxes[at];
      context.drawImage(box.plate, Math.round(box.x - box.width / 2), Math.round(box.y - box.height / 2), box.width, box.height);
    }
  }

  /** A word with an edge of paper around it, painted once. @param {string} text @param {Cloud["theme"]} theme */
  function plateOf(text, theme) {
    const known = plates.get(text);
    if (known) return known;
    const plate = h("canvas", {});
    const context = /** @type {CanvasRenderingContext2D} */ (plate.getContext("2d"));
    const font = `600 12px ${getComputedStyle(element).fontFamily || "sans-serif"}`;
    context.font = font;
    plate.width = Math.ceil((context.measureText(text).width + 12) * density());
    plate.height = Math.ceil(20 * density());
    context.scale(density(), density());
    Object.assign(context, { font, textBaseline: "middle", lineJoin: "round", lineWidth: 4, strokeStyle: theme.paper, fillStyle: theme.ink });
    context.globalAlpha = 0.9;
    context.strokeText(text, 6, 10);
    context.globalAlpha = 1;
    context.fillText(text, 6, 10);
    plates.set(text, plate);
    return plate;
  }

  function drawTop() {
    const context = clean(top);
    over(context, (x, y) => project(view, x, y), hovered);
    if (line.length < 4 || !cloud) return;
    context.beginPath();
    for (let at = 0; at < line.length; at += 2) context.lineTo(line[at], line[at + 1]);
    context.closePath();
    Object.assign(context, { fillStyle: `color-mix(in srgb, ${cloud.theme.ink} 10%, transparent)`, strokeStyle: cloud.theme.ink, lineWidth: 1.5 });
    context.setLineDash([5, 4]);
    context.fill();
    context.stroke();
    context.setLineDash([]);
  }

  /** Which points are thumbnails at this scale and which are dots. */
  function crowd() {
    if (shown && shown.scale === view.scale) return shown;
    const { points, sheet, faded } = /** @type {Cloud} */ (cloud);
    const size = Math.round(Math.max(THUMB[0], Math.min(THUMB[1], THUMB[0] * Math.sqrt(view.scale / home.scale))));
    const small = new Uint8Array(points.length / 2).fill(1);
    const large = sheet ? declutter(points, view.scale, size + 1, pictures(sheet, faded)) : [];
    for (const at of large) small[at] = 0;
    shown = { scale: view.scale, size, large, small };
    return shown;
  }

  /** @param {Sheet} sheet @param {Uint8Array | null} faded */
  function* pictures(sheet, faded) {
    for (const at of order) if (at < sheet.count && !faded?.[at]) yield at;
  }

  function makeSprites() {
    const { colours, theme } = /** @type {Cloud} */ (cloud);
    const radius = DOT * density();
    const side = Math.ceil(2 * radius + 4 * density());
    sprites = colours.flatMap((colour) => [0, 1].map((shape) => {
      const sprite = h("canvas", { width: side, height: side });
      const context = /** @type {CanvasRenderingContext2D} */ (sprite.getContext("2d"));
      if (!context) return sprite;
      context.beginPath();
      context.arc(side / 2, side / 2, shape ? radius * 0.8 : radius, 0, 2 * Math.PI);
      Object.assign(context, { fillStyle: shape ? theme.paper : colour, strokeStyle: shape ? colour : theme.paper, lineWidth: (shape ? 1.7 : 1) * density() });
      context.fill();
      context.stroke();
      return sprite;
    }));
    plates.clear();
  }

  // moving

  /** @param {View} next */
  function show(next) {
    const scale = Math.max(ZOOM[0] * home.scale, Math.min(ZOOM[1] * home.scale, next.scale));
    view = scale === next.scale ? next : zoomAt(next, scale / next.scale, width / 2, height / 2);
    hover(null, [0, 0]);
    ask();
  }

  /** @param {View} next */
  function glide(next) {
    if (still()) return show(next);
    hover(null, [0, 0]);
    const from = view;
    let begun = 0;
    moving = (now) => {
      begun ||= now;
      const share = Math.min(1, (now - begun) / MOVE_MS);
      const eased = 1 - (1 - share) ** 3;
      const scale = from.scale * (next.scale / from.scale) ** eased;
      const mix = Math.abs(next.scale - from.scale) < 1e-9 ? eased : (scale - from.scale) / (next.scale - from.scale);
      view = { scale, x: from.x + (next.x - from.x) * mix, y: from.y + (next.y - from.y) * mix };
      if (share === 1) moving = null;
      stale.base = true;
    };
    ask();
  }

  /** Points wander from where they were to where they are now. @param {Float32Array} from @param {Float32Array} to @param {View} target */
  function wander(from, to, target) {
    hover(null, [0, 0]);
    const start = view;
    const between = from.slice();
    let begun = 0;
    moving = (now) => {
      begun ||= now;
      const share = Math.min(1, (now - begun) / (2 * MOVE_MS));
      const eased = share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) ** 2;
      // in pixels: the two maps have scales of their own
      const scale = start.scale ** (1 - eased) * target.scale ** eased;
      for (let at = 0; at < to.length; at += 2) {
        const x = (from[at] * start.scale + start.x) * (1 - eased) + (to[at] * target.scale + target.x) * eased;
        const y = (start.y - from[at + 1] * start.scale) * (1 - eased) + (target.y - to[at + 1] * target.scale) * eased;
        [between[at], between[at + 1]] = [(x - target.x) / scale, (target.y - y) / scale];
      }
      view = { scale, x: target.x, y: target.y };
      if (cloud) cloud = { ...cloud, points: share === 1 ? to : between };
      shown = null;
      if (share === 1) {
        view = target;
        moving = null;
      }
      stale.base = true;
    };
    ask();
  }

  const zoom = (/** @type {number} */ factor) => glide(zoomAt(view, clamp(factor), width / 2, height / 2));
  const clamp = (/** @type {number} */ factor) => Math.max(ZOOM[0] * home.scale, Math.min(ZOOM[1] * home.scale, view.scale * factor)) / view.scale;
  const fit = () => glide(home);
  const pan = (/** @type {number} */ x, /** @type {number} */ y) => show({ ...view, x: view.x + x, y: view.y + y });

  // pointers

  /** The point under a place on the screen. @param {number} sx @param {number} sy */
  function pointAt(sx, sy) {
    if (!cloud || !tree || moving) return null;
    const { large, size } = crowd();
    const { points } = cloud;
    for (const at of large) {
      const [x, y] = project(view, points[2 * at], points[2 * at + 1]);
      if (Math.abs(x - sx) <= size / 2 + 2 && Math.abs(y - sy) <= size / 2 + 2) return at;
    }
    const [x, y] = unproject(view, sx, sy);
    const found = tree.find(x, y, REACH / view.scale);
    return found === undefined || cloud.faded?.[found] ? null : found;
  }

  const pointers = /** @type {Map<number, [number, number]>} */ (new Map());
  let pressed = /** @type {[number, number] | null} */ (null);
  let drawing = false;
  const place = (/** @type {MouseEvent} */ event) => {
    const box = element.getBoundingClientRect();
    return /** @type {[number, number]} */ ([event.clientX - box.left, event.clientY - box.top]);
  };
  const hover = (/** @type {number | null} */ at, /** @type {[number, number]} */ where) => {
    if (at === hovered) return;
    hovered = at;
    element.style.cursor = at === null ? "" : "pointer";
    onHover(at, where);
    ask(false);
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture?.(event.pointerId);
    element.classList.add("dx-by-hand");
    pointers.set(event.pointerId, place(event));
    pressed = pointers.size === 1 ? place(event) : null;
    drawing = pointers.size === 1 && (lassoing || event.shiftKey);
    line = drawing ? [...place(event)] : [];
  });
  element.addEventListener("pointermove", (event) => {
    const here = place(event);
    const before = pointers.get(event.pointerId);
    if (!before) return hover(pointAt(...here), here);
    if (drawing) {
      line.push(...here);
      return ask(false);
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const far = (/** @type {[number, number]} */ a) => Math.hypot(a[0] - other[0], a[1] - other[1]) || 1;
      const middle = /** @type {[number, number]} */ ([(here[0] + other[0]) / 2, (here[1] + other[1]) / 2]);
      show(zoomAt(view, clamp(far(here) / far(before)), ...middle));
    } else if (!pressed || Math.hypot(here[0] - pressed[0], here[1] - pressed[1]) > CLICK) {
      if (pressed) pan(here[0] - pressed[0], here[1] - pressed[1]);
      else pan(here[0] - before[0], here[1] - before[1]);
      pressed = null;
    } else return;
    pointers.set(event.pointerId, here);
  });
  const release = (/** @type {PointerEvent} */ event) => {
    if (!pointers.delete(event.pointerId)) return;
    if (drawing) {
      const held = line.length > 8 && cloud ? held_by(line, cloud) : [];
      [drawing, line] = [false, []];
      onLasso(held);
      return ask(false);
    }
    if (pressed && event.type === "pointerup") onPick(pointAt(...pressed));
    pressed = null;
  };
  element.addEventListener("pointerup", release);
  element.addEventListener("pointercancel", release);
  element.addEventListener("pointerleave", (event) => pointers.size || hover(null, place(event)));
  element.addEventListener("wheel", (event) => {
    if (event.deltaY > 0 && view.scale <= home.scale * 1.001 && !event.ctrlKey) return; // all is seen: the page may scroll on
    event.preventDefault();
    const step = event.deltaY * (event.deltaMode === 1 ? 24 : 1);
    moving = null;
    show(zoomAt(view, clamp(Math.exp(-step * (event.ctrlKey ? 0.01 : 0.0022))), ...place(event)));
  }, { passive: false });
  element.addEventListener("dblclick", (event) => glide(zoomAt(view, clamp(2), ...place(event))));

  /** @param {number[]} outline @param {Cloud} within */
  function held_by(outline, { points, faded }) {
    const held = [];
    for (let at = 0; at < points.length / 2; at += 1) {
      if (!faded?.[at] && inside(outline, ...project(view, points[2 * at], points[2 * at + 1]))) held.push(at);
    }
    return held;
  }

  // size

  const observer = new ResizeObserver(() => {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height) return;
    const whole = view === home || !width;
    const [dx, dy] = [(box.width - width) / 2, (box.height - height) / 2];
    [width, height] = [box.width, box.height];
    for (const canvas of [base, top]) Object.assign(canvas, { width: Math.round(width * density()), height: Math.round(height * density()) });
    if (cloud) home = fitView(cloud.points, width, height);
    view = whole ? home : { ...view, x: view.x + dx, y: view.y + dy };
    shown = null;
    ask();
  });
  observer.observe(element);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  });

  return {
    element,
    zoom,
    fit,
    /** Draws what `over` paints once more. */
    refresh: () => ask(false),
    thumb: drawThumb,
    /** Whether a drag draws a lasso. @param {boolean} on */
    lasso(on) {
      lassoing = on;
      element.classList.toggle("dx-lassoing", on);
    },
    /** Moves a point into the middle, close enough to see what is around it. @param {number} x @param {number} y */
    centre(x, y) {
      const scale = Math.max(view.scale, 3 * home.scale);
      glide({ scale, x: width / 2 - x * scale, y: height / 2 + y * scale });
    },
    /** Makes sure that a place can be seen. @param {number} x @param {number} y */
    reveal(x, y) {
      const [sx, sy] = project(view, x, y);
      if (sx < 40 || sy < 40 || sx > width - 40 || sy > height - 40) glide({ ...view, x: view.x + width / 2 - sx, y: view.y + height / 2 - sy });
    },
    /** What a key does to the view; true when it is ours. @param {string} key */
    key(key) {
      const actions = /** @type {Record<string, () => void>} */ ({
        "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), "0": fit,
        ArrowLeft: () => pan(KEY_PAN, 0), ArrowRight: () => pan(-KEY_PAN, 0), ArrowUp: () => pan(0, KEY_PAN), ArrowDown: () => pan(0, -KEY_PAN),
        Enter: () => onPick(pointAt(width / 2, height / 2) ?? nearestToMiddle()),
      });
      if (!(key in actions)) return false;
      element.classList.remove("dx-by-hand");
      actions[key]();
      return true;
    },
    /** @param {Cloud} next */
    set(next) {
      const before = cloud;
      const target = width ? fitView(next.points, width, height) : home;
      const moved = before && before.points !== next.points && before.points.length === next.points.length;
      const reach = order.length !== next.points.length / 2;
      cloud = next;
      if (reach) order = shuffled(next.points.length / 2);
      if (!before || before.colours !== next.colours || before.theme !== next.theme) makeSprites();
      if (!before || before.points !== next.points) {
        tree = quadtree(/** @type {number[]} */ ([]), (at) => next.points[2 * at], (at) => next.points[2 * at + 1]);
        tree.addAll(Array.from({ length: next.points.length / 2 }, (_, at) => at));
        home = target;
        if (moved && !still()) {
          cloud = { ...next, points: before.points };
          wander(before.points, next.points, target);
        } else view = home;
      }
      shown = null;
      ask();
    },
    /** For a measurement: the time that the points take to draw, in ms. */
    cost() {
      const begun = performance.now();
      if (cloud) drawBase(cloud);
      return performance.now() - begun;
    },
  };

  function nearestToMiddle() {
    if (!tree) return null;
    const found = tree.find(...unproject(view, width / 2, height / 2));
    return found ?? null;
  }
}
