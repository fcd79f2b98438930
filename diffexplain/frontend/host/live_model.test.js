import { beforeEach, describe, expect, test, vi } from "vitest";
import { encode } from "../network/wire.js";
import { liveModel } from "./live_model.js";

const TRAITS = { prompt: "a fox", seed: 7, sampler: "ddim", steps: 8, guidance_scale: 4, step: -1, language: "en" };
const OFFER = { samplers: ["ddim", "heun"], steps: [1, 2, 8], limits: { prompt: 20, seed: 100 } };
const FIELDS = ["prompt", "seed", "sampler", "steps", "guidance_scale"];
const RECORDED = [encode("begin", {}, 3, 0), encode("end", {}, 3, 1), encode("status", { state: "done" }, 3, 2)];
const done = (/** @type {number} */ run, number = 5) =>
  encode("status", { state: "done", message: "", advice: "" }, run, number);

/** @type {any} */
let sender;
/** @type {any} */
let model;
/** @type {any[]} */
let heard;

beforeEach(() => {
  sender = { ask: vi.fn(), cancel: vi.fn() };
  heard = [];
  model = liveModel(TRAITS, RECORDED, { fields: FIELDS, offer: OFFER, sender,
    spoken: (pick) => ({
      en: pick(/** @type {any} */ (new Proxy({}, { get: (_, name) => (/** @type {any[]} */ ...given) =>
        [name, ...given].join(" ") }))),
    }) });
  model.on("msg:custom", (/** @type {any} */ content) => heard.push(content));
});

/** Sets as a control does. @param {Record<string, any>} values */
function change(values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

describe("a model without Python", () => {
  test("is live, and plays the recording to a view that comes", () => {
    expect(model.get("_live")).toBe(true);
    model.send({ kind: "ready", view: "v" });
    expect(heard.map(({ kind }) => kind)).toEqual(["replaying", "begin", "end", "status"]);
    expect(sender.ask).not.toHaveBeenCalled();
  });

  test("asks for a run once something of the request is changed, and only then", () => {
    change({ step: 3 });
    change({ prompt: "a fox" });
    expect(sender.ask).not.toHaveBeenCalled();
    change({ prompt: "a cat" });
    expect(sender.ask).toHaveBeenCalledExactlyOnceWith({ run: 4,
      request: { prompt: "a cat", seed: 7, sampler: "ddim", steps: 8, guidance_scale: 4 } });
    expect(heard).toMatchObject([{ kind: "status", run: 4, number: 0, data: { state: "queued" } }]);
    model.send({ kind: "run" });
    expect(sender.ask).toHaveBeenCalledTimes(2);
  });

  test("hears of the newest run alone, and keeps the last finished one until that is done", () => {
    change({ seed: 8 });
    model.hear(done(4));
    change({ seed: 9 });
    model.hear(encode("begin", {}, 4, 9));
    model.hear(encode("begin", {}, 5, 1));
    heard.length = 0;
    model.send({ kind: "ready", view: "v" });
    expect(heard.map(({ kind, run }) => `${kind} ${run}`)).toEqual(["replaying 5", "status 4", "status 4", "status 5",
      "begin 5"]);
  });

  test("keeps a run beside those that follow, until it is let go", () => {
    model.send({ kind: "keep", run: 3 });
    for (const seed of [8, 9, 10]) {
      change({ seed });
      model.hear(done(model.get("seed") - 4));
    }
    heard.length = 0;
    model.send({ kind: "ready", view: "v" });
    expect(heard.filter(({ run }) => run === 3).length).toBe(RECORDED.length);
    expect(heard[1]).toMatchObject({ kind: "kept", run: 0, data: { of_run: 3 } });
    model.send({ kind: "let_go" });
    heard.length = 0;
    model.send({ kind: "ready", view: "v" });
    expect(heard.some(({ run }) => run === 3)).toBe(false);
  });

  test("holds no more after many runs than after a few", () => {
    const held = () => {
      heard.length = 0;
      model.send({ kind: "ready", view: "v" });
      return heard.length;
    };
    change({ seed: 1 });
    model.hear(done(4));
    const few = held();
    for (let run = 5; run < 100; run++) {
      change({ seed: run });
      model.hear(done(run));
    }
    expect(held()).toBe(few);
  });

  test.each([[{ seed: -1 }, "range {field} 0 100 -1"], [{ seed: NaN }, "range {field} 0 100 NaN"], [{ steps: 9 },
    "range {field} 1 8 9"], [{ sampler: "lms" }, 'choice {field} ddim, heun "lms"'], [{ guidance_scale: "x" },
    'number {field} 0 100 "x"'], [{ prompt: "狐".repeat(21) }, "long {field} 21 20"]])("refuses %o and puts the value back",
      (values, words) => {
        change(values);
        const [name] = Object.keys(values);
        expect(heard).toMatchObject([{ kind: "refused", number: -1, data: { field: name, message: { en: words } } }]);
        expect(model.get(name)).toBe(/** @type {any} */ (TRAITS)[name]);
        expect(sender.ask).not.toHaveBeenCalled();
      });

  test("answers that somebody is there, cancels, and says that the network is gone", async () => {
    model.send({ kind: "ping" });
    expect(heard).toEqual([]); // not before whoever asks has begun to listen
    await Promise.resolve();
    expect(heard[0].kind).toBe("pong");
    change({ seed: 8 });
    model.send({ kind: "cancel" });
    expect(sender.cancel).toHaveBeenCalledOnce();
    model.fail({ message: "gone", advice: "again" });
    expect(heard.at(-1)).toMatchObject({ kind: "status", run: 4, data: { state: "failed", message: "gone" } });
  });
});
