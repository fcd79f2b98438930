/** Beside the map: what lies near a text, a picture or a point, or what a lasso holds. A real list, for eyes, keys and screen readers. */

import { h } from "../../kit/dom.js";
import { shortened } from "../../kit/format.js";
import { changes } from "../../kit/memo.js";
import { NONE, tally } from "../../kit/points.js";
import { thumbnail } from "../../kit/thumbs.js";
import { spoken } from "../../kit/words.js";
import { captionOf, foundNear, neighboursOf, PICTURE, TEXT } from "./derive.js";

const PICTURES = 6;
const TEXTS = 8;
const HELD = 18; // thumbnails of a lasso's pictures
const COUNTED = 8; // rows of its counts

/**
 * What the side shows.
 * @typedef {{ kind: "search" | "picture", placed: import("./messages").Placed }
 *   | { kind: "point", index: number } | { kind: "lasso", indices: number[] } | null} Focus
 */

/**
 * @param {import("./text.js").Text} text
 * @param {{ language: string, thumbs: import("../../kit/thumbs.js").Thumbs, onSelect: (index: number) => void, onBack: () => void, onRemove: (() => void) | null, onLook: (index: number | null) => void }} options
 */
export function createSide(text, { language, thumbs, onSelect, onBack, onRemove, onLook }) {
  const body = h("div", { class: "dx-side-body" });
  const element = h("section", { class: "dx-side", "aria-live": "polite" }, body);
  const words = text.side;
  let map = /** @type {import("./messages").Map} */ (/** @type {any} */ (null)); // there before anything is drawn
  const changed = changes();

  const captionAt = (/** @type {number} */ index) => captionOf(map, index, language);
  const isPicture = (/** @type {number} */ index) => map.kinds.data[index] === PICTURE;
  const link = (/** @type {string} */ name, /** @type {() => void} */ onclick) =>
    h("button", { type: "button", class: "dx-link", onclick }, name);
  const backLink = (/** @type {boolean} */ back) => (back ? [link(`‹ ${words.back}`, onBack)] : []);

  /** A point as a picture of this side, or as its words. @param {number} index @param {number} side */
  const face = (index, side) =>
    isPicture(index) ? thumbnail(thumbs, index, side) : h("span", { class: "dx-near-words" }, captionAt(index));

  /** @param {number} index @param {string | undefined} label @param {...Node} children */
  const pointButton = (index, label, ...children) =>
    h("button", { type: "button", class: "dx-near", title: captionAt(index), "aria-label": label, onclick: () =>
      onSelect(index), onpointerenter: () => onLook(index), onpointerleave: () => onLook(null), onfocus: () =>
        onLook(index), onblur: () => onLook(null) }, ...children);

  /** @param {number} kind @param {import("./derive.js").Neighbour[]} near */
  function list(kind, near) {
    const [name, className, most] = kind === PICTURE
      ? /** @type {const} */ ([words.pictures, "dx-near-pictures", PICTURES])
      : /** @type {const} */ ([words.texts, "dx-near-texts", TEXTS]);
    const entries = near.slice(0, most).map(({ index, cosine }) =>
      h("li", {},
        pointButton(index, kind === PICTURE ? words.point(captionAt(index), cosine) : undefined, face(index, 76),
          h("span", { class: "dx-cosine" }, text.cosine(cosine))))
    );
    return [h("h3", {}, name, h("small", {}, words.cosineNote)),
      entries.length ? h("ol", { class: className }, ...entries) : h("p", { class: "dx-caption" }, words.nothing)];
  }

  /** @param {(kind: number) => import("./derive.js").Neighbour[]} neighbours */
  const lists = (neighbours) => [PICTURE, TEXT].flatMap((kind) => list(kind, neighbours(kind)));

  /** @param {import("./messages").Placed} placed */
  function placedParts(placed) {
    const { what, label, image, read } = placed;
    return [
      what === "search"
        ? h("h2", { class: "dx-text" }, words.title.search(shortened(label, 60)))
        : h("h2", { class: "dx-signal" }, words.title.picture),
      image
      && h("div", { class: "dx-point" }, h("img", { class: "dx-own", src: image.url, alt: "" }),
        onRemove && link(words.remove, onRemove)),
      read === null ? null : h("p", { class: "dx-caption" }, words.truncated(read, label.length)),
      ...lists((kind) => foundNear(placed, kind)),
    ];
  }

  /** @param {number} index @param {boolean} back */
  function pointParts(index, back) {
    const partner = map.partner.data[index];
    const said = h("span", { class: isPicture(index) ? "" : "dx-quote" }, captionAt(index), ...facts(index));
    return [...backLink(back), h("div", { class: "dx-point" }, isPicture(index) ? face(index, 96) : null, said),
      partner < 0
        ? null
        : h("p", { class: "dx-partner" }, isPicture(index) ? words.ownCaption : words.ownPicture, " ",
          pointButton(partner, undefined, face(partner, 40))), ...lists((kind) => neighboursOf(map, index, kind))];
  }

  /** What is known of a point besides its caption. @param {number} index */
  function facts(index) {
    const { en } = map.captions[index].en ? map.captions[index] : map.captions[map.partner.data[index]] ?? map.captions[index];
    const known = map.categories.filter(({ key }) => key !== "kind").map(({ names, values }) => names[values.data[index]])
      .filter(Boolean).map((name) => spoken(/** @type {any} */ (name), language));
    return [
      en === captionAt(index) ? null : h("small", { lang: "en" }, en), // what CLIP has read
      known.length ? h("small", {}, known.join(" · ")) : null,
    ].filter((part) => part !== null);
  }

  /** @param {number[]} indices @param {{ category: { names: any[], values: any }, colours: string[], back: boolean }} options */
  function lassoParts(indices, { category, colours, back }) {
    const counts = tally(category.values.data, indices);
    const pictures = indices.filter(isPicture);
    const bars = counts.slice(0, COUNTED).map(({ value, count }) => {
      const bar = h("i", { "aria-hidden": "true" });
      bar.style.width = `${(100 * count) / counts[0].count}%`;
      bar.style.background = colours[Math.min(value, colours.length - 1)];
      return h("li", {}, h("span", {}, value === NONE ? text.legend.none : spoken(category.names[value], language)),
        h("span", { class: "dx-count-bar" }, bar), h("b", {}, String(count)));
    });
    return [...backLink(back), h("h2", {}, words.title.lasso(indices.length)), h("ul", { class: "dx-counts" }, ...bars),
      h("h3", {}, words.inLasso, h("small", {}, pictures.length > HELD ? words.more(pictures.length - HELD) : "")),
      h("ol", { class: "dx-held" },
        ...pictures.slice(0, HELD).map((index) => h("li", {}, pointButton(index, undefined, face(index, 36)))))];
  }

  /** @param {Focus} focus @param {{ category: any, colours: string[], back: boolean }} options */
  function partsOf(focus, options) {
    if (!focus) return [h("h2", {}, words.title.none), h("p", { class: "dx-caption" }, words.hint)];
    if (focus.kind === "point") return pointParts(focus.index, options.back);
    return focus.kind === "lasso" ? lassoParts(focus.indices, options) : placedParts(focus.placed);
  }

  return {
    element,
    /**
     * @param {import("./messages").Map} data
     * @param {Focus} focus
     * @param {{ category: any, colours: string[], back: boolean, ready: boolean }} options
     */
    draw(data, focus, options) {
      if (!changed(data, ...Object.values(focus ?? {}), ...Object.values(options))) return;
      map = data;
      body.replaceChildren(...partsOf(focus, options).filter((part) => part !== null));
      element.scrollTop = 0;
    },
  };
}
