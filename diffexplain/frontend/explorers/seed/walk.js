/** From A to B: the noises between those of two seeds, on the sphere and on the straight line, and what the model makes of each. */

import { sliderControl } from "../../kit/controls.js";
import { h, setText, show } from "../../kit/dom.js";
import { filmStrip } from "../../kit/film.js";
import { fixed } from "../../kit/format.js";
import { lineChart } from "../../kit/line_chart.js";
import { square } from "../../kit/parts.js";
import { playerRow } from "../../kit/player.js";
import { emptyRoom } from "../../kit/room.js";
import { coursesOf } from "./courses.js";
import { shell } from "./derive.js";
import { planeOfNoises } from "./plane.js";
import { newest, tileAt } from "./runs.js";

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {import("../../kit/tiles.js").Tiles} tiles
 * @param {{ stops: () => number, onFirst: () => void }} options
 */
export function createWalk(page, tiles, { stops, onFirst }) {
  const { text, chosen, choose, constants, write, live, signal } = page;
  const [fewest, most] = constants("_controls").limits.frames;
  const words = text.walk;
  const player = playerRow(page, { label: words.scrub, most, at: () => ({ index: chosen.get().stop, count: stops() }),
    select: (stop) => choose({ stop }), busy: null });
  const onSelect = player.byHand;
  const ways = /** @type {const} */ (["sphere", "line"]).map((name) => ({ large: square({ size: 144, pixelated: false }),
    numbers: h("small", {}),
    strip: filmStrip({ label: words[name].name, note: words[name].note, concept: `dx-way-${name}`, pixelated: false, most,
      onSelect }), name })
  );
  const plane = planeOfNoises({ centre: words.centre, shell: words.shell, onSelect });
  const chart = lineChart({ height: 96, margin: { top: 4, right: 0, bottom: 18, left: 0 }, inset: { x: 0, top: 4, bottom: 0 },
    names: "inside", signal, onSelect: (place) => onSelect(Math.round(place)) });
  const first = h("button", { type: "button", class: "dx-button", onclick: onFirst });
  const frames = sliderControl({ ...words.frames, min: fewest, max: most, step: 2, show: String,
    onChange: (value) => write("frames", value) });
  const title = h("b", {});
  const invitation = h("div", { class: "dx-invitation" }, h("p", {}, words.invitation), first);
  const body = h("div", { class: "dx-walk" }, h("div", { class: "dx-head" }, title, frames.element),
    h("div", { class: "dx-three" },
      h("figure", { class: "dx-named" }, plane.element,
        h("figcaption", {}, h("b", {}, words.plane), h("small", {}, words.planeNote))),
      ...ways.map(({ large, numbers, name }) =>
        h("figure", { class: "dx-named" }, large.element,
          h("figcaption", {}, h("b", { class: `dx-way-${name}` }, words[name].name), numbers))
      )),
    h("div", { class: "dx-strips" }, ...ways.flatMap(({ strip }) => [strip.name, strip.film]), ...player.elements,
      h("div", { class: "dx-name dx-before-scale" }, words.detail, h("small", {}, words.detailNote)), chart.element));
  const room = emptyRoom(page, words.shows, invitation);
  const element = h("div", {}, room.element, invitation, body);

  /**
   * @param {import("./runs.js").View} view
   * @param {{ picked: import("./derive.js").Picked }} state
   */
  function draw({ content, old }, { picked }) {
    const { begin, way, walked, walk: pictures } = content ?? {};
    const come = pictures ? newest(pictures) >= 0 : false;
    show(come, body);
    if (!begin || !pictures) return;
    if (!room.draw(come)) show(!come, invitation);
    const waiting = picked.walk !== null;
    setText(/** @type {Node} */ (invitation.firstChild),
      waiting ? words.waiting : picked.pick === null ? words.invitation : words.second(picked.pick));
    setText(first, words.first(begin.seeds[0], begin.seeds[1]));
    show(live && !waiting && picked.pick === null, first);
    if (!come || !begin.request.walk || !way) return;
    const count = begin.request.frames;
    const at = Math.min(chosen.get().stop, count - 1);
    const place = begin.told.length - 1;
    const [a, b] = begin.request.walk;
    setText(title, words.title(a, b));
    ways.forEach(({ large, numbers, strip, name }, row) => {
      const tileOf = (/** @type {number} */ own) => tileAt(pictures, place, row * count + own);
      const frameOf = (/** @type {number} */ own) => {
        const raster = tiles.raster(tileOf(own));
        return raster && { raster, old };
      };
      const exact = tileOf(at)?.exact ?? false;
      for (const part of [large.element, strip.film]) part.classList.toggle("dx-pixelated", !exact);
      const measured = words.numbers(fixed(way.lengths.data[row * count + at]),
        walked ? walked.details.data[row * count + at].toFixed(3) : "…");
      const frame = frameOf(at);
      if (frame) large.draw(frame, words.large(words[name].name, at + 1, count, measured));
      setText(numbers, measured);
      strip.draw(count, at, frameOf, words.strip(words[name].name, a, b, count));
    });
    player.draw(words.stop(at + 1, count));
    plane.draw(way, at, shell(begin.numbers),
      words.planeWords(fixed(way.lengths.data[at]), fixed(way.lengths.data[count + at]), Math.round(way.angle)));
    chart.element.classList.toggle("dx-unseen", !walked);
    if (!walked) return;
    const details = [0, 1].map((row) => Array.from({ length: count }, (_, own) => walked.details.data[row * count + own]));
    const [low, high] = [Math.min(...details.flat()), Math.max(...details.flat())];
    const above = details[0][count >> 1] >= details[1][count >> 1];
    const { domain, ...courses } = coursesOf([{ name: words.sphere.short, concept: "dx-way-sphere", values: details[0],
      nameAt: 0.5, above }, { name: words.line.short, concept: "dx-way-line", dash: "5 3", values: details[1], nameAt: 0.5,
      above: !above }], at);
    chart.draw({ ...courses, frames: count, x: { domain, ends: ["A", "B"] },
      y: { domain: [Math.floor(low * 50 - 0.5) / 50, Math.ceil(high * 50 + 0.5) / 50], show: (value) => value.toFixed(2),
        read: (value) => value.toFixed(3) } }, words.detailWords(details[0][at].toFixed(3), details[1][at].toFixed(3)));
  }

  return { element, draw, frames, keys: player.keys };
}
