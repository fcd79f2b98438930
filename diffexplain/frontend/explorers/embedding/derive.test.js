import { describe, expect, it } from "vitest";
import { after } from "../../kit/after.js";
import { translator } from "../../kit/words.js";
import { captionOf, categoryOf, foundNear, lineOf, MAPS, neighboursOf, PICTURE, picturesIn, placeOn, pointsOn, promptsIn,
  TEXT } from "./derive.js";
import { reduceRuns } from "./runs.js";
import { words } from "./text.js";

const tensor = (/** @type {any} */ data, /** @type {number[]} */ shape) => ({ data, shape });

/** Two pictures with one caption, and another text. */
const map =
  /** @type {any} */ ({ kinds: tensor(Uint8Array.from([0, 0, 1, 1]), [4]),
    captions: [{ en: "", zh: "" }, { en: "picture 2", zh: "图片2" }, { en: "a fox", zh: "一只狐狸" }, { en: "a cat",
      zh: "一只猫" }], partner: tensor(Int32Array.from([2, -1, 0, -1]), [4]),
    places: tensor(Float32Array.from({ length: MAPS.length * 8 }, (_, at) => at), [MAPS.length, 4, 2]),
    near: tensor(Int32Array.from([1, -1, 2, 3, 0, -1, 3, 2, 0, 1, 3, -1, 1, 0, 2, -1]), [4, 4]),
    near_cosines: tensor(Float32Array.from([0.9, 0, 0.8, 0.1, 0.9, 0, 0.7, 0.6, 0.8, 0.6, 0.2, 0, 0.7, 0.1, 0.2, 0]), [4, 4]),
    categories: [{ key: "concept", names: [{ en: "animals", zh: "动物" }], colours: [],
      values: tensor(Uint8Array.from([0, 0, 0, 255]), [4]) }, { key: "kind", names: [], colours: [],
      values: tensor(Uint8Array.from([0, 0, 1, 1]), [4]) }],
    labels: { names: [{ en: "fox", zh: "狐狸" }, { en: "cat", zh: "猫" }],
      values: tensor(Uint8Array.from([0, 0, 0, 1]), [4]) } });

describe("a map", () => {
  it("has the points of each projection where Python put them", () => {
    expect(picturesIn(map)).toBe(2);
    expect([...pointsOn(map, "umap")]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...pointsOn(map, "closed")]).toEqual([24, 25, 26, 27, 28, 29, 30, 31]);
    const places = tensor(Float32Array.from({ length: 16 }, (_, at) => at), [2, 4, 2]);
    expect(placeOn(places, "umap")).toEqual([0, 1]);
    expect(placeOn(places, "gap", 1)).toEqual([12, 13]);
  });

  it("gives a picture the caption of its partner where it has none of its own", () => {
    expect(captionOf(map, 0, "en")).toBe("a fox");
    expect(captionOf(map, 0, "zh")).toBe("一只狐狸");
    expect(captionOf(map, 1, "en")).toBe("picture 2");
  });

  it("lists neighbours by kind and leaves out what is not there", () => {
    expect(neighboursOf(map, 0, PICTURE)).toEqual([{ index: 1, cosine: expect.closeTo(0.9) }]);
    expect(neighboursOf(map, 0, TEXT).map(({ index }) => index)).toEqual([2, 3]);
    const placed =
      /** @type {any} */ ({ pictures: tensor([1, 0], [2]), picture_cosines: tensor([0.5, 0.4], [2]), texts: tensor([3], [1]),
        text_cosines: tensor([0.3], [1]) });
    expect(foundNear(placed, TEXT)).toEqual([{ index: 3, cosine: 0.3 }]);
  });

  it("falls back to a category that it has", () => {
    expect(categoryOf(map, "kind").key).toBe("kind");
    expect(categoryOf(map, "style").key).toBe("concept");
  });
});

describe("prompts", () => {
  it("go into a line and come back", () => {
    for (const prompts of [[], ["a fox"], ["a fox", "一只猫"]]) expect(promptsIn(lineOf(prompts))).toEqual(prompts);
    expect(promptsIn(" a ｜ | b |")).toEqual(["a", "b"]);
  });
});

describe("a run", () => {
  it("keeps the map for all runs and what was placed for its own", () => {
    const runs = after(reduceRuns, ["map", { clip: "a" }, 0], ["placed", { what: "search", label: "x" }], ["status", {
      state: "queued",
      message: "",
      advice: "",
    }, 2]);
    expect(runs.lasting?.map.clip).toBe("a");
    expect(runs.current?.content.search).toBeNull();
    expect(runs.last?.content.search?.label).toBe("x");
  });

  it("takes steps in order and forgets the progress that led to them", () => {
    const runs = after(reduceRuns, ["progress", { task: "drawing", done: 0, total: 1 }], ["begin", { lanes: [],
      step_count: 2 }], ["step", { index: 0 }], ["step", { index: 1 }]);
    expect(runs.current?.content.progress).toBeNull();
    expect(runs.current?.content.steps.map(({ index }) => index)).toEqual([0, 1]);
  });
});

describe("the words", () => {
  const text = words(translator({}, "en"));
  it("say numbers as people read them", () => {
    expect(text.cosine(-0.126)).toBe("−0.13");
    expect(text.map.label("UMAP", 1, 2)).toContain("1 picture and 2 texts");
    expect(text.side.title.lasso(1)).toBe("1 point in the lasso");
  });
});
