import { expect, test } from "vitest";
import { receive } from "./connect.js";
import { createStore } from "./store.js";

test("what came before the answer to this view's question is forgotten when the answer begins", () => {
  /** @type {(content: any, buffers: any[]) => void} */
  let hear = () => {};
  let view = "";
  const model =
    /** @type {any} */ ({ on: (/** @type {string} */ _, /** @type {any} */ take) => (hear = take),
      send: (/** @type {any} */ content) => (view = content.view) });
  const store = createStore(/** @type {number[]} */ ([]), () => {});
  receive(model, store, (heard, { number }) => [...heard, number], new AbortController().signal);
  const say = (/** @type {number} */ number) => hear({ kind: "step", run: 1, number, data: {} }, []);
  say(7);
  hear({ kind: "replaying", run: 1, number: -1, data: { view: "another" } }, []);
  say(8);
  expect(store.get()).toEqual([7, 8]);
  hear({ kind: "replaying", run: 1, number: -1, data: { view } }, []);
  [0, 7, 8].forEach(say);
  expect(store.get()).toEqual([0, 7, 8]);
});
