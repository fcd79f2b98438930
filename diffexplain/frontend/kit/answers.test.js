import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { answers } from "./answers.js";

function signal() {
  const slots = /** @type {Set<(sender: any, value: any) => void>} */ (new Set());
  return { slots, connect: (/** @type {any} */ slot) => slots.add(slot),
    disconnect: (/** @type {any} */ slot) => slots.delete(slot),
    emit: (/** @type {any} */ value = null) => slots.forEach((slot) => slot(null, value)) };
}

describe("who says something", () => {
  /** @type {string[]} */
  let sent;
  /** @type {any} */
  let hear;
  /** @type {{ status: string, statusChanged: ReturnType<typeof signal>, disposed: ReturnType<typeof signal> }} */
  let kernel;
  /** @type {AbortController} */
  let ended;
  const model = (/** @type {any} */ kernel) => /** @type {any} */ ({
    send: (/** @type {any} */ content) => sent.push(content.kind),
    on: (/** @type {string} */ _, /** @type {any} */ listener) => (hear = listener),
    off: () => (hear = null),
    widget_manager: kernel && { kernel },
  });
  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    ended = new AbortController();
    kernel = { status: "idle", statusChanged: signal(), disposed: signal() };
  });
  afterEach(() => vi.useRealTimers());

  test("asks once for an answer, and is told nothing where one comes in time", () => {
    const { absence, expect: expectAnswer } = answers(model(null), ended.signal);
    expectAnswer();
    expectAnswer();
    expect(sent).toEqual(["ping"]);
    vi.advanceTimersByTime(1000);
    hear();
    vi.advanceTimersByTime(5000);
    expect(absence.get()).toBe("");
    expectAnswer();
    expect(sent).toEqual(["ping", "ping"]);
  });
  test("hears within two seconds that there is none, until one comes", () => {
    const { absence, expect: expectAnswer } = answers(model(null), ended.signal);
    expectAnswer();
    vi.advanceTimersByTime(2000);
    expect(absence.get()).toBe("silent");
    hear();
    expect(absence.get()).toBe("");
  });
  test("is told that the kernel is busy, and asks again once it is not", () => {
    kernel.status = "busy";
    const { absence, expect: expectAnswer } = answers(model(kernel), ended.signal);
    expectAnswer();
    vi.advanceTimersByTime(2000);
    expect(absence.get()).toBe("busy");
    kernel.status = "idle";
    kernel.statusChanged.emit("idle");
    expect(sent).toEqual(["ping", "ping"]);
    vi.advanceTimersByTime(2000);
    expect(absence.get()).toBe("silent");
  });
  test.each(["restarting", "autorestarting", "dead"])("hears at once that the kernel is %s", (status) => {
    const { absence, expect: expectAnswer } = answers(model(kernel), ended.signal);
    kernel.statusChanged.emit(status);
    expect(absence.get()).toBe("gone");
    expectAnswer();
    kernel.statusChanged.emit("idle"); // another one in its place
    expect([absence.get(), sent]).toEqual(["gone", []]);
  });
  test("hears that it was shut down, and nothing once the view is gone", () => {
    const { absence } = answers(model(kernel), ended.signal);
    kernel.disposed.emit();
    expect(absence.get()).toBe("gone");
    ended.abort();
    expect([hear, kernel.statusChanged.slots.size, kernel.disposed.slots.size]).toEqual([null, 0, 0]);
  });
});
