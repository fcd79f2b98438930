/**
 * Whether a page can do what is asked of it: null, or why not, in all languages. What is allowed, Python says (explorers/in_page/rules.py).
 *
 * @typedef {{ kind: "text", most: number } | { kind: "whole" | "number", least: number, most: number } | { kind: "choice", allowed: any[] }
 *   | { kind: "list", each: Rule, least: number, most: number, rising: boolean, once: boolean } | { kind: "walk" }
 *   | { kind: "fixed", allowed: any[], reason: Record<string, string> }} Rule  walk: two seeds of the wall
 * @typedef {ReturnType<typeof import("../network/text.js").words>["refused"]} Words
 * @typedef {((words: Words) => string) | null} Refusal
 */

/** @param {any} value */
const shown = (value) => (typeof value === "number" ? String(value) : JSON.stringify(value) ?? String(value)).slice(0, 60);

/**
 * @param {string} field  as the sentence calls it
 * @param {any} value
 * @param {Rule} rule
 * @param {Record<string, any>} standing  values of all fields
 * @returns {Refusal}
 */
export function refusal(field, value, rule, standing) {
  if (rule.kind === "walk") {
    const { seed, count } = standing;
    return isWalk(value, standing) ? null : (words) => words.walk(field, shown(value), seed, seed + count - 1);
  }
  if (rule.kind === "text") {
    const count = Array.from(String(value)).length;
    return count <= rule.most ? null : (words) => words.long(field, String(count), String(rule.most));
  }
  if (rule.kind === "choice") {
    const { allowed } = rule;
    return allowed.includes(value) ? null : (words) => words.choice(field, allowed.join(", "), shown(value));
  }
  if (rule.kind === "fixed") {
    const { allowed, reason } = rule;
    if (allowed.some((each) => JSON.stringify(each) === JSON.stringify(value))) return null;
    return (words) => words.fixed(field, shown(value), reason);
  }
  if (rule.kind === "list") return listed(field, value, rule, standing);
  const { kind, least, most } = rule;
  const isNumber = kind === "whole" ? Number.isInteger(value) : typeof value === "number";
  if (isNumber && value >= least && value <= most) return null;
  return (words) => words[kind === "whole" ? "range" : "number"](field, least, most, shown(value));
}

/**
 * @param {string} field
 * @param {any} value
 * @param {Extract<Rule, { kind: "list" }>} rule
 * @param {Record<string, any>} standing
 * @returns {Refusal}
 */
function listed(field, value, { each, least, most, rising, once }, standing) {
  if (!Array.isArray(value) || value.length < least || value.length > most)
    return (words) => words.list(field, least, most, shown(value));
  const wrong = value.map((one, at) => refusal(`${field} ${at + 1}`, one, each, standing)).find(Boolean);
  if (wrong) return wrong;
  const twice = once ? value.find((one, at) => value.indexOf(one) < at) : undefined;
  if (twice !== undefined) return (words) => words.twice(field, shown(twice));
  const falls = rising && value.some((one, at) => at > 0 && one < value[at - 1]);
  return falls ? (words) => words.falling(field, shown(value)) : null;
}

/** @param {any} seed @param {Record<string, any>} standing */
const isOnTheWall = (seed, { seed: first, count }) => Number.isInteger(seed) && seed >= first && seed < first + count;

/** @param {any} walk @param {Record<string, any>} standing */
const isWalk = (walk, standing) =>
  walk === null
  || (Array.isArray(walk) && walk.length === 2 && walk[0] !== walk[1] && walk.every((seed) => isOnTheWall(seed, standing)));

/**
 * What is given up now that other seeds are on the wall: traits.
 * @param {Record<string, Rule>} rules
 * @param {Record<string, any>} standing
 */
export function givenUp(rules, standing) {
  if (!("walk" in rules)) return [];
  const leaves = { walk: !isWalk(standing.walk, standing),
    pick: standing.pick !== null && !isOnTheWall(standing.pick, standing) };
  return Object.entries(leaves).filter(([, left]) => left).map(([name]) => name);
}
