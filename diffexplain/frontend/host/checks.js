/**
 * Whether a page can do what is asked of it: null, or why not, in all languages.
 *
 * @typedef {{ samplers: string[], steps: number[], limits: { prompt: number, seed: number } }} Offer  `steps`: how many it can take, rising
 * @typedef {ReturnType<typeof import("../network/text.js").words>["refused"]} Words
 */

const MOST_GUIDANCE = 100;
const NAME = "{field}"; // the page puts in what it calls the field

/** @param {any} value */
const shown = (value) => (typeof value === "number" ? String(value) : JSON.stringify(value) ?? String(value)).slice(0, 60);

/**
 * @param {string} field
 * @param {any} value
 * @param {Offer} offer
 * @returns {((words: Words) => string) | null}
 */
export function refusal(field, value, { samplers, steps, limits }) {
  const range = (/** @type {number} */ least, /** @type {number} */ most) =>
    Number.isInteger(value) && value >= least && value <= most
      ? null
      : (/** @type {Words} */ words) => words.range(NAME, least, most, shown(value));
  if (field === "seed") return range(0, limits.seed);
  if (field === "steps") return steps.includes(value) ? null : range(steps[0], steps[steps.length - 1]);
  if (field === "sampler")
    return samplers.includes(value)
      ? null
      : (words) => words.choice(NAME, samplers.join(", "), shown(value));
  if (field === "guidance_scale") {
    const allowed = typeof value === "number" && value >= 0 && value <= MOST_GUIDANCE;
    return allowed ? null : (words) => words.number(NAME, 0, MOST_GUIDANCE, shown(value));
  }
  const count = Array.from(String(value)).length;
  return count <= limits.prompt ? null : (words) => words.long(NAME, String(count), String(limits.prompt));
}
