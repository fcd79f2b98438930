/** For the tests of explorers: what a page knows after some messages. */

import { noRuns } from "./runs.js";

/**
 * @template Content
 * @param {(runs: import("./runs.js").Runs<Content>, message: import("./protocol.js").Message) => import("./runs.js").Runs<Content>} reduce
 * @param {...[string, any, number?]} said  kind, data and run of each message; of run 1 where no run is named
 */
export const after = (reduce, ...said) =>
  said.reduce((runs, [kind, data, run = 1], number) => reduce(runs, { kind, run, number, data }),
    /** @type {import("./runs.js").Runs<Content>} */ (noRuns()));
