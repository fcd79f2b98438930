// One explorer in the side panel.
import { element } from "./element.js";
import { sizeOf } from "./size.js";

/** @typedef {import("./link.js").Explorer} Explorer */
/** @typedef {import("./panel.js").Action} Action */
/** @typedef {Action} IconName */
/** @typedef {{ node: HTMLElement, update: (explorer: Explorer) => void, dispose: () => void }} Card */

/** What can be done with an explorer now. @param {Explorer} explorer @returns {Action[]} */
export function actionsOf({ state, goes_on: goesOn }) {
  const busy = state === "running" || state === "queued";
  const middle =
    /** @type {Action[]} */ (goesOn && busy
      ? ["pause", "cancel"]
      : goesOn && state === "paused"
      ? ["resume"]
      : busy
      ? ["cancel"]
      : []);
  return ["bring", ...middle, "export", "close"];
}

/** @param {import("./panel.js").Doing} doing @param {string} kernel @param {Explorer} first @returns {Card} */
export function card({ say, language, icon, act, bringing }, kernel, first) {
  let explorer = first;
  let address = "";
  /** @type {Uint8Array | null} */
  let drawn = null;
  const image = /** @type {HTMLImageElement} */ (element("img", "dx-lab-picture"));
  image.alt = "";
  const frame = element("div", "dx-lab-frame", image);
  const title = element("div", "dx-lab-title");
  const subject = element("div", "dx-lab-subject");
  const state = element("span", "dx-lab-state");
  const size = element("span", "dx-lab-size");
  const bar = /** @type {HTMLProgressElement} */ (element("progress", "dx-lab-progress"));
  const buttons = element("div", "dx-lab-actions");
  buttons.setAttribute("role", "group");
  const facts = element("div", "dx-lab-facts", state, size);
  const node = element("li", "dx-lab-card", frame, element("div", "dx-lab-words", title, subject, facts, bar), buttons);
  const made = new Map((/** @type {Action[]} */ (["bring", "pause", "resume", "cancel", "export", "close"])).map((action) => {
    const button = /** @type {HTMLButtonElement} */ (element("button", "dx-lab-action", icon(action)));
    button.dataset.action = action;
    button.type = "button";
    button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && act(action, kernel, explorer));
    return [action, button];
  }));
  buttons.append(...made.values());

  /** @param {Action} action @param {string} words @param {boolean} possible */
  function name(action, words, possible) {
    const button = /** @type {HTMLButtonElement} */ (made.get(action));
    button.title = words;
    button.setAttribute("aria-label", words);
    button.setAttribute("aria-disabled", String(!possible)); // not `disabled`: who comes by keyboard is told why
  }

  /** @param {Uint8Array | null} picture */
  function draw(picture) {
    if (picture === drawn) return;
    drawn = picture;
    URL.revokeObjectURL(address);
    address = picture ? URL.createObjectURL(new Blob([/** @type {BlobPart} */ (picture)], { type: "image/jpeg" })) : "";
    image.src = address;
  }

  return { node, dispose: () => draw(null), update(now) {
    explorer = now;
    draw(now.picture);
    image.hidden = !now.picture;
    frame.title = now.picture ? "" : say("noPicture");
    title.textContent = now.title[language];
    subject.textContent = now.subject;
    subject.title = now.subject;
    subject.hidden = !now.subject;
    const percent = now.progress === null ? "" : ` ${Math.round(now.progress * 100)} %`;
    state.textContent = `${say(now.state)}${now.state === "running" ? percent : ""}`;
    state.dataset.state = now.state;
    size.textContent = say("holds", { size: sizeOf(now.bytes, language) });
    size.hidden = now.bytes < 500; // it would say that it holds 0 KB
    bar.hidden = now.state !== "running";
    bar.setAttribute("aria-label", say("running"));
    if (now.progress === null) bar.removeAttribute("value");
    else bar.value = now.progress;
    const actions = actionsOf(now);
    const focused = document.activeElement;
    for (const [action, button] of made) button.hidden = !actions.includes(action);
    if (focused instanceof HTMLElement && focused.hidden && buttons.contains(focused)) made.get("bring")?.focus();
    buttons.setAttribute("aria-label", `${now.title[language]}${now.subject ? `: ${now.subject}` : ""}`);
    const where = bringing(kernel);
    name("bring", say(where), where !== "bringElsewhere");
    name("export", say(now.finished ? "export" : "exportNothing"), now.finished);
    for (const action of /** @type {const} */ (["cancel", "pause", "resume", "close"])) name(action, say(action), true);
  } };
}
