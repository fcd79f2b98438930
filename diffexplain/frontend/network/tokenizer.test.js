import { describe, expect, test } from "vitest";
import file from "../../models/bundled/tokenizer/tokenizer.json";
import { Tokenizer } from "./tokenizer.js";

const tokenizer = new Tokenizer(/** @type {any} */ (file), 24);
const pieceOf = new Map(Object.entries(file.model.vocab).map(([piece, id]) => [id, piece]));
/** @param {string} text */
const pieces = (text) => tokenizer.encode(text).map((id) => pieceOf.get(id));

describe("a sentence", () => {
  test("that has been learned is read by words, in any case and with any spaces", () => {
    expect(pieces("a fox")).toEqual(["a</w>", "fox</w>"]);
    expect(pieces("\u00a0A\n\tFOX\u0085")).toEqual(["a</w>", "fox</w>"]);
  });

  test("has digits one by one, and punctuation together", () => {
    expect(pieces("12!!").filter((piece) => piece?.match(/\d/))).toEqual(["1</w>", "2</w>"]);
    expect(pieces("!!").join("").replace(/<\/w>$/, "")).toBe("!!");
  });

  test("is the same in composed letters and in parts", () => expect(pieces("cafe\u0301")).toEqual(pieces("café")));

  test("is read to the last byte, whatever it is", () => {
    const bytes = new TextEncoder().encode("🦊").length;
    expect(pieces("🦊").join("").replace("</w>", "").length).toBe(bytes);
  });

  test("may hold the marks; in capitals they are none", () => {
    expect(tokenizer.encode("a<|endoftext|>a")[1]).toBe(tokenizer.end);
    expect(tokenizer.encode("<|ENDOFTEXT|>")).not.toContain(tokenizer.end);
  });
});

describe("what the text encoder is given", () => {
  test.each(["", "a fox", "a fox ".repeat(2000), "狐".repeat(10000)])("begins and ends with its marks and is always as long",
    (text) => {
      const ids = [...tokenizer.padded(text)];
      const read = tokenizer.encode(text).slice(0, 22);
      expect(ids).toEqual([tokenizer.beginning, ...read, ...Array(23 - read.length).fill(tokenizer.end)]);
    });
});
