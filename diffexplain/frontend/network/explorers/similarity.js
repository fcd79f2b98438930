/** Texts beside pictures, said in the same messages as Python says it (explorers/similarity/explorer.py). */
import { asBytes } from "../../kit/protocol.js";
import { cosine, embedTexts } from "../clip.js";
import { missing } from "../opening.js";
import { read } from "../reading.js";
import { numbers } from "../wire.js";

const NEAREST = 12;
const MOST_KNOWN = 128; // pictures beside those of the sheet
const BATCH = 32; // texts at a time

/**
 * What Python has seen of the pictures (explorers/similarity/for_page.py).
 * @typedef {object} Pictures
 * @property {Record<string, number[]>} points  by reference, of unit length
 * @property {Record<string, { content: string, width: number, height: number }>} thumbnails  of those that are not on the sheet; JPEG in base64
 * @property {number} searched  so many of the gallery can be sorted by a text
 * @property {string[]} shown  what the page has beside the sheet
 * @property {number} temperature
 * @property {string} clip
 */

/** @typedef {import("../engine.js").Kit} Kit @typedef {import("../engine.js").Emit} Emit */

const known = (/** @type {Kit} */ { facts }) => /** @type {Pictures} */ (facts.pictures);

/** @param {any} request @param {Kit} kit @param {Emit} emit @param {() => Promise<void>} pause */
export async function similarity(request, kit, emit, pause) {
  const { pictures, texts, search } = request;
  await show(pictures, kit, emit);
  const points = await pointsOf(texts, kit, pause);
  const cosines = pictures.flatMap((/** @type {string} */ reference) =>
    points.map((point) => withPicture(point, reference, kit))
  );
  const { temperature, clip } = known(kit);
  await emit("matrix", { request, cosines: numbers(cosines, [pictures.length, texts.length]), temperature, clip,
    width: points[0].length, cut: texts.flatMap((/** @type {string} */ text, /** @type {number} */ at) => cut(text, at, kit)),
    unlearned: [...texts, search].flatMap((text) => missing(text, kit)) });
  if (search.trim()) await find(search, kit, emit, pause);
}

/** @param {Float32Array} point @param {string} reference @param {Kit} kit */
const withPicture = (point, reference, kit) => cosine(point, Float32Array.from(known(kit).points[reference]));

/** @param {string[]} texts @param {Kit} kit @param {() => Promise<void>} pause */
async function pointsOf(texts, kit, pause) {
  const points = [];
  for (let at = 0; at < texts.length; at += BATCH) {
    await pause();
    points.push(...await embedTexts(texts.slice(at, at + BATCH), kit));
  }
  return points;
}

/** What a text is cut to. @param {string} text @param {number} at @param {Kit} kit */
function cut(text, at, { tokenizer }) {
  const { truncated } = read(text, tokenizer);
  const tokens = tokenizer.pieces(text).length + 2;
  return truncated ? [{ text: at, tokens, read: tokenizer.length, characters: truncated.text_kept_characters }] : [];
}

/** Says pictures that the page can't have yet. @param {string[]} references @param {Kit} kit @param {Emit} emit */
async function show(references, kit, emit) {
  const pictures = known(kit);
  const wanted = references.filter((reference) => reference in pictures.thumbnails);
  const all = [...pictures.shown.filter((reference) => !wanted.includes(reference)), ...new Set(wanted)].slice(-MOST_KNOWN);
  const anew = wanted.some((reference) => !pictures.shown.includes(reference));
  pictures.shown = all;
  if (!anew) return;
  await emit("thumbnails", { references: all, pictures: all.map((reference) => {
    const { content, ...size } = pictures.thumbnails[reference];
    return { bytes: asBytes(content), mime: "image/jpeg", ...size };
  }) });
}

/** @param {string} search @param {Kit} kit @param {Emit} emit @param {() => Promise<void>} pause */
async function find(search, kit, emit, pause) {
  const [query] = await pointsOf([search], kit, pause);
  const found = Array.from({ length: known(kit).searched }, (_, number) => {
    const reference = `gallery:${number}`;
    return { reference, value: withPicture(query, reference, kit) };
  }).sort((one, other) => other.value - one.value);
  const nearest = found.slice(0, NEAREST).map(({ reference }) => reference);
  await show(nearest, kit, emit);
  const values = found.map(({ value }) => value);
  await emit("found", { search, references: nearest, cosines: numbers(values.slice(0, NEAREST)),
    all_cosines: numbers(values) });
}
