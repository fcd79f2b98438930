/**
 * The plane in which two noises and both ways between them lie, true to scale: the centre, the shell where Gaussian noise is, the
 * great circle along it and the straight line through the inside.
 */

import { s } from "../../kit/dom.js";

const SIDE = 176;
const [CENTRE, RADIUS] = [{ x: 22, y: SIDE - 22 }, 128];

/**
 * Where the stops of a walk lie, in units of the usual length. The first noise points up, the second to the right when they are at right angles.
 * @param {{ seeds: number[], angle: number, shares: { data: ArrayLike<number> }, lengths: { data: ArrayLike<number> } }} walk
 * @returns {{ sphere: [number, number][], line: [number, number][] }}
 */
export function placesOf({ angle, shares, lengths }) {
  const frames = shares.data.length;
  const whole = (angle * Math.PI) / 180;
  const at = (/** @type {number} */ length,
    /** @type {number} */ turned) => /** @type {[number, number]} */ ([length * Math.sin(turned), length * Math.cos(turned)]);
  const [from, to] = [at(lengths.data[0], 0), at(lengths.data[frames - 1], whole)];
  const share = (/** @type {number} */ stop) => shares.data[stop];
  const stops = Array.from({ length: frames }, (_, stop) => stop);
  return { sphere: stops.map((stop) => at(lengths.data[stop], share(stop) * whole)),
    line: stops.map((
      stop,
    ) => /** @type {[number, number]} */ ([0, 1].map((axis) => (1 - share(stop)) * from[axis] + share(stop) * to[axis]))) };
}

/** @param {{ centre: string, shell: string, onSelect: (stop: number) => void }} options */
export function planeOfNoises({ centre, shell, onSelect }) {
  const svg = s("svg", { class: "dx-plane", role: "img", viewBox: `0 0 ${SIDE} ${SIDE}` });

  /**
   * @param {import("./messages").Way} walk
   * @param {number} selected
   * @param {number} thickness  half of the shell's, as a share of the usual length
   * @param {string} words
   */
  function draw(walk, selected, thickness, words) {
    const { sphere, line } = placesOf(/** @type {any} */ (walk));
    const x = (/** @type {number[]} */ place) => (CENTRE.x + RADIUS * place[0]).toFixed(1);
    const y = (/** @type {number[]} */ place) => (CENTRE.y - RADIUS * place[1]).toFixed(1);
    const last = sphere.length - 1;
    const path = (/** @type {[number, number][]} */ places) => places.map((place) => `${x(place)},${y(place)}`).join(" ");
    const dots = (/** @type {[number, number][]} */ places, /** @type {string} */ concept) =>
      places.map((place, stop) =>
        s("circle", { cx: x(place), cy: y(place), r: stop === selected ? 5.5 : 2.5,
          class: `dx-stop ${concept} ${stop === selected ? "dx-on" : ""}`, onclick: () => onSelect(stop) })
      );
    svg.setAttribute("aria-label", words);
    svg.replaceChildren(
      s("circle", { cx: CENTRE.x, cy: CENTRE.y, r: RADIUS, class: "dx-shell",
        "stroke-width": Math.max(2, 2 * thickness * RADIUS) }),
      s("line", { x1: CENTRE.x, y1: CENTRE.y, x2: x(line[selected]), y2: y(line[selected]), class: "dx-spoke" }),
      s("line", { x1: CENTRE.x, y1: CENTRE.y, x2: x(sphere[selected]), y2: y(sphere[selected]), class: "dx-spoke" }),
      s("polyline", { points: path(line), class: "dx-way dx-way-line" }),
      s("polyline", { points: path(sphere), class: "dx-way dx-way-sphere" }),
      ...dots(line, "dx-way-line"),
      ...dots(sphere, "dx-way-sphere"),
      s("circle", { cx: CENTRE.x, cy: CENTRE.y, r: 2.5, class: "dx-centre" }),
      s("text", { x: CENTRE.x + 7, y: CENTRE.y + 14 }, centre),
      s("text", { x: SIDE - 6, y: 16, class: "dx-noise", "text-anchor": "end" }, shell),
      s("text", { x: Number(x(sphere[0])) - 4, y: Number(y(sphere[0])) - 8, class: "dx-end", "text-anchor": "middle" }, "A"),
      s("text", { x: Number(x(sphere[last])) + 8, y: Number(y(sphere[last])) + 14, class: "dx-end", "text-anchor": "middle" },
        "B"),
    );
  }
  return { element: svg, draw };
}
