/** All of a message of which a page has a preview: asked of Python, answered with a message marked `detail`. */

/**
 * Asks once the reader has stayed with something: who scrubs past it needs no more than its preview.
 * @param {object} options
 * @param {(content: any) => void} options.send
 * @param {AbortSignal} options.signal
 * @param {number} [options.wait]  ms
 */
export function createAsker({ send, signal, wait = 250 }) {
  let asked = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  signal.addEventListener("abort", () => clearTimeout(timer));
  /**
   * @param {number} run
   * @param {number[]} numbers  of the messages that are needed now, also of those that have come
   * @param {(number: number) => boolean} has  whether all of a message is here
   */
  return function want(run, numbers, has) {
    const key = numbers.length ? `${run}: ${numbers}` : "";
    if (key === asked) return;
    asked = key;
    clearTimeout(timer);
    if (!key) return;
    timer = setTimeout(() => {
      for (const number of numbers) if (!has(number)) send({ kind: "detail", run, number });
    }, wait);
  };
}
