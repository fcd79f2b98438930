/** Looking closer: two pictures blended, noise in both, the encoder's spread and its factor, odd sizes, chance alone. */

import { h, setText, show } from "../../kit/dom.js";
import { named, prose } from "../../kit/figures.js";
import { square } from "../../kit/parts.js";
import { table } from "../../kit/table.js";
import { mean } from "../../kit/tensors.js";
import { channelTiles, framed } from "./stage.js";

/**
 * @typedef {import("./text.js").Text} Text
 * @typedef {{ content: import("./runs.js").Content | null, old: boolean }} View
 * @typedef {import("../../kit/panels.js").Panel} Panel
 * @typedef {{ name: string, note: string, pictures: import("../../kit/protocol.js").Picture[], notes: string[] }} Row
 */

/** Rows of pictures with names before them, and heads above all. */
function pictureRows() {
  const element = h("div", { class: "dx-rows" });
  let cells = /** @type {{ picture: ReturnType<typeof square>, note: HTMLElement }[][]} */ ([]);
  return {
    element,
    /** @param {string[]} heads @param {Row[]} rows @param {boolean} old */
    draw(heads, rows, old) {
      if (!cells.length) {
        cells = rows.map(({ pictures }) => pictures.map(() => ({ picture: square({ size: 128 }), note: h("small", {}) })));
        element.style.setProperty("--columns", String(heads.length));
        element.replaceChildren(h("span", { class: "dx-corner" }), ...heads.map((head) => h("b", {}, head)),
          ...rows.flatMap(({ name, note },
            row) => [h("div", { class: "dx-name" }, name, h("small", {}, note)), ...cells[row].map(({ picture, note }) =>
              h("figure", {}, picture.element, note)
            )]
          ));
      }
      rows.forEach(({ name, pictures, notes }, row) =>
        pictures.forEach((picture, at) => {
          cells[row][at].picture.draw({ picture, old }, [name, heads[at], notes[at]].filter(Boolean).join(" · "));
          setText(cells[row][at].note, notes[at]);
        })
      );
    },
  };
}

/** @param {Text} text @returns {Panel} */
export function blendPanel(text) {
  const [line, rows] = [prose(), pictureRows()];
  return { element: h("div", {}, line, rows.element), draw(/** @type {View} */ { content, old }) {
    const blended = content?.blended;
    if (!blended) return;
    const { shares, line_length: onLine, sphere_length: onSphere, angle, line_psnr: psnr } = blended;
    const middle = Math.floor(shares.length / 2);
    setText(line, text.sentences([text.blend.like(psnr), text.blend.lengths(onLine[middle], onSphere[middle], angle)]));
    const row = (/** @type {"pixels" | "line" | "sphere"} */ name, /** @type {number[]} */ lengths) => ({
      name: text.blend.rows[name],
      note: text.blend.notes[name],
      pictures: blended[name],
      notes: shares.map((_, at) => (lengths.length ? text.blend.length(lengths[at]) : "")),
    });
    rows.draw(shares.map(text.blend.share), [row("pixels", []), row("line", onLine), row("sphere", onSphere)], old);
  } };
}

/** @param {Text} text @returns {Panel} */
export function noisePanel(text) {
  const [line, rows] = [prose(), pictureRows()];
  return { element: h("div", {}, line, rows.element), draw(/** @type {View} */ { content, old }) {
    const [noised, begin] = [content?.noised, content?.begin];
    if (!noised || !begin) return;
    const { log_snr: levels, pixels_like: inPixels, latents_like: inLatents } = noised;
    const half = levels.indexOf(0);
    const stays = (inLatents[half] ?? 0) >= (inPixels[half] ?? 0) ? text.noise.stays : text.noise.goes;
    setText(line,
      text.sentences([text.noise.line(Math.round(begin.side / begin.shape[2])), stays(inPixels[half], inLatents[half])]));
    const row = (/** @type {"pixels" | "latents"} */ name, /** @type {(number | null)[]} */ like) => ({
      name: text.noise.rows[name],
      note: text.noise.notes[name],
      pictures: noised[name],
      notes: like.map(text.noise.like),
    });
    rows.draw(levels.map(text.noise.level), [row("pixels", inPixels), row("latents", inLatents)], old);
  } };
}

