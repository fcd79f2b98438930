import { expect, test } from "vitest";
import { readMessage } from "../kit/protocol.js";
import { encode } from "./wire.js";

test("what is encoded is read as it was said", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const said = { index: 3, none: null, far: Infinity, list: [1, "two"], x: { data: Float32Array.of(0.5, -2), shape: [1, 2] },
    image: { bytes, mime: "image/png", width: 4, height: 5 } };
  const { content, buffers } = encode("step", said, 7, 2);
  expect(JSON.parse(JSON.stringify(content))).toEqual(content);
  const { kind, run, number, data } = readMessage(content, buffers);
  expect({ kind, run, number }).toEqual({ kind: "step", run: 7, number: 2 });
  expect(data).toEqual({ ...said, far: null, image: { url: "data:image/png;base64,AQID", width: 4, height: 5 } });
});

test("numbers that lie within others go out alone", () => {
  const all = Float32Array.of(1, 2, 3, 4);
  const { content, buffers } = encode("x", { part: { data: all.subarray(1, 3), shape: [2] } }, 1, 1);
  expect(readMessage(content, buffers).data.part.data).toEqual(Float32Array.of(2, 3));
});
