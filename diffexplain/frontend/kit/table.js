/** Records as a table: columns with names, a head that sorts, rows that can be picked. */

import { h } from "./dom.js";

/**
 * @template Row
 * @typedef {object} Column
 * @property {string} name
 * @property {(row: Row) => Node | string} cell
 * @property {"start" | "end"} [align]
 * @property {(row: Row) => number | string} [order]  by which rows can be sorted; without it the head is no button
 */

/** @typedef {{ column: number, falling: boolean }} Sorting */

/**
 * The numbers of rows in the order of a column, equal ones as they were; all as they were for null.
 * @template Row
 * @param {Row[]} rows
 * @param {Column<Row>[]} columns
 * @param {Sorting | null} sorting
 */
export function orderOf(rows, columns, sorting) {
  const rowNumbers = rows.map((_, at) => at);
  const order = sorting && columns[sorting.column].order;
  if (!order) return rowNumbers;
  const keys = rows.map(order);
  const compare = (/** @type {number | string} */ one, /** @type {number | string} */ other) =>
    typeof one === "string" ? one.localeCompare(String(other)) : one - Number(other);
  const missing = (/** @type {number} */ at) => Number(Number.isNaN(keys[at])); // what is no number comes last, either way
  return rowNumbers.sort((a, b) => missing(a) - missing(b) || (sorting.falling ? -1 : 1) * (compare(keys[a], keys[b]) || 0));
}

/**
 * @template Row
 * @param {object} options
 * @param {string} [options.className]
 * @param {Column<Row>[]} options.columns
 * @param {(row: number) => void} [options.onPick]  the first cell of each row is a button then; its number is that among the rows given
 */
export function table({ className = "", columns, onPick }) {
  let sorting = /** @type {Sorting | null} */ (null);
  let [rows, picked] = [/** @type {Row[]} */ ([]), /** @type {number | null} */ (null)];
  const heads = columns.map(({ name, align = "start", order }, column) =>
    h("th", { scope: "col", class: `dx-${align}` }, order
      ? h("button", { type: "button", class: "dx-sort", onclick: () => sort(column) }, name)
      : name)
  );
  const body = h("tbody", {});
  const element = h("table", { class: `dx-table ${className}` }, h("thead", {}, h("tr", {}, ...heads)), body);

  /** Rising, falling, as given. @param {number} column */
  function sort(column) {
    const again = sorting?.column === column;
    sorting = again && sorting?.falling ? null : { column, falling: again };
    heads.forEach((head, at) => {
      if (sorting?.column === at) head.setAttribute("aria-sort", sorting.falling ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    lay();
  }

  function lay() {
    const focused = buttons().find((one) => one === document.activeElement)?.dataset.row;
    body.replaceChildren(...orderOf(rows, columns, sorting).map((at) => {
      const cells = columns.map(({ cell, align = "start" }, column) => {
        const content = cell(rows[at]);
        const pick = () => onPick?.(at);
        return h("td", { class: `dx-${align}` },
          onPick && column === 0
            ? h("button", { type: "button", class: "dx-pick-row", "data-row": at, "aria-pressed": String(picked === at),
              onclick: pick }, content)
            : content);
      });
      return h("tr", { class: picked === at ? "dx-picked" : "", onclick(/** @type {Event} */ event) {
        if (onPick && !(/** @type {Element} */ (event.target).closest("button"))) onPick(at);
      } }, ...cells);
    }));
    buttons().find((one) => one.dataset.row === focused)?.focus();
  }

  const buttons = () => [...body.querySelectorAll("button.dx-pick-row")].map((one) => /** @type {HTMLButtonElement} */ (one));
  body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = buttons().indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (!step || at < 0) return;
    event.preventDefault();
    event.stopPropagation(); // the player's keys are the same
    buttons()[at + step]?.focus();
  });

  /** @param {Row[]} next @param {number | null} [pick]  the picked row */
  function draw(next, pick = null) {
    [rows, picked] = [next, pick];
    lay();
  }

  return { element, draw };
}
