import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Files } from "./files.js";

const CONTENT = { one: Uint8Array.of(1, 2, 3), two: new Uint8Array(5000).map((_, at) => at % 251) };
const PACKED =
  /** @type {Record<string, Uint8Array>} */ (Object.fromEntries(
    Object.entries(CONTENT).map(([name, bytes]) => [name, new Uint8Array(gzipSync(bytes))]),
  ));
const FILES = Object.entries(PACKED).map(([name, { length }]) => ({ name, address: `/${name}`, bytes: length }));
const signal = new AbortController().signal;

/** A host that gives these. @param {Record<string, Uint8Array>} hosted */
function host(hosted) {
  const asked = vi.fn(async (/** @type {string} */ address) =>
    hosted[address.slice(1)] ? new Response(/** @type {any} */ (hosted[address.slice(1)])) : new Response(null, { status: 404 })
  );
  vi.stubGlobal("fetch", asked);
  return asked;
}
afterEach(() => vi.unstubAllGlobals());

describe("files", () => {
  test("come unpacked, with word on how far that is", async () => {
    host(PACKED);
    const told = vi.fn();
    expect(await new Files(FILES).load(told, signal)).toEqual(CONTENT);
    const total = FILES[0].bytes + FILES[1].bytes;
    expect(told.mock.calls[0]).toEqual([0, total]);
    expect(told.mock.calls.at(-1)).toEqual([total, total]);
    const done = told.mock.calls.map(([bytes]) => bytes);
    expect(done).toEqual([...done].sort((left, right) => left - right));
  });

  test("may come unpacked already, or be in the page", async () => {
    const asked = host(CONTENT);
    expect(await new Files(FILES, { two: PACKED.two }).load(() => {}, signal)).toEqual(CONTENT);
    expect(asked).toHaveBeenCalledOnce();
  });

  test("that came before loading was cancelled are not asked for again", async () => {
    const asked = host({ one: PACKED.one });
    const files = new Files(FILES);
    await expect(files.load(() => {}, signal)).rejects.toMatchObject({ why: "missing", file: "two", reason: "404" });
    host(PACKED);
    await files.load(() => {}, signal);
    expect(asked.mock.calls.map(([address]) => address)).toEqual(["/one", "/two", "/two"]); // once past the browser's cache
  });

  test.each([["cut off", PACKED.two.slice(0, -9)], ["overwritten",
    PACKED.two.map((byte, at) => (at === 40 ? byte ^ 8 : byte))]])("are known to be damaged: %s, and asked for again",
      async (_, broken) => {
        host({ ...PACKED, two: broken });
        const files = new Files(FILES);
        await expect(files.load(() => {}, signal)).rejects.toMatchObject({ why: "damaged", file: "two" });
        host(PACKED);
        expect(await files.load(() => {}, signal)).toEqual(CONTENT);
      });
});
