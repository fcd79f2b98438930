/** What a page that generates says around its explorer. @param {import("../kit/words.js").Translator} language */
export const words = ({ say, language }) => ({
  label: say("Drawing in this page"),
  idle: (/** @type {string} */ size) => say("Change anything: {size} MB then load into this page, once, and the network runs on your own machine.", { size }),
  loading: (/** @type {string} */ done, /** @type {string} */ total) => say("Loading the network: {done} of {total} MB", { done, total }),
  starting: say("Starting the network…"),
  ready: say("The network runs in this page, on your own machine."),
  cancel: say("Cancel"),
  file: say("Opened as a file, this page can read nothing beside it and stays a recording. Serve its folder: python -m http.server"),
  none: say("This browser runs no WebAssembly, so this page stays a recording."),
  errors: {
    missing: (/** @type {string} */ name, /** @type {string} */ reason) => say("A file of the network could not be loaded: {name} ({reason})", { name, reason }),
    damaged: (/** @type {string} */ name) => say("A file of the network is damaged or incomplete: {name}", { name }),
    anew: say("Run it again. If that does not help, copy the page's folder anew."),
    stopped: say("The network stopped, perhaps for want of memory"),
    close: say("Close other tabs and run it again."),
  },
  refused: {
    long: (/** @type {string} */ field, /** @type {string} */ count, /** @type {string} */ most) => say("{field} has {count} characters and at most {most} are allowed; shorten it", { field, count, most }),
    choice: (/** @type {string} */ field, /** @type {string} */ allowed, /** @type {string} */ value) => say("{field} must be one of {allowed}, not {value}; {remedy}", { field, allowed, value, remedy: say("take one of these") }),
    range: (/** @type {string} */ field, /** @type {number} */ lowest, /** @type {number} */ highest, /** @type {string} */ value) =>
      say("{field} must be {allowed}, not {value}; give a whole number", { field, allowed: say("a whole number from {lowest} to {highest}", { lowest, highest }), value }),
    number: (/** @type {string} */ field, /** @type {number} */ lowest, /** @type {number} */ highest, /** @type {string} */ value) =>
      say("{field} must be a number from {lowest} to {highest}, not {value}", { field, lowest, highest, value }),
    list: (/** @type {string} */ field, /** @type {number} */ least, /** @type {number} */ most, /** @type {string} */ value) =>
      say("{field} must be a list of {least} to {most} values, not {value}; put it in brackets or leave some out", { field, least, most, value }),
    walk: (/** @type {string} */ field, /** @type {string} */ value, /** @type {number} */ first, /** @type {number} */ last) =>
      say("{field} must be None or two seeds of the wall, not {value}; for example [{first}, {second}]", { field, value, first, second: last }),
    twice: (/** @type {string} */ field, /** @type {string} */ name) => say("{field} names {name} twice; once is enough: it is the same run", { field, name }),
    fixed: (/** @type {string} */ field, /** @type {string} */ value, /** @type {Record<string, string>} */ reason) => say("{field} can't be {value} here: {reason}", { field, value, reason: reason[language] }),
    falling: (/** @type {string} */ field, /** @type {string} */ value) => say("{field} must not end before it begins, not {value}; exchange the two", { field, value }),
  },
});
