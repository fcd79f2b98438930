/**
 * What a page knows of an attention run.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").StepMessage["data"] & { number: number }} Step  with the number of its message
 * @typedef {import("./messages").EndMessage["data"]} End
 * @typedef {import("./messages").ApartMessage["data"]} Apart
 * @typedef {import("./messages").ApartStepMessage["data"]} ApartStep
 * @typedef {import("../../kit/protocol.js").Picture} Picture
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Step[]} steps  those that have come, in order
 * @property {Record<number, Picture>} decoded  step index -> its predicted original through the VAE
 * @property {End | null} end
 * @property {Apart | null} apart  which layers there are, once they are taken apart
 * @property {Record<number, ApartStep>} apartSteps
 * @typedef {import("../../kit/runs.js").Runs<Content>} AttentionRuns
 */

import { runsReducer } from "../../kit/runs.js";

export const reduceRuns = runsReducer({
  begin: () => /** @type {Content} */ ({ begin: null, steps: [], decoded: {}, end: null, apart: null, apartSteps: {} }),
  reduce(content, { kind, data, number }) {
    if (kind === "begin") return { ...content, begin: /** @type {Begin} */ (data) };
    if (kind === "step")
      return { ...content, steps: [...content.steps.slice(0, data.index), /** @type {Step} */ ({ ...data, number })] };
    if (kind === "end") return { ...content, end: /** @type {End} */ (data) };
    if (kind === "decoded") return { ...content, decoded: { ...content.decoded, [data.index]: data.image } };
    if (kind === "apart") return { ...content, apart: /** @type {Apart} */ (data), apartSteps: {} };
    if (kind === "apart_step")
      return { ...content, apartSteps: { ...content.apartSteps, [data.index]: /** @type {ApartStep} */ (data) } };
    return content;
  },
  complete: (content) => content.end !== null,
  detail: (content, { kind, data, number }) =>
    kind === "step"
      ? { ...content,
        steps: content.steps.map((step) => (step.number === number ? /** @type {Step} */ ({ ...data, number }) : step)) }
      : content,
});

/** How many steps a run has, also before they have come. @param {Content | null} content */
export const stepCount = (content) => content?.begin?.step_count ?? content?.steps.length ?? 0;
