/** Getting along with the page around us: JupyterLab's single-key shortcuts, and the still picture that a saved notebook keeps. */

/**
 * Keys pressed inside an explorer are the explorer's: JupyterLab would delete the cell on `d d`.
 * @param {HTMLElement} root
 * @param {(event: KeyboardEvent, editing: boolean) => boolean} take  true when it has used the key
 */
export function keepKeys(root, take) {
  root.dataset.lmSuppressShortcuts = "true";
  root.tabIndex = -1; // a click anywhere in it brings the keys here
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const target = event.target;
    const editing = target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
      || (target instanceof HTMLInputElement && target.type !== "range");
    if (!event.ctrlKey && !event.metaKey && !event.altKey && take(event, editing)) event.preventDefault();
  });
}

/**
 * Hides the still picture of this explorer once the live one has something to show. Where the live one never comes
 * (a saved notebook on GitHub, in nbconvert, reopened without a kernel) nothing hides it.
 * @param {HTMLElement} root
 * @param {string} key
 */
export function hideFallback(root, key) {
  if (!/^[0-9a-f]+$/.test(key ?? "") || root.querySelector(":scope > style")) return;
  const style = document.createElement("style");
  style.textContent = `.dx-fallback[data-explorer="${key}"] { display: none }`;
  root.append(style);
}
