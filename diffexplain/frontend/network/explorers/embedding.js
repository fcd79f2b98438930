/** A text of the reader's own on the map, said in the same messages as Python says it (explorers/embedding/explorer.py). */
import { embedTexts } from "../clip.js";
import { missing } from "../opening.js";
import { read } from "../reading.js";

const [PICTURE, TEXT] = /** @type {[0, 1]} */ ([0, 1]);

/** @param {any} request @param {import("../engine.js").Kit} kit @param {import("../engine.js").Emit} emit */
export async function embedding({ search }, kit, emit) {
  if (!search) return;
  const [point] = await embedTexts([search], kit);
  const atlas = /** @type {import("../atlas.js").Atlas} */ (kit.atlas);
  const [pictures, texts] = [atlas.find(point, PICTURE), atlas.find(point, TEXT)];
  await emit("placed", { what: "search", label: search, image: null,
    places: { data: Float32Array.from(atlas.place(point, TEXT).flat()), shape: [4, 2] }, pictures: pictures.indices,
    picture_cosines: pictures.cosines, texts: texts.indices, text_cosines: texts.cosines,
    read: read(search, kit.tokenizer).truncated?.text_kept_characters ?? null, unlearned: missing(search, kit) });
}
