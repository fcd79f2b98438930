/** Which messages of a run the open place is drawn from, so that all of their numbers can be asked for. */

import { stepAt } from "./runs.js";

/**
 * @param {import("./view.js").View} view
 * @param {string} place  that is open; empty for none
 * @returns {number[]}  numbers of messages; empty where previews do, or where the page has all there is
 */
export function needs({ content, index }, place) {
  if (!content?.begin?.preview_shape || content.steps[0]?.full) return [];
  const { steps } = content;
  const last = index === steps.length - 1 ? content.end : null;
  const after = steps[index + 1] ?? last;
  const drawn =
    { noise: [steps[0]], latent: [steps[index]], unet: [steps[index]], prediction: [steps[index]],
      sampler: [steps[index], after], decoder: [steps[index], last] }[place] ?? (isBare(content, index) ? [steps[index]] : []);
  return drawn.flatMap((message) => message?.number ?? []);
}

/** Whether all of a message is here. @param {import("./runs.js").Content} content @param {number} number */
export const has = (content, number) => [...content.whole, ...content.wholeEnd].some((message) => message.number === number);

/** Whether a step has come without arrays, as most of a run with very many steps do. @param {import("./runs.js").Content | null} content @param {number} index */
export function isBare(content, index) {
  const step = stepAt(content, index);
  return step !== null && !step.x;
}

/** Whether a place can't be drawn, since it shows arrays that are not here. @param {import("./view.js").View} view @param {string} place */
export const lacksArrays = ({ content, index }, place) =>
  (["latent", "unet", "prediction", "sampler"].includes(place) && isBare(content, index))
  || (place === "sampler" && isBare(content, index + 1));
