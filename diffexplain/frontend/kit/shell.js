/**
 * What every explorer has around its own view: stores fed by the host, controls that follow traits, refusals, the line that says
 * what went wrong, keys, the language switch. An explorer gives its words and its view; it is mounted anew when the language changes.
 */

import { answers } from "./answers.js";
import { receive, traitWriter, watch } from "./connect.js";
import { h, setText, show } from "./dom.js";
import { hideFallback, keepKeys } from "./host.js";
import { knownWords } from "./known_words.js";
import { isBusy, isOver, noRuns } from "./runs.js";
import { createSaver, saveButton, saveMenu } from "./save.js";
import { shownRun } from "./shown.js";
import { createStore } from "./store.js";
import { words as kitWords } from "./text.js";
import { onTheme } from "./theme.js";
import { LANGUAGES, refusal, spoken, translator } from "./words.js";

/**
 * What a view is given to work with.
 * @template Content, Text
 * @typedef {object} Page
 * @property {any} constants  reads a trait that only Python sets: `constants("_controls")`
 * @property {Text} text  the explorer's words
 * @property {ReturnType<typeof kitWords>} kit  the words of all explorers
 * @property {string} language
 * @property {boolean} live  false in a page without a kernel
 * @property {import("./store.js").Store<import("./runs.js").Runs<Content>>} runs
 * @property {import("./store.js").Store<any>} chosen  what the reader has chosen: traits of the view and what only this page knows
 * @property {(changes: Record<string, any>) => void} choose  changes `chosen`, and the traits among it
 * @property {(name: string, value: any) => void} write  sets a trait of the request
 * @property {() => void} cancel
 * @property {() => void} runAgain
 * @property {(content: any, buffers?: ArrayBuffer[]) => void} send  a message to Python
 * @property {Host | null} host  shows other widgets inside this one; null where the page around can't
 * @property {AbortSignal} signal  ends with the view
 */

/**
 * What a view gives back.
 * @typedef {object} View
 * @property {{ element: HTMLElement, parts: Record<string, import("./controls.js").Control<any>> }} bar  a part has the name of its trait
 * @property {HTMLElement[]} body
 * @property {() => void} draw  called after each change of a store, and of the page's theme
 * @property {(event: KeyboardEvent, editing: boolean) => boolean} [keys]  true when it has used the key
 * @property {() => string} [notice]  a sentence about the run on screen that nobody should miss; else what of its prompt was not read
 * @property {() => { text: string }[]} [unlearned]  words of it that the bundled model never learned; else its begin says so
 */

/** Makes a view. @template Content, Text @typedef {(page: Page<Content, Text>) => View} Open */

/**
 * @typedef {{ getModel: (reference: string) => Promise<import("@anywidget/types").AnyModel<any>>,
 *   getWidget: (reference: string) => Promise<{ render: (place: { el: HTMLElement, signal: AbortSignal }) => Promise<void> }> }} Host
 */

/** How long a page waits for its first answer: the kernel may still be busy with the cell that made it, in ms. */
const SILENCE = 8000;

/**
 * @template Content, Text
 * @param {object} explorer
 * @param {string} explorer.name  of its folder: its styles apply inside `.dx-NAME` alone
 * @param {import("./words.js").Catalogues} explorer.catalogues
 * @param {(language: import("./words.js").Translator) => Text & { title: string, all?: string }} explorer.words  `all`: what the button says
 *   that saves a page with others inside it
 * @param {(runs: import("./runs.js").Runs<Content>, message: import("./protocol.js").Message) => import("./runs.js").Runs<Content>} explorer.reduce
 * @param {string[]} [explorer.traits]  those of the view: the page answers alone
 * @param {boolean} [explorer.session]  its runs go on, so Escape pauses them
 * @param {Record<string, any>} [explorer.local]  what the reader chooses and Python need not know
 * @param {Open<Content, Text>} explorer.open
 */
