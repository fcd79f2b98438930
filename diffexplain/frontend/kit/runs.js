/**
 * Runs as a page sees them: messages go in, the run in progress, the last complete one and the one that is kept beside them come out.
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
 * @property {Run<Content> | null} [kept]  a run that is shown beside the newest, whatever follows; it may be the newest itself
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
  return (runs, message) => {
    if (message.kind === "refused") return { ...runs, refused: /** @type {any} */ (message.data) };
    if (message.kind === "gone") return runs; // an older run's: the preview stays
    const there = [runs.current, runs.last, runs.kept];
    const numbered = (/** @type {number} */ number) => there.find((run) => run?.number === number) ?? null;
    if (message.detail) {
      const before = numbered(message.run);
      const after = before && { ...before, content: detail(before.content, message) };
      const [current, last, kept = null] = there.map((run) => (run === before ? after : run));
      return { ...runs, current: current ?? null, last: last ?? null, kept };
    }
    if (message.run === 0) {
      const lasting = { ...runs.lasting, [message.kind]: message.data };
      return message.kind === "kept" ? { ...runs, lasting, kept: numbered(message.data.of_run) } : { ...runs, lasting };
    }
    const newer = !runs.current || message.run > runs.current.number;
    const before = newer ? { number: message.run, seen: -1, status: QUEUED, content: begin() } : runs.current;
    if (!before || message.run < before.number || message.number <= before.seen) return runs; // old, or seen before a replay
    const seen = message.number;
    const current = message.kind === "status"
      ? { ...before, seen, status: /** @type {Status} */ (message.data) }
      : { ...before, seen, content: reduce(before.content, message) };
    const kept = runs.lasting?.kept?.of_run === current.number ? current : runs.kept ?? null; // in a replay it is said before it comes
    return { ...runs, current, last: complete(current.content) ? current : runs.last, kept,
      refused: newer ? null : runs.refused };
  };
}

/** Nothing has come yet. @returns {Runs<any>} */
export const noRuns = () => ({ current: null, last: null, kept: null, refused: null });

/** True while the worker has something to do for this run. @param {Status | undefined} status */
export const isBusy = (status) => status?.state === "queued" || status?.state === "running";

/** True for a run that ended without its result. @param {Status | undefined} status */
export const isOver = (status) => status?.state === "failed" || status?.state === "cancelled";
