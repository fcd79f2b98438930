// What a viewer's panel says until its explorer is there, and when it is gone.
import { element } from "./element.js";

/** @typedef {import("./text.js").Say} Say */
/** @typedef {import("./opening.js").Failure} Failure */

/**
 * @typedef {object} Doing
 * @property {Say} say
 * @property {import("./text.js").Language} language
 * @property {() => string} name of the file.
 * @property {() => { name: string, label: string }[]} pythons all kernels for Python.
 * @property {(python?: string) => void} again open the file anew.
 */

export class ProgressView {
  #heading = element("h2", "dx-lab-opening-heading");
  #about = element("p", "dx-lab-opening-about");
  #buttons = element("div", "dx-lab-opening-buttons");
  #spinner = element("div", "dx-lab-spinner");

  /** @param {Doing} doing */
  constructor(doing) {
    this.doing = doing;
    this.#spinner.setAttribute("aria-hidden", "true");
    const words = element("div", "dx-lab-opening-words", this.#heading, this.#about);
    words.setAttribute("role", "status"); // said by screen readers as it changes
    this.node = element("div", "dx-lab-opening", this.#spinner, words, this.#buttons);
  }

  /** @param {import("./opening.js").State<any>} state one in which nothing is shown. */
  update(state) {
    const { say, name, language } = this.doing;
    const failed = state.kind === "failed";
    this.node.dataset.state = state.kind;
    this.#spinner.hidden = failed;
    if (state.kind === "failed") {
      const message = state.message[language];
      const label = this.doing.pythons().find((each) => each.name === state.python)?.label ?? state.python;
      this.#words(say(state.failure === "ended" ? "endedHeading" : "notOpenedHeading", { name: name() }),
        state.failure === "notOpened" ? message : say(state.failure, { name: name(), python: label, message }));
    } else {
      const step = state.kind === "opening" ? "opening" : "starting";
      const slow = "slow" in state && state.slow;
      this.#words(say(step, { name: name() }), say(slow ? "slow" : `${step}About`, { name: name() }));
    }
    this.#offer(state);
  }

  /** @param {string} heading @param {string} about */
  #words(heading, about) {
    this.#heading.textContent = heading;
    this.#about.textContent = about;
  }

  /** @param {import("./opening.js").State<any>} state */
  #offer(state) {
    const { say, again, pythons } = this.doing;
    /** @type {[string, string | undefined][]} */
    const offers = [];
    if (state.kind === "failed") {
      offers.push([say(state.failure === "ended" ? "openAgain" : "again"), undefined]);
      const others = state.failure === "noPackage" ? pythons().filter((each) => each.name !== state.python) : [];
      for (const other of others) offers.push([say("openWith", { python: other.label }), other.name]);
    } else if ("slow" in state && state.slow) offers.push([say("again"), undefined]);
    const focused = this.#buttons.contains(document.activeElement);
    this.#buttons.replaceChildren(...offers.map(([label, python]) => {
      const button = element("button", "dx-lab-begin jp-mod-styled", label);
      button.addEventListener("click", () => again(python));
      return button;
    }));
    this.#buttons.hidden = !offers.length;
    if (focused) /** @type {HTMLElement} */ (this.#buttons.firstElementChild ?? this.node.parentElement)?.focus();
  }
}
