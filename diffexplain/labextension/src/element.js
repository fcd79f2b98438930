/** @param {string} tag @param {string} name @param {...(Node | string)} children @returns {HTMLElement} */
export function element(tag, name, ...children) {
  const made = document.createElement(tag);
  made.className = name;
  made.append(...children);
  return made;
}