/** @param {Text} text @returns {Panel} */
export function spreadPanel(text) {
  const [line, factorLine] = [prose(), prose()];
  const tiles = channelTiles(text, (at) => text.channel(at));
  const draws = [0, 1].map((at) => named(text.spread.draw(at), { size: 128, concept: "dx-signal" }));
  const [half, halfRaw, unscaled] = [text.spread.half, text.spread.half_raw, text.spread.unscaled].map((name) =>
    named(name, { size: 128 })
  );
  const drawing = h("div", { class: "dx-row" },
    h("figure", { class: "dx-latents" }, tiles.element, h("figcaption", {}, h("b", { class: "dx-text" }, text.spread.spread))),
    ...draws.map((one) => one.element));
  const factor = h("div", { class: "dx-row" }, half.element, halfRaw.element, unscaled.element);
  return { element: h("div", {}, line, drawing, factorLine, factor), draw(/** @type {View} */ { content, old }) {
    const spread = content?.spread;
    if (!spread) return;
    const { grey, channels, draws: pictures, draws_psnr: psnr, deviation } = spread;
    show(grey !== null, drawing);
    if (grey) tiles.draw(grey, channels, old);
    pictures.forEach((picture, at) => draws[at].draw({ picture, old }, text.psnr(psnr[at])));
    setText(line,
      grey
        ? text.sentences([text.spread.line(mean(channels.map((one) => one.mean)), deviation),
          psnr[0] === null || psnr[0] > 35 ? text.spread.same(psnr[0]) : text.spread.differ(psnr[0])])
        : text.spread.none);
    setText(factorLine, text.sentences(factorWords(text, spread)));
    half.draw({ picture: spread.half, old }, text.spread.halfNote(spread.half_like));
    halfRaw.draw({ picture: spread.half_raw, old }, text.spread.halfNote(spread.half_raw_like));
    unscaled.draw({ picture: spread.unscaled, old });
    show(spread.deviation_raw !== deviation, factor);
  } };
}

/** @param {Text} text @param {NonNullable<import("./runs.js").Content["spread"]>} spread */
function factorWords({ spread: words },
  { scaling, shift, deviation_raw: raw, deviation, half_like: like, half_raw_like: rawLike })
{
  if (raw === deviation) return [words.nothing];
  const times = raw / deviation;
  return [shift === null ? words.each(raw, deviation) : words.factor(scaling, raw, deviation),
    ...(shift ? [words.shifted(shift)] : []), times >= 1 ? words.stronger(times) : words.weaker(1 / times),
    words.told(like, rawLike)];
}

/** @param {Text} text @returns {Panel} */
export function sizesPanel(text) {
  const line = prose();
  const odd = named("", { size: 176, concept: "dx-signal" });
  const back = named(text.stage.restored, { size: 176 });
  const [right, below] = [0, 1].map(() => framed(/** @type {HTMLElement} */ (odd.element.firstElementChild), "dx-lost"));
  const column = (/** @type {"given" | "cells" | "back"} */ name) => ({ name: text.sizes[name],
    align: /** @type {"end"} */ ("end"), cell: (/** @type {import("./messages").Size} */ row) => text.number(row[name]) });
  const sizes = table({ className: "dx-sizes",
    columns: [column("given"), column("cells"), column("back"), { name: text.sizes.lost, align: "end",
      cell: (row) => (row.given > row.back ? String(row.given - row.back) : "–") }] });
  return { element: h("div", {}, line, h("div", { class: "dx-row" }, odd.element, back.element, sizes.element)),
    draw(/** @type {View} */ { content, old }) {
      const found = content?.sizes;
      if (!found) return;
      const { factor, given, lost, refused, prepared } = found;
      setText(line,
        text.sentences([text.sizes.line(factor),
          refused
            ? text.sizes.refused(refused)
            : lost > 0
            ? text.sizes.lostLine(given, given - lost, factor)
            : text.sizes.kept(given, given - lost),
          ...(prepared && prepared !== given ? [text.sizes.prepared(prepared)] : [])]));
      odd.draw({ picture: found.odd, old }, lost > 0 ? text.sizes.edge(lost) : "", text.sizes.odd(given));
      const share = lost / given;
      right(lost > 0 ? { left: 1 - share, top: 0, width: share, height: 1 } : null);
      below(lost > 0 ? { left: 0, top: 1 - share, width: 1, height: share } : null);
      back.draw(found.back && { picture: found.back, old }, found.back ? text.sizes.returned(given - lost, found.psnr) : "");
      show(found.back !== null, back.element);
      sizes.draw(found.table);
      show(found.table.length > 0, sizes.element);
    } };
}

/** @param {Text} text @returns {Panel} */
export function chancePanel(text) {
  const line = prose();
  const random = [0, 1, 2].map((at) => named(text.chance.random(at), { size: 128, concept: "dx-noise" }));
  const shuffled = named(text.chance.shuffled, { size: 128 });
  const own = named(text.chance.own, { size: 128, concept: "dx-signal" });
  return { element: h("div", {}, line, h("div", { class: "dx-row" }, ...[...random, shuffled, own].map((one) => one.element))),
    draw(/** @type {View} */ { content, old }) {
      const [chance, back] = [content?.chance, content?.restored];
      if (!chance || !back) return;
      setText(line, text.sentences([text.chance.line, text.chance.measured(chance.like_own, chance.like_random)]));
      chance.random.forEach((picture, at) =>
        random[at].draw({ picture, old }, at === 0 ? text.chance.neighbours(chance.like_random) : "")
      );
      shuffled.draw({ picture: chance.shuffled, old }, text.chance.neighbours(chance.like_shuffled));
      own.draw({ picture: back.picture, old }, text.chance.neighbours(chance.like_own));
    } };
}
