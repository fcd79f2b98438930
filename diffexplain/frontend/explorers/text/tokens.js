/** The sentence in tokens: each with its number, the pieces of one word joined, what is padding and what is not read. */

import { h, setText, show } from "../../kit/dom.js";
import { isUnlearned } from "../../kit/known_words.js";
import { segmentControl } from "../../kit/segments.js";

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 */
export function createTokens({ text, choose }) {
  const words = text.tokens;
  const [line, row, state] = [h("p", { class: "dx-prose" }), h("div", { class: "dx-tokens", role: "group" }),
    h("small", { class: "dx-state", role: "status" })];
  row.setAttribute("aria-label", words.label);
  const place = h("div", {});
  const strange = h("small", {}, words.strange);
  const element = h("section", { class: "dx-sentence" }, place, h("div", { class: "dx-sentence-head" }, line, state), row,
    strange);
  /** @type {import("./messages").Encoder | null} */
  let laid = null;
  /** @type {ReturnType<typeof segmentControl> | null} */
  let encoders = null;

  /** @param {import("./derive.js").View} view */
  function lay({ encoder, tokens, content: { begin } }) {
    if (!begin) return;
    laid = encoder;
    const kinds = begin.encoders.map(({ kind, name }) => ({ value: name, label: `${kind} · ${name}`, hint: "" }));
    encoders = kinds.length < 2
      ? null
      : segmentControl({ ...words.encoder, choices: kinds, onChange: (name) =>
        choose({ encoder: kinds.findIndex(({ value }) => value === name), token: null, layer: -1, head: -1 }) });
    place.replaceChildren(...(encoders ? [encoders.element] : []));
    const unlearned = begin.unlearned.filter((word) => begin.request.prompt.includes(word.text));
    const buttons = tokens.map((piece, at) => {
      const label = piece.kind === "padding" ? words.padding(encoder.padding) : text.name(piece);
      const known = isUnlearned(piece, unlearned) ? "dx-unlearned" : "";
      return h("button", { type: "button", title: words.title(piece), "aria-pressed": "false",
        class: `dx-piece ${piece.kind === "word" ? "" : "dx-mark"}`, onclick: () => choose({ token: at }) },
        h("span", { class: `dx-piece-text ${known}` }, piece.whole ? label : words.bytes(piece.name)),
        h("small", {}, String(piece.id)));
    });
    const groups = [...new Set(tokens.map(({ group }) => group))];
    row.replaceChildren(
      ...groups.map((one) => h("span", { class: "dx-pieces" }, ...buttons.filter((_, at) => tokens[at].group === one))),
      ...(encoder.truncated ? [h("span", { class: "dx-cut-off" }, words.cut(encoder.truncated.dropped_text.trim()))] : []),
    );
    setText(line, words.line(encoder, new Set(tokens.filter(({ kind }) => kind === "word").map(({ group }) => group)).size));
    show(tokens.some(({ whole }) => !whole), strange);
  }

  return {
    element,
    /** @param {import("./derive.js").View} view @param {string} running */
    draw(view, running) {
      setText(state, running);
      if (view.encoder !== laid) lay(view);
      element.classList.toggle("dx-old", view.old);
      encoders?.set(view.encoder.name);
      [...row.querySelectorAll("button")].forEach((button, at) =>
        button.setAttribute("aria-pressed", String(at === view.token))
      );
    },
  };
}
