/** The open explorers below one another, each under a head that says what it is, what it takes from the bar, and how to close it. */

import { h, setText, show } from "../../kit/dom.js";
import { spoken } from "../../kit/words.js";

/**
 * @typedef {import("./messages").Tile} Tile
 * @typedef {Record<string, Record<string, import("../../kit/protocol.js").Spoken>>} Differs  explorer -> field -> why
 */

/**
 * @param {import("./catalogue.js").Page} page
 * @param {string[]} common  names of the bar's controls
 * @param {(name: string) => void} close
 */
export function createBenches({ text, kit, language, live, host, signal }, common, close) {
  const element = h("div", { class: "dx-benches" });
  const empty = h("p", { class: "dx-empty", hidden: true }, text.none);
  /** @type {Map<string, ReturnType<typeof benchOf>>} */
  const benches = new Map();
  let drawn = "";

  /** @param {string} name @param {string} reference */
  function benchOf(name, reference) {
    const [title, about, note] = [h("h2", { tabIndex: -1 }), h("p", {}), h("small", {})];
    const shut = h("button", { type: "button", class: "dx-link", hidden: !live, onclick: () => close(name) }, kit.close);
    const place = h("div", { class: "dx-place-of-explorer" });
    const section = h("div", { class: "dx-bench" }, h("header", {}, h("div", {}, title, about, note), shut), place);
    let mounted = new AbortController();
    let hidden = /** @type {string | null} */ (null);

    /** @param {string} fields  whose controls stand in the bar */
    async function mount(fields) {
      hidden = fields;
      mounted.abort();
      mounted = new AbortController();
      const here = mounted.signal;
      const inner = h("div", {});
      inner.dataset.common = fields;
      place.replaceChildren(inner);
      if (!host) return void place.replaceChildren(h("p", { class: "dx-empty" }, text.alone(`bench["${name}"]`)));
      const [model, widget] = await Promise.all([host.getModel(reference), host.getWidget(reference)]);
      if (here.aborted) return;
      if (model.get("language") !== language) model.set("language", language);
      await widget.render({ el: inner, signal: here });
    }

    signal.addEventListener("abort", () => mounted.abort());
    return {
      section,
      end: () => mounted.abort(),
      show() {
        section.scrollIntoView({ block: "start" });
        title.focus({ preventScroll: true });
      },
      /** @param {Tile} tile @param {Differs[string]} differs */
      draw(tile, differs) {
        const own = tile.follows.filter((field) => common.includes(field) && !(field in differs));
        setText(title, spoken(tile.title, language));
        setText(about, spoken(tile.about, language));
        const reasons = Object.entries(differs).map(([field, reason]) =>
          text.differs(text.fields[field] ?? field, spoken(reason, language))
        );
        const followed = own.length ? text.follows(text.list(own.map((field) => text.fields[field]))) : text.independent;
        setText(note, [followed, ...reasons].reduce((first, second) => text.sentences([first, second])));
        note.classList.toggle("dx-differs", reasons.length > 0);
        shut.setAttribute("aria-label", text.named(kit.close, spoken(tile.title, language)));
        if (hidden !== own.join(" ")) mount(own.join(" "));
      },
    };
  }

  return {
    element: h("div", {}, empty, element),
    /** @param {string} name */
    show: (name) => benches.get(name)?.show(),
    /** @param {Tile[]} tiles @param {Record<string, string>} explorers  name -> reference @param {Differs} differs */
    draw(tiles, explorers, differs) {
      for (const [name, bench] of benches) {
        if (name in explorers) continue;
        bench.end();
        bench.section.remove();
        benches.delete(name);
      }
      const order = tiles.filter(({ name }) => name in explorers);
      for (const tile of order) {
        if (!benches.has(tile.name)) benches.set(tile.name, benchOf(tile.name, explorers[tile.name]));
        benches.get(tile.name)?.draw(tile, differs[tile.name] ?? {});
      }
      const names = order.map(({ name }) => name).join(" ");
      if (names !== drawn) {
        order.forEach(({ name }, at) => {
          const { section } = /** @type {any} */ (benches.get(name));
          if (element.children[at] !== section) element.insertBefore(section, element.children[at] ?? null);
        });
      }
      drawn = names;
      show(tiles.length > 0 && order.length === 0 && Object.keys(explorers).length === 0, empty);
    },
  };
}