export function defineExplorer({ name, catalogues, words, reduce, traits = [], local = {}, session = false, open }) {
  /** @param {{ model: import("@anywidget/types").AnyModel<any>, el: HTMLElement, signal: AbortSignal, host?: any }} place */
  function render({ model, el, signal, host = null }) {
    const live = model.get("_live") !== false; // a page without a kernel sets it to false
    const runs = createStore(/** @type {import("./runs.js").Runs<Content>} */ (noRuns()));
    const chosen = createStore(
      /** @type {any} */ ({ ...local, ...Object.fromEntries(traits.map((name) => [name, model.get(name)])) }),
    );
    const set = traitWriter(model);
    const { absence, expect } = answers(model, signal);
    /** @type {Page<Content, Text>["send"]} */
    const send = (content, buffers = []) => {
      model.send(content, undefined, buffers);
      expect(buffers.length ? SILENCE : undefined); // a large picture is long under way
    };
    const write = (/** @type {string} */ name, /** @type {any} */ value) => {
      set(name, value);
      expect();
    };
    const saver = createSaver(model, send, signal);
    absence.subscribe((why) => (why === "gone" || why === "silent") && saver.forget(), signal); // no file will come
    let mounted = new AbortController();

    const mount = () => {
      const switched = el.contains(el.ownerDocument.activeElement) && el.ownerDocument.activeElement?.matches(".dx-language");
      mounted.abort();
      mounted = new AbortController();
      const language = model.get("language") in LANGUAGES ? model.get("language") : "en";
      const speaker = translator(catalogues, language);
      const page = { language, live, runs, chosen, write, signal: mounted.signal, text: words(speaker), kit: kitWords(speaker),
        constants: (/** @type {string} */ name) => model.get(name), choose(/** @type {Record<string, any>} */ changes) {
        chosen.update((
          state,
        ) => (Object.entries(changes).some(([name, value]) => state[name] !== value) ? { ...state, ...changes } : state));
        for (const [name, value] of Object.entries(changes)) if (traits.includes(name)) set(name, value);
      }, cancel: () => send({ kind: "cancel" }), runAgain: () => send({ kind: "run" }), send, host };
      const view = open(page);
      view.bar.parts = withoutCommon(view.bar, el.dataset.common?.split(" ") ?? []);
      const save = live ? saving(page, model.get("_files") ?? [], saver, "common" in el.dataset) : null; // a recording is a file already
      const root = frame(name, page, view, model, absence, save, session);
      if (save) saver.saving.subscribe(save.draw, mounted.signal);
      el.replaceChildren(root);
      if (switched) /** @type {HTMLElement | null} */ (root.querySelector(".dx-language"))?.focus();
    };

    watch(model, ["language"], mount, signal);
    for (const name of traits)
      watch(model, [name], () => chosen.update((state) => ({ ...state, [name]: model.get(name) })), signal);
    if (live) expect(SILENCE);
    receive(model, runs, reduce, signal);
    signal.addEventListener("abort", () => mounted.abort());
  }
  return { render };
}

/**
 * What makes files of an explorer, named by what it saves where several stand on one page.
 * @param {Page<any, any>} page
 * @param {string[]} files
 * @param {import("./save.js").Saver} saver
 * @param {boolean} among  others that can be saved
 */
function saving(page, files, saver, among) {
  const { text, kit } = page;
  if (text.all && files.length) return saveButton(files[0], text.all, page, saver);
  return saveMenu(files, among ? kit.save.one : kit.save.label, page, saver);
}

/**
 * Hides controls that stand elsewhere on the page for several explorers, and gives the others.
 * @param {View["bar"]} bar
 * @param {string[]} common  names of their traits
 */
function withoutCommon({ element, parts }, common) {
  for (const name of common) if (parts[name]) show(false, parts[name].element);
  const left = Object.entries(parts).filter(([name]) => !common.includes(name));
  show(left.some(([, part]) => element.contains(part.element)), element);
  return Object.fromEntries(left);
}

/**
 * @param {string} name
 * @param {Page<any, any>} page
 * @param {View} view
 * @param {import("@anywidget/types").AnyModel<any>} model
 * @param {import("./store.js").Store<import("./answers.js").Absence>} absence
 * @param {ReturnType<typeof saving> | null} save
 * @param {boolean} session
 */
