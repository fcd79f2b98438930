import { Signal } from "@lumino/signaling";
import { expect, test, vi } from "vitest";
import { Link, TARGET } from "./link.js";

vi.mock("./wire.js", () => ({ Wire: class {} }));

/** A kernel's connection whose messages the test says, and what was sent over it. */
function kernel({ comms = /** @type {string[]} */ ([]) } = {}) {
  const connection = /** @type {any} */ ({ isDisposed: false, status: "idle" });
  connection.iopubMessage = new Signal(connection);
  connection.statusChanged = new Signal(connection);
  const sent = /** @type {any[]} */ ([]);
  const asked = /** @type {string[]} */ ([]);
  const wire =
    /** @type {any} */ ({ comms: async (target) => (asked.push(target), comms),
      send: async (comm, data) => sent.push([comm, data]), forget: vi.fn(), dispose: vi.fn() });
  const on = { changed: vi.fn(), exported: vi.fn() };
  const link = new Link(connection, on, wire);
  const says = (data, buffers = [], comm = "roster") =>
    connection.iopubMessage.emit({ header: { msg_type: "comm_msg" }, content: { comm_id: comm, data }, buffers });
  const opens = (target) =>
    connection.iopubMessage.emit({ header: { msg_type: "comm_open" }, content: { target_name: target } });
  return { connection, sent, asked, on, link, says, opens, wire, comms };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const entry = (model, picture = null) => ({ model, picture, state: "done" });
const bytes = (...values) => new DataView(new Uint8Array(values).buffer);

test("a kernel is asked once, and watched where it has a roster", async () => {
  const { sent, asked, link } = kernel({ comms: ["roster"] });
  await settled();
  expect(asked).toEqual([TARGET]);
  expect(sent).toEqual([["roster", { kind: "watch", page: link.page }]]);
});

test("one that has none is asked again when it makes a widget, and for nothing else", async () => {
  const { comms, sent, asked, opens, says } = kernel();
  await settled();
  opens("other");
  says({ kind: "explorers", explorers: [entry("a")] }, [], "strange");
  await settled();
  expect([asked.length, sent]).toEqual([1, []]);
  comms.push("roster");
  opens("jupyter.widget");
  opens("jupyter.widget");
  await settled();
  expect(sent.map(([, { kind }]) => kind)).toEqual(["watch"]);
  opens("jupyter.widget");
  await settled();
  expect(sent.length).toBe(1);
});

test("a picture stays until another one comes", async () => {
  const { link, says, on } = kernel({ comms: ["roster"] });
  await settled();
  says({ kind: "explorers", explorers: [entry("a", 0), entry("b", 1)] }, [bytes(1, 2), bytes(3)]);
  says({ kind: "explorers", explorers: [entry("b"), entry("a", 0), entry("c")] }, [bytes(4)]);
  expect(link.explorers.map(({ model, picture }) => [model, picture && [...picture]])).toEqual([["b", [3]], ["a", [4]], ["c",
    null]]);
  expect(on.changed).toHaveBeenCalledTimes(2);
});

test("an export is taken by the page that asked for it alone", async () => {
  const { link, says, on } = kernel({ comms: ["roster"] });
  await settled();
  says({ kind: "exported", page: "another", name: "x.html" }, [bytes(1)]);
  expect(on.exported).not.toHaveBeenCalled();
  says({ kind: "exported", page: link.page, name: "x.html" }, [bytes(1)]);
  expect([...on.exported.mock.calls[0][0].content]).toEqual([1]);
});

test.each(["restarting", "autorestarting", "dead"])("a kernel that is %s has no explorers, and is found again",
  async (status) => {
    const { connection, link, says, opens, sent, wire, comms } = kernel({ comms: ["roster"] });
    await settled();
    says({ kind: "explorers", explorers: [entry("a")] });
    connection.statusChanged.emit(status);
    expect(link.explorers).toEqual([]);
    expect(wire.forget).toHaveBeenCalled();
    says({ kind: "explorers", explorers: [entry("a")] }); // of before
    expect(link.explorers).toEqual([]);
    comms[0] = "roster 2";
    opens("jupyter.widget");
    await settled();
    expect(sent.at(-1)).toEqual(["roster 2", { kind: "watch", page: link.page }]);
  });

test("who looks away says so, and hears nothing more", async () => {
  const { link, says, sent, on, wire } = kernel({ comms: ["roster"] });
  await settled();
  await link.dispose();
  await link.dispose();
  says({ kind: "explorers", explorers: [entry("a")] });
  expect(sent.at(-1)).toEqual(["roster", { kind: "unwatch", page: link.page }]);
  expect(wire.dispose).toHaveBeenCalledTimes(1);
  expect(on.changed).not.toHaveBeenCalled();
});

test("what a kernel is told names the explorer and the page", async () => {
  const { link, sent } = kernel({ comms: ["roster"] });
  link.tell("cancel", "a"); // nobody is there yet
  await settled();
  link.tell("close", "a");
  expect(sent.slice(1)).toEqual([["roster", { kind: "close", model: "a", page: link.page }]]);
});
