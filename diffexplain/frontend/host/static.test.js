import { expect, test, vi } from "vitest";
import { recordedHost, recordedModel, unpack } from "./static.js";

test("a pack gives back its messages with their buffers", () => {
  const entries = [{ kind: "begin", run: 1, number: 0, data: {}, buffers: [2, 3] }, { kind: "end", run: 1, number: 1, data: {},
    buffers: [] }];
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const pack = new Uint8Array(4 + json.length + 5);
  new DataView(pack.buffer).setUint32(0, json.length, true);
  pack.set(json, 4);
  pack.set([1, 2, 3, 4, 5], 4 + json.length);
  const [begin, end] = unpack(pack);
  expect(begin.content).toEqual({ kind: "begin", run: 1, number: 0, data: {} });
  expect(begin.buffers.map((bytes) => [...bytes])).toEqual([[1, 2], [3, 4, 5]]);
  expect(end.buffers).toEqual([]);
});

test("the recorded model plays on ready, keeps what the page sets, and has no kernel", () => {
  const model = recordedModel({ step: 3 }, [{ content: { kind: "begin" }, buffers: [] }]);
  const [message, change] = [vi.fn(), vi.fn()];
  model.on("msg:custom", message);
  model.on("change:step", change);
  model.send({ kind: "cancel" });
  expect(message).not.toHaveBeenCalled();
  model.send({ kind: "ready" });
  expect(message).toHaveBeenCalledOnce();
  model.set("step", 3);
  expect(change).not.toHaveBeenCalled();
  model.set("step", 4);
  model.off("change:step", change);
  model.set("step", 5);
  expect(change).toHaveBeenCalledOnce();
  expect(model.get("step")).toBe(5);
  expect(model.get("_live")).toBe(false);
});

test("the recorded host shows another explorer with its own model", async () => {
  const [model, render] = [recordedModel({ step: 3 }, []), vi.fn()];
  const host = recordedHost({ "anywidget:1": { model, explorer: { render } } });
  expect(await host.getModel("anywidget:1")).toBe(model);
  const place = { el: document.createElement("div"), signal: new AbortController().signal };
  await (await host.getWidget("anywidget:1")).render(place);
  expect(render).toHaveBeenCalledWith({ model, ...place });
});