function frame(name, page, view, model, absence, save, session) {
  const { runs, chosen, kit, language, live, signal } = page;
  const { bar } = view;
  const line = h("div", { class: "dx-notice", role: "alert", hidden: true });
  const root = h("section", { class: `dx dx-${name}-explorer`, "aria-label": page.text.title, lang: LANGUAGES[language].tag },
    bar.element, line, ...view.body);
  /** @type {NonNullable<View["unlearned"]>} */
  const unlearned = view.unlearned ?? (() => {
    const { unlearned = [], negative_unlearned = [] } = shownRun(runs.get()).content?.begin ?? {};
    return [...unlearned, ...negative_unlearned];
  });
  const notice = view.notice ?? (() => {
    const { truncated, other_truncated: other, token_limit: limit } = runs.get().current?.content.begin ?? {};
    const unread = truncated ?? other;
    return unread ? kit.truncated(limit, unread.dropped_text) : "";
  });
  bar.element.append(...languageSwitch(page, (code) => {
    model.set("language", code);
    model.save_changes();
  }));
  const forgive = () => runs.update((state) => (state.refused ? { ...state, refused: null } : state));
  bar.element.addEventListener("input", forgive); // whoever types again has read what was wrong
  if (!live) { for (const part of Object.values(bar.parts)) part.disable(kit.state.recording); }
  const known = knownWords(page, bar.parts); // after: a recording has nothing to write into, but the list can be read
  if (known.element) line.after(known.element);
  if (save) (root.querySelector(".dx-foot") ?? root).append(save.element);

  const mark = () => known.draw(unlearned().map(({ text }) => text));
  const draw = () => {
    const { current, refused } = runs.get();
    Object.assign(root.dataset, { run: String(current?.number ?? ""), state: current?.status.state ?? "" });
    view.draw();
    drawNotice(line, page, absence.get(), notice());
    mark();
    save?.draw();
    for (const [name, part] of Object.entries(bar.parts))
      part.refuse(refused?.field === name ? refusal(refused, language, labelOf(part.element) || name) : "");
    if (current) hideFallback(root, model.get("_key"));
  };
  for (const store of [runs, chosen, absence]) /** @type {import("./store.js").Store<any>} */ (store).subscribe(draw, signal);
  onTheme(draw, signal);
  for (const [name, part] of Object.entries(bar.parts)) {
    watch(model, [name], () => {
      part.set(model.get(name));
      mark();
    }, signal);
  }
  keepKeys(root, (event, editing) => {
    if (event.key === "Escape" && runs.get().refused) forgive();
    else if (event.key === "Escape" && isBusy(runs.get().current?.status))
      session
        ? page.send({ kind: "pause" })
        : page.cancel();
    else return view.keys?.(event, editing) ?? false;
    return true;
  });
  return root;
}

/** What a learner sees over a control. @param {Element} element */
const labelOf = (element) =>
  (element.querySelector("legend, .dx-segments-name, .dx-caption, label")?.firstChild?.textContent
    ?? element.getAttribute("aria-label") ?? "").trim();

/** That nobody answers; what went wrong and what to do; or what the explorer itself has to say. @param {HTMLElement} notice @param {Page<any, any>} page @param {import("./answers.js").Absence} absence @param {string} own */
function drawNotice(notice, { runs, kit, language }, absence, own) {
  const { current, last } = runs.get();
  const failed = absence === "" && current?.status.state === "failed";
  show(failed || absence !== "" || own !== "", notice);
  notice.classList.toggle("dx-failed", failed || absence === "gone" || absence === "silent");
  if (!failed || !current) return setText(notice, absence === "" ? own : kit.absence[absence]);
  const message = kit.stopped(spoken(current.status.message, language));
  const advice = spoken(current.status.advice, language) || kit.state.advice;
  const sentences = kit.sentences([message, kit.stopped(advice), last && isOver(current.status) ? kit.state.kept : ""]);
  if (notice.dataset.said === sentences && notice.firstElementChild) return;
  notice.dataset.said = sentences;
  notice.replaceChildren(h("b", {}, kit.state.failed), ` ${sentences}`);
}

/** One small button for each language that is not in force, in its own words. @param {Page<any, any>} page @param {(code: string) => void} choose */
function languageSwitch({ kit, language }, choose) {
  return Object.entries(LANGUAGES).filter(([code]) => code !== language).map(([code, { name, tag }]) =>
    h("button", { type: "button", class: "dx-language", lang: tag, title: kit.language(name), "aria-label": kit.language(name),
      onclick: () => choose(code) }, name)
  );
}
