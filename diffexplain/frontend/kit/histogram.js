/** How often each value occurs, beside the exact Gaussian: bars, a curve, and the outline of what it was before. */

import { chartFrame } from "./chart_frame.js";
import { s } from "./dom.js";

/**
 * Share of the values in each of equally wide bins, divided by the width: the area over all values is 1.
 * @param {ArrayLike<number>} values
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @returns {Float64Array}  values beyond the ends are in no bin
 */
export function densities(values, low, high, count) {
  const bins = new Float64Array(count);
  const width = (high - low) / count;
  const share = 1 / (values.length * width);
  for (let at = 0; at < values.length; at += 1) {
    const bin = Math.floor((values[at] - low) / width);
    if (bin >= 0 && bin < count) bins[bin] += share;
  }
  return bins;
}

/** Density of the standard normal distribution. @param {number} x */
export const gaussian = (x) => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);

/** Share of a standard normal distribution below x (Abramowitz and Stegun 26.2.17, good to 7.5e-8). @param {number} x */
export function gaussianBelow(x) {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const above = gaussian(x) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x >= 0 ? 1 - above : above;
}

/**
 * How far values are from standard normal ones: the largest gap between the two distribution functions (Kolmogorov, Smirnov), 0 to 1.
 * @param {ArrayLike<number>} values
 */
export function gaussianGap(values) {
  const sorted = Float64Array.from(values).sort();
  let gap = 0;
  for (let at = 0; at < sorted.length; at += 1) {
    const below = gaussianBelow(sorted[at]);
    gap = Math.max(gap, (at + 1) / sorted.length - below, below - at / sorted.length);
  }
  return gap;
}

/**
 * @param {{ low: number, high: number, top: number, height: number, bandName: string, signal: AbortSignal }} options
 *   `top` is the density at the upper edge; a bar that is higher is cut off there, with a notch
 */
export function histogram({ low, high, top, height, bandName, signal }) {
  const frame = chartFrame({ className: "dx-histogram", height, signal });
  const [head, foot] = [20, 20]; // px: for the name of the band, for the values along the axis
  let width = 0;
  const x = (/** @type {number} */ value) => (width * (value - low)) / (high - low);
  const y = (/** @type {number} */ density) => head + (height - head - foot) * (1 - Math.min(1, density / top)) + 0.5;
  const point = (/** @type {number} */ left, /** @type {number} */ up) => `${left.toFixed(1)},${up.toFixed(1)}`;
  /** @param {Float64Array} bins */
  const outline = (bins) => {
    const step = (high - low) / bins.length;
    return [...bins].map((density, at) =>
      `${point(x(low + at * step), y(density))} ${point(x(low + (at + 1) * step), y(density))}`
    ).join(" ");
  };

  /**
   * @param {Float64Array} now
   * @param {Float64Array | null} before  drawn as an outline
   * @param {[number, number] | null} band  values between are marked as what a screen can show
   * @param {string} words
   */
  function draw(now, before, band, words) {
    frame.draw((wide) => {
      width = wide;
      return paint(now, before, band);
    }, words);
  }

  /** @param {Float64Array} now @param {Float64Array | null} before @param {[number, number] | null} band */
  function paint(now, before, band) {
    const floor = height - foot + 0.5;
    const step = (high - low) / now.length;
    const curve = Array.from({ length: 121 }, (_, at) => low + ((high - low) * at) / 120).map((value) =>
      point(x(value), y(gaussian(value)))
    ).join(" ");
    const cut = [...now].flatMap((density,
      at) => (density > top
        ? [s("path", { class: "dx-cut", d: `M${x(low + at * step)} ${head + 7}l${x(step) - x(0)} -4v4l${x(0) - x(step)} 4z` })]
        : [])
    );
    const ticks = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, at) => Math.ceil(low) + at);
    return [
      ...(band ? [s("rect", { x: x(band[0]), y: 0, width: x(band[1]) - x(band[0]), height: floor, class: "dx-band" })] : []),
      s("polygon", { points: `${point(0, floor)} ${outline(now)} ${point(width, floor)}`, class: "dx-bars" }),
      ...cut,
      ...(before
        ? [s("polyline", { points: `${point(0, floor)} ${outline(before)} ${point(width, floor)}`, class: "dx-before" })]
        : []),
      s("polyline", { points: curve, class: "dx-exact" }),
      s("line", { x1: 0, x2: width, y1: floor, y2: floor, class: "dx-axis" }),
      ...(band
        ? [s("text", { x: x((band[0] + band[1]) / 2), y: 14, "text-anchor": "middle", class: "dx-band-name" }, bandName)]
        : []),
      ...ticks.flatMap((
        value,
      ) => [s("line", { x1: x(value), x2: x(value), y1: floor, y2: floor + 4, class: "dx-axis" }),
        s("text", { x: Math.max(8, Math.min(width - 8, x(value))), y: height - 4, "text-anchor": "middle" },
          String(value).replace("-", "−"))]
      ),
    ];
  }

  return { element: frame.element, draw };
}
