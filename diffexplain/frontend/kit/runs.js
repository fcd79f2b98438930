/**
 * Runs as a page sees them: messages go in, the run in progress and the last complete one come out.
 * What a message of an explorer's own kind does to a run is that explorer's `reduce`; the rest is the same for all.
 *
 * @typedef {import("./protocol.js").Message} Message
 * @typedef {import("./messages").StatusMessage["data"]} Status
 * @typedef {import("./messages").RefusedMessage["data"]} Refused
 */

/**
 * @template Content
 * @typedef {{ number: number, seen: number, status: Status, content: Content }} Run  `seen` is the number of its last message
 */

/**
 * @template Content
 * @typedef {object} Runs
 * @property {Run<Content> | null} current  the newest run, finished or not
 * @property {Run<Content> | null} last  the newest complete run: what stays on screen when a newer one fails
 * @property {Refused | null} refused  a value that was not taken, until the next run
 * @property {Record<string, any>} [lasting]  what holds for all runs, by kind of message: it comes as of run 0
 */

/** @type {Status} */
const QUEUED = { state: "queued", message: "", advice: "" };

/**
 * @template Content
 * @param {object} explorer
 * @param {() => Content} explorer.begin  the content of a run of which nothing has come
 * @param {(content: Content, message: Message) => Content} explorer.reduce  ignores the kinds it does not know
 * @param {(content: Content) => boolean} explorer.complete  true once the run can stand alone
 * @param {(content: Content, message: Message) => Content} [explorer.detail]  takes all of a message whose preview has come before
 * @returns {(runs: Runs<Content>, message: Message) => Runs<Content>}
 */
export function runsReducer({ begin, reduce, complete, detail = (content) => content }) {
  /** @param {Run<Content> | null} run @param {Message} message */
  const detailed = (run, message) => run?.number === message.run ? { ...run, content: detail(run.content, message) } : run;
  return (runs, message) => {
    if (message.kind === "refused") return { ...runs, refused: /** @type {any} */ (message.data) };
    if (message.kind === "gone") return runs; // an older run's: the preview stays
    if (message.detail) {
      const current = detailed(runs.current, message);
      return { ...runs, current, last: runs.last === runs.current ? current : detailed(runs.last, message) };
    }
    if (message.run === 0) return { ...runs, lasting: { ...runs.lasting, [message.kind]: message.data } };
    const newer = !runs.current || message.run > runs.current.number;
    const before = newer ? { number: message.run, seen: -1, status: QUEUED, content: begin() } : runs.current;
    if (!before || message.run < before.number || message.number <= before.seen) return runs; // old, or seen before a replay
    const seen = message.number;
    const current = message.kind === "status"
      ? { ...before, seen, status: /** @type {Status} */ (message.data) }
      : { ...before, seen, content: reduce(before.content, message) };
    return { ...runs, current, last: complete(current.content) ? current : runs.last, refused: newer ? null : runs.refused };
  };
}

/** Nothing has come yet. @returns {Runs<any>} */
export const noRuns = () => ({ current: null, last: null, refused: null });

/** True while the worker has something to do for this run. @param {Status | undefined} status */
export const isBusy = (status) => status?.state === "queued" || status?.state === "running";

/** True for a run that ended without its result. @param {Status | undefined} status */
export const isOver = (status) => status?.state === "failed" || status?.state === "cancelled";
