/**
 * What the page works out of what it was sent: averages, the best moment to stop, whether it learns, over-fits, forgets.
 *
 * @typedef {import("./runs.js").Look} Look
 */

import { mean } from "../../kit/tensors.js";

/** Agreement of the new thing and of old ones at a look. @param {Look} look */
export const agreementOf = ({ new_agreement, old_agreement }) => ({ now: mean(new_agreement), old: mean(old_agreement) });

/**
 * The look at which it was best to stop: the highest agreement of the new thing among those that have lost no more than `allowed` of that of old ones.
 * @param {Look[]} looks  the first before the first update
 * @param {number} allowed
 */
export function bestOf(looks, allowed) {
  const first = mean(looks[0].old_agreement);
  const kept = looks.filter((look) => mean(look.old_agreement) >= first - allowed * Math.abs(first));
  return kept.reduce((best, look) => (mean(look.new_agreement) > mean(best.new_agreement) ? look : best));
}

/**
 * What a session has done so far: errors at the first look and at this one, and the least that held-out pictures had.
 * @param {Look[]} looks
 * @param {Look} look
 */
export function errorsOf(looks, look) {
  const before = looks.filter(({ update }) => update <= look.update);
  const held = before.map((one) => mean(one.held));
  return { seen: mean(look.seen), held: mean(look.held), old: mean(look.old), seenFirst: mean(looks[0].seen),
    heldFirst: mean(looks[0].held), oldFirst: mean(looks[0].old), heldLeast: Math.min(...held),
    heldLeastAt: before[held.indexOf(Math.min(...held))].update };
}

/** Index of the weight nearest to a wanted one. @param {number[]} weights @param {number} wanted */
export const nearestWeight = (weights, wanted) =>
  weights.reduce((best, weight, at) => (Math.abs(weight - wanted) < Math.abs(weights[best] - wanted) ? at : best), 0);
