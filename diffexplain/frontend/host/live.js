/**
 * The host of a page that generates: it opens with a recorded run, and whatever is changed, the bundled network draws in this page. The network's
 * files lie beside the page, or in it as blocks dx-file-NAME.
 */
import catalogues from "catalogues:network";
import { setText } from "../kit/dom.js";
import { asBytes } from "../kit/protocol.js";
import { LANGUAGES, translator } from "../kit/words.js";
import { FileError, Files } from "../network/files.js";
import { scriptAddress } from "../network/script.js";
import { words } from "../network/text.js";
import { liveModel } from "./live_model.js";
import { createSender } from "./sender.js";
import { block, recordedModel, start } from "./static.js";
import { createStrip } from "./strip.js";

/** @type {{ explorer: string, rules: Record<string, import("./checks.js").Rule>, worker: import("../network/files.js").File,
 *   files: import("../network/files.js").File[], inside: boolean }} */
const live = JSON.parse(block("dx-live"));
const inLanguage = (/** @type {string} */ language) => words(translator(catalogues, language));
/** @param {(text: ReturnType<typeof words>) => string} pick */
const spoken = (pick) => Object.fromEntries(Object.keys(LANGUAGES).map((language) => [language, pick(inLanguage(language))]));
/** @param {import("../network/files.js").File} file */
const absolute = (file) => ({ ...file, address: new URL(file.address, location.href).href }); // a thread made of text knows no page

/** What the page has in itself of a file. @param {string} name */
const within = (name) => asBytes(block(`dx-file-${name}`).trim());

/** Begins the thread. @param {Record<string, Uint8Array>} there */
async function begin(there) {
  const own = live.inside ? { [live.worker.name]: within(live.worker.name) } : {};
  const files = new Files([absolute(live.worker)], own);
  const text = (await files.load(() => {}, new AbortController().signal))[live.worker.name];
  if (live.inside) { for (const { name } of live.files) there[name] = within(name); }
  return new Worker(scriptAddress(text, live.inside), { type: "module" }); // from text, so that the page's policy holds in it, too
}

/** @param {any} error */
function why(error) {
  if (error instanceof FileError) {
    return { message: spoken(({ errors }) => errors[error.why](error.file, error.reason)), advice: spoken(({ errors }) =>
      errors.anew
    ) };
  }
  return { message: spoken(({ errors }) => errors.stopped), advice: spoken(({ errors }) => errors.close) };
}

/** @param {Record<string, any>} traits @param {any[]} messages */
function modelOf(traits, messages) {
  const unable = typeof WebAssembly === "undefined" ? "none" : location.protocol === "file:" && !live.inside ? "file" : null;
  const labels = Object.fromEntries(
    (traits._controls.samplers ?? []).map((/** @type {any} */ { name, label }) => [name, label]),
  );
  /** @type {any} */
  let model;
  const strip = createStrip({ text: () => inLanguage(model.get("language")), cancel: () => model.send({ kind: "cancel" }) });
  const sender = createSender({ begin, explorer: live.explorer,
    open: { files: live.files.map(absolute), labels, inside: live.inside }, hear: (message) => model.hear(message),
    fail: (error) => model.fail(why(error)), follow: strip.set });
  model = unable
    ? recordedModel(traits, messages)
    : liveModel(traits, messages, { ...live, sender, spoken: (pick) => spoken(({ refused }) => pick(refused)) });
  strip.set(
    unable ? { state: unable } : { state: "idle", done: 0, total: live.files.reduce((sum, { bytes }) => sum + bytes, 0) },
  );
  const subject = /** @type {HTMLElement} */ (document.querySelector("header p"));
  model.on("change:language", strip.draw);
  model.on("change:prompt", () => setText(subject, `“${model.get("prompt").trim()}”`));
  document.getElementById("dx-explorer")?.before(strip.element);
  return model;
}

start(modelOf);
