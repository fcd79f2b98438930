/**
 * A value that views subscribe to. Changes within one frame reach them together.
 *
 * @template State
 * @param {State} initial
 * @param {(flush: () => void) => void} [schedule]
 */
export function createStore(initial, schedule = (flush) => requestAnimationFrame(flush)) {
  let state = initial;
  let waiting = false;
  /** @type {Set<(state: State) => void>} */
  const listeners = new Set();
  const flush = () => {
    waiting = false;
    for (const listener of listeners) listener(state);
  };
  return {
    get: () => state,
    /** @param {(state: State) => State} change */
    update(change) {
      const next = change(state);
      if (next === state) return;
      state = next;
      if (waiting) return;
      waiting = true;
      schedule(flush);
    },
    /**
     * @param {(state: State) => void} listener  called at once, then after each change
     * @param {AbortSignal} signal
     */
    subscribe(listener, signal) {
      listeners.add(listener);
      signal.addEventListener("abort", () => listeners.delete(listener));
      listener(state);
    },
  };
}

/**
 * @template State
 * @typedef {ReturnType<typeof createStore<State>>} Store
 */
