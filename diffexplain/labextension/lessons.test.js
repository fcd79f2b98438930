import { expect, test } from "vitest";
import { entryOf } from "./lessons.mjs";

const lesson = (...sources) => ({ cells: sources.map((source) => ({ cell_type: "markdown", source })) });

test("a tile has the lesson's title and the sentences that it begins with", () => {
  const { title, about } = entryOf(
    lesson(["# What is *noise*?\n", "\n", "It is `x`, **see** [there](other.ipynb).\n", "Or is it? ", "Yes. ".repeat(60)]),
  );
  expect(title).toBe("What is noise?");
  expect(about).toMatch(/^It is x, see there\. Or is it\?( Yes\.)+$/);
  expect(about.length).toBeLessThanOrEqual(180);
});

test("Chinese sentences end, too", () => {
  expect(entryOf(lesson("# 题\n\n第一句。第二句！")).about).toBe("第一句。第二句！");
});

test("a sentence that never ends is kept whole", () => {
  expect(entryOf(lesson(`# A\n\n${"long ".repeat(80)}`)).about.length).toBe(399);
});

test("it names the lessons beside it, once", () => {
  expect(
    entryOf(lesson("# A", "[b](02_b.ipynb) [c](01_c.ipynb)", "[b](02_b.ipynb) [d](../zh/x.ipynb) [e](https://x.org/a.ipynb)"))
      .links,
  ).toEqual(["01_c.ipynb", "02_b.ipynb"]);
});

test("without a text there is nothing to say", () => {
  expect(entryOf({ cells: [] })).toEqual({ title: "", about: "", links: [] });
});
