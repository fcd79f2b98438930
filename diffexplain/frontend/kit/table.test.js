import { beforeEach, describe, expect, test, vi } from "vitest";
import { orderOf, table } from "./table.js";

/** @typedef {{ name: string, loss: number }} Row */
const rows = [{ name: "b", loss: 3 }, { name: "a", loss: 1 }, { name: "c", loss: NaN }, { name: "d", loss: 1 }];
/** @type {import("./table.js").Column<Row>[]} */
const columns = [{ name: "model", cell: ({ name }) => name, order: ({ name }) => name }, { name: "loss",
  cell: ({ loss }) => document.createTextNode(String(loss)), align: "end", order: ({ loss }) => loss }, { name: "note",
  cell: () => "" }];

describe("rows", () => {
  const names = (/** @type {import("./table.js").Sorting | null} */ sorting) =>
    orderOf(rows, columns, sorting).map((at) => rows[at].name).join("");
  test("are sorted by words or numbers, equal ones as given, what is no number last", () => {
    expect(names(null)).toBe("bacd");
    expect(names({ column: 0, falling: false })).toBe("abcd");
    expect(names({ column: 0, falling: true })).toBe("dcba");
    expect(names({ column: 1, falling: false })).toBe("adbc");
    expect(names({ column: 1, falling: true })).toBe("badc");
    expect(names({ column: 2, falling: true })).toBe("bacd"); // nothing to sort by
  });
});

describe("a table", () => {
  const onPick = vi.fn();
  beforeEach(() => onPick.mockClear());
  function drawn() {
    const made = table({ columns, onPick });
    document.body.replaceChildren(made.element);
    made.draw(rows, 1);
    const all = (/** @type {string} */ selector) => /** @type {HTMLElement[]} */ ([...made.element.querySelectorAll(selector)]);
    return { ...made, all, firsts: () => all("td:first-child").map(({ textContent }) => textContent).join("") };
  }

  test("sorts by its heads: rising, falling, as given, and says so", () => {
    const { all, firsts } = drawn();
    const heads = all("th");
    expect(heads.map(({ textContent }) => textContent)).toEqual(["model", "loss", "note"]);
    expect(heads[2].querySelector("button")).toBeNull();
    const states = [1, 2, 3].map(() => {
      heads[1].querySelector("button")?.click();
      return [heads[1].getAttribute("aria-sort"), firsts()];
    });
    expect(states).toEqual([["ascending", "adbc"], ["descending", "badc"], [null, "bacd"]]);
    heads[1].querySelector("button")?.click();
    heads[0].querySelector("button")?.click();
    expect(heads.map((head) => head.getAttribute("aria-sort"))).toEqual(["ascending", null, null]);
  });
  test("tells which of the rows given was picked, whatever the order, by button and anywhere in the row", () => {
    const { all } = drawn();
    expect(all("[aria-pressed=true]").map(({ textContent }) => textContent)).toEqual(["a"]);
    all("th button")[0].click();
    all("td button")[1].click(); // b
    all("tbody tr")[3].querySelector("td:last-child")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(onPick.mock.calls).toEqual([[0], [3]]);
  });
  test("is walked by arrows, and the row that has the focus keeps it when it moves", () => {
    const { all, draw } = drawn();
    const press = (/** @type {string} */ key) =>
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    all("td button")[0].focus();
    press("ArrowDown");
    press("ArrowDown");
    press("ArrowUp");
    expect(document.activeElement?.textContent).toBe("a");
    press("ArrowUp");
    press("ArrowUp"); // the first stays
    expect(document.activeElement?.textContent).toBe("b");
    all("th button")[0].click();
    draw(rows, 0);
    expect(document.activeElement).toBe(all("td button")[1]);
    expect(all("td button")[1].getAttribute("aria-pressed")).toBe("true");
  });
  test("whose rows cannot be picked has no buttons in them", () => {
    const { element, draw } = table({ columns });
    draw(rows);
    expect(element.querySelectorAll("td button")).toHaveLength(0);
    expect(element.querySelectorAll("td.dx-end")).toHaveLength(4);
  });
});
