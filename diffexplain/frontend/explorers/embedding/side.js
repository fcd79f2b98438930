/** Beside the map: what lies near a text, a picture or a point, or what a lasso holds. A real list, for eyes, keys and screen readers. */

import { h } from "../../kit/dom.js";
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
 * @typedef {{ kind: "search" | "picture", placed: import("./runs.js").Placed }
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

  /** @param {import("./runs.js").MapData} map @param {number} index @param {...(Node | string)} children */
  const pointButton = (map, index, ...children) =>
    h("button", { type: "button", class: "dx-near", title: captionOf(map, index, language), onclick: () => onSelect(index),
      onpointerenter: () => onLook(index), onpointerleave: () => onLook(null), onfocus: () => onLook(index), onblur: () =>
        onLook(null) }, ...children);

  /** @param {import("./runs.js").MapData} map @param {import("./derive.js").Neighbour[]} found */
  function pictureList(map, found) {
    if (!found.length) return h("p", { class: "dx-caption" }, words.nothing);
    return h("ol", { class: "dx-near-pictures" }, ...found.slice(0, PICTURES).map(({ index, cosine }) => {
      const button = pointButton(map, index, thumbnail(thumbs, index, 76),
        h("span", { class: "dx-cosine" }, text.cosine(cosine)));
      button.setAttribute("aria-label", words.point(captionOf(map, index, language), cosine));
      return h("li", {}, button);
    }));
  }

  /** @param {import("./runs.js").MapData} map @param {import("./derive.js").Neighbour[]} found */
  function textList(map, found) {
    if (!found.length) return h("p", { class: "dx-caption" }, words.nothing);
    return h("ol", { class: "dx-near-texts" },
      ...found.slice(0, TEXTS).map(({ index, cosine }) =>
        h("li", {},
          pointButton(map, index, h("span", { class: "dx-near-words" }, captionOf(map, index, language)),
            h("span", { class: "dx-cosine" }, text.cosine(cosine))))
      ));
  }

  /** @param {import("./runs.js").MapData} map @param {import("./derive.js").Neighbour[]} pictures @param {import("./derive.js").Neighbour[]} texts */
  const lists = (map, pictures,
    texts) => [h("h4", {}, words.pictures, h("small", {}, words.cosineNote)), pictureList(map, pictures),
    h("h4", {}, words.texts, h("small", {}, words.cosineNote)), textList(map, texts)];

  /** @param {import("./runs.js").MapData} map @param {import("./runs.js").Placed} placed */
  function placedParts(map, placed) {
    const search = placed.what === "search";
    return [
      h("h3", { class: search ? "dx-text" : "dx-signal" }, search
        ? words.title.search(placed.label.length > 60 ? `${placed.label.slice(0, 59)}…` : placed.label)
        : words.title.picture),
      ...(placed.image
        ? [
          h("div", { class: "dx-point" }, h("img", { class: "dx-own", src: placed.image.url, alt: "" }),
            onRemove ? h("button", { type: "button", class: "dx-link", onclick: onRemove }, words.remove) : null),
        ]
        : []),
      ...(placed.read === null ? [] : [h("p", { class: "dx-caption" }, words.truncated(placed.read, placed.label.length))]),
      ...lists(map, foundNear(placed, PICTURE), foundNear(placed, TEXT)),
    ];
  }

  /** @param {import("./runs.js").MapData} map @param {number} index @param {boolean} back */
  function pointParts(map, index, back) {
    const picture = map.kinds.data[index] === PICTURE;
    const partner = map.partner.data[index];
    const caption = captionOf(map, index, language);
    const head = picture
      ? h("div", { class: "dx-point" }, thumbnail(thumbs, index, 96), h("span", {}, caption, ...facts(map, index)))
      : h("div", { class: "dx-point" }, h("span", { class: "dx-quote" }, caption, ...facts(map, index)));
    const other = partner < 0
      ? []
      : [h("p", { class: "dx-partner" }, picture ? words.ownCaption : words.ownPicture, " ", pointButton(map, partner, picture
        ? h("span", { class: "dx-near-words" }, captionOf(map, partner, language))
        : thumbnail(thumbs, partner, 40)))];
    return [...(back ? [h("button", { type: "button", class: "dx-link", onclick: onBack }, `‹ ${words.back}`)] : []), head,
      ...other, ...lists(map, neighboursOf(map, index, PICTURE), neighboursOf(map, index, TEXT))];
  }

  /** What is known of a point besides its caption. @param {import("./runs.js").MapData} map @param {number} index */
  function facts(map, index) {
    const { en } = map.captions[index].en
      ? map.captions[index]
      : (map.captions[map.partner.data[index]] ?? map.captions[index]);
    const embedded = en !== captionOf(map, index, language) ? [h("small", { lang: "en" }, en)] : []; // what CLIP has read
    const known = map.categories.filter(({ key }) => key !== "kind").map(({ names, values }) => names[values.data[index]])
      .filter(Boolean);
    return known.length
      ? [...embedded, h("small", {}, known.map((name) => spoken(/** @type {any} */ (name), language)).join(" · "))]
      : embedded;
  }

  /** @param {import("./runs.js").MapData} map @param {number[]} indices @param {{ names: any[], values: any, key: string }} category @param {string[]} colours @param {boolean} back */
  function lassoParts(map, indices, category, colours, back) {
    const counts = tally(category.values.data, indices);
    const most = counts[0]?.count ?? 1;
    const pictures = indices.filter((at) => map.kinds.data[at] === PICTURE);
    return [...(back ? [h("button", { type: "button", class: "dx-link", onclick: onBack }, `‹ ${words.back}`)] : []),
      h("h3", {}, words.title.lasso(indices.length)),
      h("ul", { class: "dx-counts" }, ...counts.slice(0, COUNTED).map(({ value, count }) => {
        const bar = h("i", { "aria-hidden": "true" });
        bar.style.width = `${(100 * count) / most}%`;
        bar.style.background = colours[Math.min(value, colours.length - 1)];
        return h("li", {}, h("span", {}, value === NONE ? text.legend.none : spoken(category.names[value], language)),
          h("span", { class: "dx-count-bar" }, bar), h("b", {}, String(count)));
      })), h("h4", {}, words.inLasso, h("small", {}, pictures.length > HELD ? words.more(pictures.length - HELD) : "")),
      h("ol", { class: "dx-held" },
        ...pictures.slice(0, HELD).map((index) => h("li", {}, pointButton(map, index, thumbnail(thumbs, index, 36)))))];
  }

  let drawn = /** @type {any[]} */ ([]);
  return {
    element,
    /**
     * @param {import("./runs.js").MapData | null} map
     * @param {Focus} focus
     * @param {{ category: any, colours: string[], back: boolean, ready: boolean }} options
     */
    draw(map, focus, { category, colours, back, ready }) {
      const asked = [map, focus?.kind,
        focus && ("placed" in focus ? focus.placed : "index" in focus ? focus.index : focus.indices), category, colours, back,
        ready];
      if (asked.every((value, at) => value === drawn[at]) && drawn.length) return;
      drawn = asked;
      if (!map) return;
      if (!focus) body.replaceChildren(h("h3", {}, words.title.none), h("p", { class: "dx-caption" }, words.hint));
      else if (focus.kind === "point") body.replaceChildren(...pointParts(map, focus.index, back));
      else if (focus.kind === "lasso") body.replaceChildren(...lassoParts(map, focus.indices, category, colours, back));
      else body.replaceChildren(...placedParts(map, focus.placed));
      element.scrollTop = 0;
    },
  };
}
