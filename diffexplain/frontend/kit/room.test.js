import { expect, test } from "vitest";
import { emptyRoom } from "./room.js";
import { words } from "./text.js";
import { translator } from "./words.js";

const kit = words(translator({}, "en"));

test.each([[true, true, false], [true, false, false], [false, true, false], [false, false, true]])(
  "in words (live %s, filled %s): %s, and the form otherwise",
  (live, filled, empty) => {
    const form = document.createElement("form");
    const room = emptyRoom({ live, kit }, "Nearest pictures.", form);
    expect(room.draw(filled)).toBe(empty);
    expect([room.element.hidden, form.hidden]).toEqual([!empty, empty]);
    expect(room.element.textContent).toContain("Nearest pictures. ");
    expect(room.element.textContent).toContain("running notebook");
  },
);
