/**
 * Thousands of points on a canvas, as thumbnails where there is room and as dots elsewhere: pan, zoom, hover, pick, lasso.
 * It takes plain data and gives plain events. What else is to be seen on it, the view paints in `over`.
 *
 * @typedef {import("./plane.js").View} View
 * @typedef {import("./cloud.js").Sheet} Sheet
 * @typedef {import("./cloud.js").Label} Label
 * @typedef {import("./cloud.js").Cloud} Cloud
 */

import { quadtree } from "d3-quadtree";
import { cloudPainter, density } from "./cloud.js";
import { h } from "./dom.js";
import { gestures } from "./gestures.js";
import { placing } from "./placing.js";
import { declutter, fitView, inside, project, shuffled, unproject, zoomAt } from "./plane.js";

const THUMB = [24, 60]; // side in pixels, at the widest view and close by
const ZOOM = [0.6, 60]; // of the view that shows all
const REACH = 14; // pixels from a point at which it is still meant
const KEY_PAN = 60;
const MOVE_MS = 260;

/**
 * @param {object} options
 * @param {string} options.label  for screen readers
 * @param {(index: number | null, position: [number, number]) => void} options.onHover
 * @param {(index: number | null) => void} options.onPick
 * @param {(indices: number[]) => void} options.onLasso
 * @param {(context: CanvasRenderingContext2D, positionOf: (x: number, y: number) => [number, number], hovered: number | null, places: import("./placing.js").Placing) => void} options.over  before the names, which keep clear of what it places
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
  let shown = /** @type {import("./cloud.js").Crowd | null} */ (null);
  let tree = /** @type {import("d3-quadtree").Quadtree<number> | null} */ (null);
  let order = new Uint32Array();
  const painter = cloudPainter(element);
  let hovered = /** @type {number | null} */ (null);
  let lassoing = false;
  let line = /** @type {number[]} */ ([]);
  let covers = /** @type {Element[]} */ ([]);
  let frame = 0;
  let stale = { base: false, top: false };
  let moving = /** @type {((now: number) => void) | null} */ (null);
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

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

  const drawBase = (/** @type {Cloud} */ now) => painter.draw(clean(base), now, view, crowd(), width, height);

  function drawTop() {
    const context = clean(top);
    const places = placing(width, height, above());
    over(context, (x, y) => project(view, x, y), hovered, places);
    if (cloud) painter.drawNames(context, cloud, view, places);
    if (line.length < 4 || !cloud) return;
    context.beginPath();
    for (let at = 0; at < line.length; at += 2) context.lineTo(line[at], line[at + 1]);
    context.closePath();
    Object.assign(context, { fillStyle: `color-mix(in srgb, ${cloud.theme.ink} 10%, transparent)`, strokeStyle: cloud.theme.ink,
      lineWidth: 1.5 });
    context.setLineDash([5, 4]);
    context.fill();
    context.stroke();
    context.setLineDash([]);
  }

  /** What the page has laid over the plot for good, such as its tools. */
  function above() {
    const { left, top } = element.getBoundingClientRect();
    return covers.map((each) => each.getBoundingClientRect()).map((box) => ({ x: box.left - left + box.width / 2,
      y: box.top - top + box.height / 2, width: box.width + 8, height: box.height + 8 })
    );
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

  // moving

  /** @param {View} next */
  function show(next) {
    const scale = Math.max(ZOOM[0] * home.scale, Math.min(ZOOM[1] * home.scale, next.scale));
    view = scale === next.scale ? next : zoomAt(next, scale / next.scale, width / 2, height / 2);
    hover(null);
    ask();
  }

  /** @param {View} next */
  function glide(next) {
    if (still()) return show(next);
    hover(null);
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
    hover(null);
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
  const clamp = (/** @type {number} */ factor) =>
    Math.max(ZOOM[0] * home.scale, Math.min(ZOOM[1] * home.scale, view.scale * factor)) / view.scale;
  const fit = () => glide(home);
  const pan = (/** @type {number} */ x, /** @type {number} */ y) => show({ ...view, x: view.x + x, y: view.y + y });

  // pointers

  /** Index of the point at a position on the screen, or null. @param {number} sx @param {number} sy */
  function pointAt(sx, sy) {
    if (!cloud || !tree || moving) return null;
    const { large, size } = crowd();
    const { points } = cloud;
    for (const at of large) {
      const [x, y] = project(view, points[2 * at], points[2 * at + 1]);
      if (Math.abs(x - sx) <= size / 2 + 2 && Math.abs(y - sy) <= size / 2 + 2) return at;
    }
    const [x, y] = unproject(view, sx, sy);
    const nearest = tree.find(x, y, REACH / view.scale);
    return nearest === undefined || cloud.faded?.[nearest] ? null : nearest;
  }

  const hover = (/** @type {number | null} */ at, /** @type {[number, number]} */ where = [0, 0]) => {
    if (at === hovered) return;
    hovered = at;
    element.style.cursor = at === null ? "" : "pointer";
    onHover(at, where);
    ask(false);
  };
  gestures(element, { pan, zoom(factor, position) {
    moving = null;
    show(zoomAt(view, clamp(factor), ...position));
  }, enter: (position) => glide(zoomAt(view, clamp(2), ...position)), pick: (position) => onPick(pointAt(...position)),
    hover: (position) => hover(position && pointAt(...position), position ?? undefined), line(drawn) {
    line = drawn;
    ask(false);
  }, lasso: (drawn) => onLasso(drawn.length && cloud ? heldBy(drawn, cloud) : []), drawing: () => lassoing,
    whole: () => view.scale <= home.scale * 1.001 });

  /** @param {number[]} outline @param {Cloud} within */
  function heldBy(outline, { points, faded }) {
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
    for (const canvas of [base, top])
      Object.assign(canvas, { width: Math.round(width * density()), height: Math.round(height * density()) });
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
    /** Nothing is placed under these. @param {Element[]} elements */
    keepClearOf(elements) {
      covers = elements;
    },
    /** Whether a drag draws a lasso. @param {boolean} on */
    lasso(on) {
      lassoing = on;
      element.classList.toggle("dx-lassoing", on);
    },
    /** Bring a point of the map into view. @param {number} x @param {number} y */
    reveal(x, y) {
      const [sx, sy] = project(view, x, y);
      if (sx < 40 || sy < 40 || sx > width - 40 || sy > height - 40)
        glide({ ...view, x: view.x + width / 2 - sx, y: view.y + height / 2 - sy });
    },
    /** What a key does to the view; true when it is ours. @param {string} key */
    key(key) {
      const actions =
        /** @type {Record<string, () => void>} */ ({ "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5),
          "0": fit, ArrowLeft: () => pan(KEY_PAN, 0), ArrowRight: () => pan(-KEY_PAN, 0), ArrowUp: () => pan(0, KEY_PAN),
          ArrowDown: () => pan(0, -KEY_PAN), Enter: () => onPick(pointAt(width / 2, height / 2) ?? nearestToMiddle()) });
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
      if (!before || before.colours !== next.colours || before.theme !== next.theme) painter.prepare(next);
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
  };

  function nearestToMiddle() {
    if (!tree) return null;
    const nearest = tree.find(...unproject(view, width / 2, height / 2));
    return nearest ?? null;
  }
}
