/**
 * What messages usually do to a run's content: the newest stays, they line up, they stand by number. An explorer names its parts and the
 * rule of each; what is not usual is a rule of its own.
 *
 * @typedef {import("./protocol.js").Message} Message
 * @typedef {{ start: any, take: (before: any, message: Message, content: any) => any }} Rule  leaves `before` as it is where a
 *   message isn't for it; `content` is that of the run before the message
 * @typedef {Rule & { whole: (before: any, message: Message) => any }} WholeRule  takes all of a message whose preview came before
 */

import { runsReducer } from "./runs.js";
import { withOne, withPoints } from "./series.js";

/**
 * The newest message of a kind.
 * @param {string} kind
 * @param {...string} until  kinds that end it: progress ends when what was waited for is there
 * @returns {Rule}
 */
export const newest = (kind, ...until) => ({ start: null,
  take: (before, message) => (message.kind === kind ? message.data : until.includes(message.kind) ? null : before) });

/** One part of the newest message of a kind. @param {string} kind @param {string} part @returns {Rule} */
export const newestPart = (kind, part) => ({ start: null,
  take: (before, message) => (message.kind === kind ? message.data[part] : before) });

/** A message's data with the `number` to ask for all of it by. @param {Message} message */
const numbered = ({ data, number }) => ({ ...data, number });

/** The newest message of a kind with its `number`. @param {string} kind @returns {Rule} */
export const newestNumbered = (kind) => ({ start: null,
  take: (before, message) => (message.kind === kind ? numbered(message) : before) });

/** All messages of a kind in order; one with an `index` takes its place, and what lay beyond it goes. @param {string} kind @param {(message: Message) => any} [made]  what is kept of each @returns {Rule} */
export const inOrder = (kind, made = ({ data }) => data) => ({ start: [],
  take: (before, message) =>
    message.kind === kind ? [...before.slice(0, message.data.index ?? before.length), made(message)] : before });

/** The same with the `number` of each. @param {string} kind @param {(data: any) => any} [made] @returns {Rule} */
export const inOrderNumbered = (kind, made = (data) => data) => inOrder(kind, (message) => made(numbered(message)));

/** The same for messages that come as a preview first: all of one takes its place. @param {string} kind @returns {WholeRule} */
export const inOrderWhole = (kind) => ({ ...inOrderNumbered(kind),
  whole: (before, message) =>
    message.kind === kind
      ? before.map((/** @type {any} */ one) => (one.number === message.number ? numbered(message) : one))
      : before });

/** What has come whole of a kind, beside the previews, each with its `number`: the newest at the end. @param {string} kind @param {number} most @returns {WholeRule} */
export const wholes = (kind, most) => ({ start: [], take: (before) => before,
  whole: (before, message) =>
    message.kind === kind
      ? [...before.filter((/** @type {any} */ one) => one.number !== message.number), numbered(message)].slice(-most)
      : before });

/**
 * Messages of a kind, or one part of each, by number.
 * @param {string} kind
 * @param {string} number  the field that holds it
 * @param {{ part?: string, from?: string }} [options]  a message of the kind `from` begins anew
 * @returns {Rule}
 */
export const byNumber = (kind, number, { part, from } = {}) => ({ start: {},
  take: (before, message) =>
    message.kind === kind
      ? { ...before, [message.data[number]]: part ? message.data[part] : message.data }
      : message.kind === from
      ? {}
      : before });

/** A series that grows with a session, a message one of it; see `series.js`. @param {string} kind @returns {Rule} */
export const oneByOne = (kind) => ({ start: [],
  take: (before, message) => (message.kind === kind ? withOne(before, message) : before) });

/** The same where a message brings several points. @param {string} kind @returns {Rule} */
export const pointByPoint = (kind) => ({ start: null,
  take: (before, message) => (message.kind === kind ? withPoints(before, message) : before) });

/**
 * A reducer of runs from the rules of their content.
 * @template Content
 * @param {Record<keyof Content, Rule | WholeRule>} rules
 * @param {(content: Content) => boolean} complete  true once the run can stand alone
 */
export function ruled(rules, complete) {
  const all = /** @type {[keyof Content, Rule | WholeRule][]} */ (Object.entries(rules));
  return runsReducer({ begin: () => /** @type {Content} */ (Object.fromEntries(all.map(([name, { start }]) => [name, start]))),
    reduce(content, message) {
      const changed = all.map(([name, { take }]) => /** @type {const} */ ([name, take(content[name], message, content)]));
      return changed.every(([name, value]) => value === content[name])
        ? content
        : /** @type {Content} */ (Object.fromEntries(changed));
    }, complete,
    detail: (content,
      message) => /** @type {Content} */ (Object.fromEntries(
        all.map(([name, rule]) => [name, "whole" in rule ? rule.whole(content[name], message) : content[name]]),
      )) });
}
