/**
 * What hosts of one exported explorer share: the same module, a recorded list of messages instead of a kernel.
 * The page holds three inert blocks (diffexplain/explorers/page.py): dx-state, dx-messages, and dx-modules, one module whose default is
 * the list of the page's explorers. One that shows others inside it has a fourth, dx-widgets: their traits, and where in the list each is.
 */

import { asBytes } from "../kit/protocol.js";

/** @param {string} id */
export const block = (id) => document.getElementById(id)?.textContent ?? "";

/** @param {Uint8Array} bytes */
async function gunzip(bytes) {
  const stream = new Blob([/** @type {any} */ (bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * uint32 length, JSON, then all buffers one after the other.
 * @param {Uint8Array} pack
 * @returns {{ content: any, buffers: Uint8Array[] }[]}
 */
export function unpack(pack) {
  const length = new DataView(pack.buffer, pack.byteOffset).getUint32(0, true);
  const entries = JSON.parse(new TextDecoder().decode(pack.subarray(4, 4 + length)));
  let at = 4 + length;
  return entries.map((/** @type {any} */ { buffers, ...content }) => ({ content,
    buffers: buffers.map((/** @type {number} */ size) => pack.subarray(at, at += size)) })
  );
}

/**
 * The model contract of anywidget over a plain object. `ready` plays the recording; nothing else can be asked of it.
 * @param {Record<string, any>} traits
 * @param {{ content: any, buffers: Uint8Array[] }[]} messages
 */
export function recordedModel(traits, messages) {
  /** @type {Record<string, any>} */
  const state = { ...traits, _live: false };
  /** @type {Map<string, Set<(...values: any[]) => void>>} */
  const listeners = new Map();
  const fire = (/** @type {string} */ name, /** @type {any[]} */ ...values) =>
    listeners.get(name)?.forEach((listener) => listener(...values));
  return { get: (/** @type {string} */ name) => state[name], set(/** @type {string} */ name, /** @type {any} */ value) {
    if (state[name] === value) return;
    state[name] = value;
    fire(`change:${name}`);
  }, save_changes() {}, on(/** @type {string} */ name, /** @type {(...values: any[]) => void} */ listener) {
    listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
  }, off(/** @type {string} */ name, /** @type {(...values: any[]) => void} */ listener) {
    listeners.get(name)?.delete(listener);
  }, send(/** @type {any} */ content) {
    if (content.kind === "ready") { for (const message of messages) fire("msg:custom", message.content, message.buffers); }
  } };
}

/**
 * What a notebook gives an explorer to show others inside it.
 * @param {Record<string, { model: any, explorer: any }>} widgets  by reference
 */
export const recordedHost = (widgets) => ({ getModel: async (/** @type {string} */ reference) => widgets[reference].model,
  async getWidget(/** @type {string} */ reference) {
    const { model, explorer } = widgets[reference];
    return {
      render: async (/** @type {{ el: HTMLElement, signal: AbortSignal }} */ place) => explorer.render({ model, ...place }),
    };
  } });

/** What a block holds. @param {string} id */
const unzipped = async (id) => gunzip(asBytes(block(id).trim()));

/** The explorers of this page, its own first. */
async function explorersOf() {
  const address = URL.createObjectURL(
    new Blob([/** @type {any} */ (await unzipped("dx-modules"))], { type: "text/javascript" }),
  );
  const { default: explorers } = await import(address);
  URL.revokeObjectURL(address);
  return explorers;
}

/**
 * @param {any[]} explorers
 * @param {{ content: any, buffers: Uint8Array[] }[]} messages  those of a widget name it
 */
async function widgetsOf(explorers, messages) {
  if (!block("dx-widgets")) return {};
  const { shared, widgets } = JSON.parse(new TextDecoder().decode(await unzipped("dx-widgets")));
  const given = (/** @type {any} */ value) =>
    value !== null && typeof value === "object" && "shared" in value ? shared[value.shared] : value;
  const each = (/** @type {any} */ values) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, given(value)]));
  return Object.fromEntries(
    Object.entries(/** @type {Record<string, any>} */ (widgets)).map(([reference, { traits, module }]) => {
      const own = messages.filter(({ content }) => content.widget === reference);
      return [reference, { model: recordedModel({ ...each(traits), _controls: each(traits._controls) }, own),
        explorer: explorers[module] }];
    }),
  );
}

/** What stands around the explorer, in its language. @param {string} language */
function speak(language) {
  for (const each of document.querySelectorAll("[data-words]"))
    each.textContent = JSON.parse(/** @type {HTMLElement} */ (each).dataset.words ?? "{}")[language] ?? each.textContent;
}

/**
 * Shows the explorer of this page.
 * @param {(traits: Record<string, any>, messages: { content: any, buffers: Uint8Array[] }[]) => any} modelOf
 */
export async function start(modelOf) {
  const { traits } = JSON.parse(block("dx-state"));
  const [messages, explorers] = [unpack(await unzipped("dx-messages")), await explorersOf()];
  const el = document.getElementById("dx-explorer");
  const model = modelOf(traits, messages.filter(({ content }) => !content.widget));
  model.on("change:language", () => speak(model.get("language")));
  const host = recordedHost(await widgetsOf(explorers, messages));
  explorers[0].render({ model, el, signal: new AbortController().signal, host });
}
