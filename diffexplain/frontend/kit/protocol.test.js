import { describe, expect, test } from "vitest";
import { asBytes, halfToFloat, readMessage, toBase64 } from "./protocol.js";

describe("half precision", () => {
  test.each([[0x0000, 0], [0x8000, -0], [0x3c00, 1], [0xbc00, -1], [0x3555, 0.333251953125], [0x7bff, 65504], [0x0001,
    2 ** -24], [0x7c00, Infinity], [0xfc00, -Infinity], [0x7e00, NaN]])("%i is %d",
      (bits, value) => expect(halfToFloat(bits)).toBe(value));
});

test("every host's form of bytes reads the same, wherever a view starts", () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, at) => at % 256);
  const padded = new Uint8Array(305);
  padded.set(bytes, 5);
  for (const form of [bytes, bytes.buffer, new DataView(padded.buffer, 5), toBase64(bytes)])
    expect([...asBytes(form)]).toEqual([...bytes]);
});

test("buffers take their place in the data, also inside lists and objects, and from an odd offset", () => {
  const odd = new Uint8Array(9);
  odd.set(new Uint8Array(new Float32Array([1.5, -2]).buffer), 1);
  const message = readMessage({ kind: "step", run: 1, number: 2,
    data: { index: 3, none: null, list: [{ x: { buffer: 0, dtype: "float32", shape: [2] } }],
      image: { buffer: 1, mime: "image/png", width: 4, height: 5 } } }, [new DataView(odd.buffer, 1),
    new Uint8Array([1, 2, 3])]);
  expect(message.data.list[0].x).toEqual({ data: new Float32Array([1.5, -2]), shape: [2] });
  expect(message.data.image).toEqual({ url: `data:image/png;base64,${toBase64(new Uint8Array([1, 2, 3]))}`, width: 4,
    height: 5 });
  expect(message.data).toMatchObject({ index: 3, none: null });
});

test("numbers in 256 levels come back, from the least to the largest", () => {
  const value = { buffer: 0, dtype: "uint8", shape: [1, 3], scale: 0.5, offset: -2 };
  const message = readMessage({ kind: "step", run: 1, number: 2, data: { value } }, [new Uint8Array([0, 4, 255])]);
  expect(message.data.value).toEqual({ data: new Float32Array([-2, 0, 125.5]), shape: [1, 3] });
});
