/** What runs have made for later ones, by what was asked, as Python remembers it (explorers/remembered.py). */

/** @typedef {import("./engine.js").Emit} Emit */

export class Memory {
  /** @type {Map<string, Map<string, any>>} */
  #places = new Map();

  /**
   * What was made for this request; it is made and remembered where nothing was.
   * @template Value
   * @param {string} place @param {any} key  fit for JSON @param {() => Promise<Value>} make @param {number} [most]  that are kept; those used last
   * @returns {Promise<Value>}
   */
  async made(place, key, make, most = 1) {
    const kept = this.#places.get(place) ?? new Map(), name = JSON.stringify(key);
    this.#places.set(place, kept);
    const value = kept.has(name) ? kept.get(name) : await make();
    kept.delete(name);
    kept.set(name, value);
    if (kept.size > most) kept.delete(kept.keys().next().value);
    return value;
  }

  /**
   * Says again what was said for a request, or has it said and remembers that.
   * @param {string} place @param {any} key @param {Emit} emit @param {(emit: Emit) => Promise<any>} run
   * @param {string[]} [without]  kinds that are said once only: what they show has been replaced by the end
   * @returns {Promise<boolean>}  whether it was said before
   */
  async replayed(place, key, emit, run, without = []) {
    let before = true;
    const said = await this.made(place, key, async () => {
      before = false;
      const messages = /** @type {[string, any][]} */ ([]);
      await run(async (kind, data) => {
        if (!without.includes(kind)) messages.push([kind, data]);
        await emit(kind, data);
      });
      return messages;
    });
    if (before) { for (const [kind, data] of said) await emit(kind, data); }
    return before;
  }

  /** Lets all go. */
  clear() {
    this.#places.clear();
  }
}
