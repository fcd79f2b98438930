import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { heightAt } from "./chart_names.js";
import { lineChart } from "./line_chart.js";

beforeAll(() => {
  Object.assign(globalThis, { ResizeObserver: class {
    observe() {}
    disconnect() {}
  } });
});

/** The points of a path, run by run. @param {string} path */
const runs = (path) => path.split("M").slice(1).map((run) => run.split("L").map((point) => point.split(",").map(Number)));

describe("a chart", () => {
  const onSelect = vi.fn();
  const onSeries = vi.fn();
  beforeEach(() => vi.clearAllMocks());
  const steps = [0, 100, 200, 300];
  const losses = [{ name: "training", x: steps, y: [2, 0.5, 0.25, 0.125] }, { name: "held out", x: steps, y: [2, 0.6, NaN, 0.4],
    dash: "6 3", chosen: true }];
  const show = (/** @type {number} */ value) => String(Number(value.toPrecision(3)));
  /** @param {Partial<import("./line_chart.js").Chart>} more @param {Partial<Parameters<typeof lineChart>[0]>} [options] */
  function drawn(more, options = {}) {
    const chart = lineChart({ height: 200, margin: { top: 20, right: 0, bottom: 20, left: 40 }, names: "end", onSelect,
      onSeries, signal: new AbortController().signal, ...options });
    document.body.replaceChildren(chart.element);
    chart.draw({ series: losses, x: { show }, y: { kind: "log", show }, ...more }, "Two losses, both falling.");
    return { chart, svg: /** @type {SVGSVGElement} */ (chart.element.querySelector("svg")),
      said: /** @type {Element} */ (chart.element.querySelector("[role=status]")) };
  }
  const texts = (/** @type {Element} */ svg) => [...svg.querySelectorAll("text")].map(({ textContent }) => textContent);
  const press = (/** @type {Element} */ svg, /** @type {string} */ key) =>
    svg.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const point = (/** @type {string} */ type, /** @type {number} */ x, /** @type {number} */ y) =>
    new MouseEvent(type, { clientX: x, clientY: y, bubbles: true });

  test("has a sentence for a screen reader, each line with its name, and its dash", () => {
    const { svg } = drawn({});
    expect([svg.getAttribute("role"), svg.getAttribute("aria-label")]).toEqual(["img", "Two losses, both falling."]);
    expect(texts(svg)).toEqual(expect.arrayContaining(["training", "held out", "0.2", "0.5", "1", "2", "100", "300"]));
    const lines = [...svg.querySelectorAll(".dx-line")];
    expect(lines.map((line) => line.getAttribute("stroke-dasharray"))).toEqual(["", "6 3"]); // the chosen one lies on top
    expect(runs(lines[1].getAttribute("d") ?? "")).toHaveLength(2);
  });
  test("writes the name of a level where no dot is", () => {
    for (let at = 0; at <= 300; at += 50) {
      const dots = [0, at, 300].map((x) => ({ x, y: 1, r: 5 }));
      const { svg } = drawn({ level: { value: 1, name: "the same" }, dots });
      const name = /** @type {Element} */ (svg.querySelector(".dx-level-name"));
      const [left, y] = ["x", "y"].map((axis) => Number(name.getAttribute(axis)));
      for (const dot of svg.querySelectorAll(".dx-dot")) {
        const [cx, cy] = ["cx", "cy"].map((axis) => Number(dot.getAttribute(axis)));
        const beside = Math.max(left - cx, cx - left - 7.2 * "the same".length);
        expect(beside >= 5 || Math.abs(y - 4 - cy) >= 12).toBe(true);
      }
    }
  });
  test("writes a name beside a steep line, not across it", () => {
    for (const above of [true, false]) {
      const steep = { name: "predicted", x: steps, y: [1, 3, 7, 2], nameAt: { x: 100, above } };
      const { svg } = drawn({ series: [steep], y: { show } }, { names: "inside" });
      const name = /** @type {Element} */ (svg.querySelector(".dx-line-name"));
      const [x, y] = ["x", "y"].map((axis) => Number(name.getAttribute(axis)));
      const half = (7.2 * "predicted".length) / 2;
      const [corners] = runs(/** @type {Element} */ (svg.querySelector(".dx-line")).getAttribute("d") ?? "");
      for (const [px, py] of corners) if (Math.abs(px - x) <= half) expect(above ? py - y : y - 9 - py).toBeGreaterThan(0);
      const at = (/** @type {number} */ place) => heightAt(corners.map(([px]) => px), corners.map(([, py]) => py), place);
      for (const place of [x - half, x, x + half]) expect(above ? at(place) - y : y - 9 - at(place)).toBeGreaterThan(0);
    }
  });
  test("reads out points by keys, tells them, and keeps the keys for itself", () => {
    const { svg, said } = drawn({ here: 100 });
    const outside = vi.fn();
    document.body.addEventListener("keydown", outside, { once: true });
    press(svg, "ArrowRight"); // from the mark on the chosen line, over its gap
    expect(said.textContent).toBe("held out 0.4 · 300");
    expect(texts(svg).at(-1)).toBe("held out 0.4 · 300");
    press(svg, "Home");
    expect(said.textContent).toBe("held out 2 · 0");
    press(svg, "ArrowUp");
    expect(said.textContent).toBe("training 2 · 0");
    expect(outside).not.toHaveBeenCalled();
    press(svg, "End");
    press(svg, "Enter");
    expect(onSelect.mock.calls.flat().map(Math.round)).toEqual([300]);
    press(svg, "Escape");
    expect(texts(svg)).not.toContain("training 0.125 · 300");
    press(svg, " ");
    expect(outside).toHaveBeenCalledTimes(1);
  });
  test("leaves the keys to the player where a press gave it the focus", () => {
    const { svg, said } = drawn({});
    svg.dispatchEvent(point("pointerdown", 100, 100));
    press(svg, "End");
    expect(said.textContent).toBe("");
    svg.dispatchEvent(new FocusEvent("blur"));
    press(svg, "End");
    expect(said.textContent).toBe("held out 0.4 · 300");
  });
  test("reads out what is under the pointer without saying it, also when it is drawn anew", () => {
    const { chart, svg, said } = drawn({}, { names: "none" });
    svg.dispatchEvent(point("pointermove", 590, 175));
    expect(texts(svg).at(-1)).toBe("training 0.125 · 300");
    expect(said.textContent).toBe("");
    chart.draw({ series: losses.map((one) => ({ ...one, y: [...one.y.slice(0, 3), 0.2] })), x: { show },
      y: { kind: "log", show } }, "");
    expect(texts(svg).at(-1)).toBe("training 0.2 · 300");
    chart.draw({ series: [], x: {}, y: {} }, "");
    expect(texts(svg)).toEqual([]);
    svg.dispatchEvent(point("pointerleave", 0, 0));
  });
  test("tells the place on the axis that was pressed, and names that were", () => {
    const { svg } = drawn({}, { names: "none" });
    svg.dispatchEvent(point("pointerdown", 40, 100)); // its axis goes from 40 to 600
    svg.dispatchEvent(point("pointerdown", 320, 100));
    svg.dispatchEvent(point("pointerdown", 0, 100));
    expect(onSelect.mock.calls.flat()).toEqual([0, 150, 0]);
    const { svg: other } = drawn({});
    onSelect.mockClear();
    other.querySelector("[data-series='0']")?.dispatchEvent(point("pointerdown", 590, 100));
    other.dispatchEvent(point("pointerdown", 590, 100)); // beside the names: nowhere on the axis
    expect([onSeries.mock.calls, onSelect.mock.calls]).toEqual([[[0]], []]);
  });
  test("marks what happened, and names that would overlap are left out", () => {
    const mark = (/** @type {number} */ x) => ({ x, name: "rate changed" });
    const { svg } = drawn({ marks: [mark(10), mark(20), mark(150)] });
    expect(svg.querySelectorAll(".dx-mark")).toHaveLength(3);
    expect(svg.querySelectorAll(".dx-mark-name")).toHaveLength(2);
  });
  test("the marked position strikes no name of a mark out", () => {
    const name = "enough";
    for (const at of [0, 30, 150, 290]) {
      for (const far of [-90, -20, 0, 1, 20, 35, 90]) {
        const here = Math.max(0, Math.min(300, at + far));
        const { svg } = drawn({ marks: [{ x: at, name }], here });
        const [written, plumb] = [".dx-mark-name", ".dx-plumb"].map((each) => /** @type {Element} */ (svg.querySelector(each)));
        const [x, y] = ["x", "y"].map((axis) => Number(written.getAttribute(axis)));
        const [left, width] = [written.getAttribute("text-anchor") === "end" ? x - 7.2 * name.length : x, 7.2 * name.length];
        const [px, top] = ["x1", "y1"].map((axis) => Number(plumb.getAttribute(axis)));
        expect(px <= left || px >= left + width || top > y).toBe(true);
        expect(Math.abs(Number(svg.querySelector(".dx-mark")?.getAttribute("x1")) - x)).toBe(4);
      }
    }
  });
  test("the name of a level keeps clear of those of marks", () => {
    for (const x of [0, 100, 200, 250, 290]) {
      for (const value of [2, 1.6, 1]) {
        const { svg } = drawn({ marks: [{ x, name: "best to stop" }], level: { value, name: "real pictures" } });
        const [mark, level] = [".dx-mark-name", ".dx-level-name"].map((each) => {
          const written = /** @type {Element} */ (svg.querySelector(each));
          const [at, y] = ["x", "y"].map((axis) => Number(written.getAttribute(axis)));
          const width = 7.2 * (written.textContent ?? "").length;
          return { left: written.getAttribute("text-anchor") === "end" ? at - width : at, width, y };
        });
        const apart = mark.left + mark.width <= level.left || level.left + level.width <= mark.left;
        expect(apart || Math.abs(mark.y - level.y) >= 10, `${x} ${value}`).toBe(true);
      }
    }
  });
  test("of 100,000 points has no more of them than its pixels can show", () => {
    const x = Float64Array.from({ length: 100_000 }, (_, at) => at);
    const y = x.map((at) => 1 / (1 + at / 500) + 0.1 * Math.abs(Math.sin(at)));
    const { svg } = drawn({ series: [{ name: "loss", x, y }] });
    expect(runs(svg.querySelector(".dx-line")?.getAttribute("d") ?? "").flat().length).toBeLessThanOrEqual(4 * 600);
  });
});
