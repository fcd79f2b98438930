import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NoPython, NoWidgets, Opening } from "./opening.js";

/** A server whose Pythons the test starts, answers for and ends. */
function server() {
  const sessions = /** @type {any[]} */ ([]);
  const means = { start: vi.fn(async (python = "python3") => {
    const session = /** @type {any} */ ({ python, ended: null, left: vi.fn(), shut: vi.fn() });
    session.answer = new Promise((resolve, reject) => Object.assign(session, { says: resolve, breaks: reject }));
    sessions.push(session);
    return session;
  }), nameOf: (session) => session.python, ask: (session) => session.answer,
    follow: (session, ended) => (session.ended = ended, session.left), end: async (session) => session.shut() };
  const opening = new Opening(/** @type {any} */ (means));
  const said = /** @type {string[]} */ ([]);
  opening.changed.connect(({ state }) => said.push(state.kind));
  return { sessions, means, opening, said };
}

const settled = () => vi.advanceTimersByTimeAsync(0);
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("a file is opened once, however often it is asked for, and what there is to show is said", async () => {
  const { opening, sessions, said, means } = server();
  opening.begin();
  opening.begin();
  await settled();
  sessions[0].says({ model: "m", message: {} });
  await settled();
  expect(said).toEqual(["starting", "opening", "shown"]);
  expect(opening.state).toEqual({ kind: "shown", session: sessions[0], model: "m" });
  expect(means.start).toHaveBeenCalledTimes(1);
});

test.each([[new NoPython(), "noPython", ""], [new NoWidgets(), "noWidgets", ""], [new Error("500"), "startFailed", "500"]])(
  "where none starts it is said why: %s",
  async (error, failure, message) => {
    const { opening, means } = server();
    means.start.mockRejectedValueOnce(error);
    opening.begin();
    await settled();
    expect(opening.state).toMatchObject({ kind: "failed", failure, message: { en: message, zh: message } });
    await opening.again();
    await settled();
    expect(opening.state.kind).toBe("opening");
  },
);

test.each([[{ error: { name: "ModuleNotFoundError", value: "No module named 'diffexplain'" } }, "noPackage", "", ""], [{
  error: { name: "ImportError", value: "cannot import name 'viewer' from 'diffexplain.explorers'" },
}, "noPackage", "", ""], [{ error: { name: "ModuleNotFoundError", value: "No module named 'torch'" } }, "notOpened",
  "ModuleNotFoundError: No module named 'torch'", "ModuleNotFoundError: No module named 'torch'"], [{ model: "",
  message: { en: "damaged", zh: "损坏" } }, "notOpened", "damaged", "损坏"]])(
    "what the kernel could not do is said, and it holds no memory: %j",
    async (answer, failure, en, zh) => {
      const { opening, sessions } = server();
      opening.begin();
      await settled();
      sessions[0].says(answer);
      await settled();
      expect(opening.state).toEqual({ kind: "failed", failure, message: { en, zh }, python: "python3" });
      expect(sessions[0].shut).toHaveBeenCalledTimes(1);
      expect(sessions[0].left).toHaveBeenCalledTimes(1);
    },
  );

test("a kernel that ends is told from one that never opened the file", async () => {
  const { opening, sessions } = server();
  opening.begin();
  await settled();
  sessions[0].ended();
  expect(opening.state).toMatchObject({ kind: "failed", failure: "diedOpening" });
  sessions[0].says({ model: "late", message: {} });
  await settled();
  expect(opening.state).toMatchObject({ kind: "failed", failure: "diedOpening" });
  await opening.again("other");
  await settled();
  expect(sessions[1].python).toBe("other");
  sessions[1].says({ model: "m", message: {} });
  await settled();
  sessions[1].ended();
  expect(opening.state).toMatchObject({ kind: "failed", failure: "ended" });
});

test("what takes long says so, and can be tried again", async () => {
  const { opening, sessions } = server();
  opening.begin();
  await vi.advanceTimersByTimeAsync(61_000);
  expect(opening.state).toEqual({ kind: "opening", slow: true });
  await opening.again();
  await settled();
  expect(sessions[0].shut).toHaveBeenCalledTimes(1);
  expect(opening.state).toEqual({ kind: "opening", slow: false });
});

test("who leaves leaves no kernel, not even one that starts too late", async () => {
  const { opening, sessions, said } = server();
  opening.begin();
  opening.dispose();
  await settled();
  expect(sessions[0].shut).toHaveBeenCalledTimes(1);
  expect(said).toEqual(["starting"]);
  const other = server();
  other.opening.begin();
  await settled();
  other.opening.dispose();
  expect(other.sessions[0].shut).toHaveBeenCalledTimes(1);
});
