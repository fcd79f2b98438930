/**
 * Files that a page needs to generate, loaded when they are first needed.
 *
 * @typedef {{ name: string, address: string, bytes: number }} File  of the page's own folder
 * @typedef {(done: number, total: number) => void} Progress  in bytes
 */
import { unzipped } from "./zipped.js";

/** Why a file is not there, in a way that can be said. */
export class FileError extends Error {
  /** @param {"missing" | "damaged"} why @param {string} file @param {string} reason */
  constructor(why, file, reason) {
    super(`${file}: ${reason}`);
    this.why = why;
    this.file = file;
    this.reason = reason;
  }
}

/** Loads files, each once, also where that is cancelled and asked for again. */
export class Files {
  /** @param {File[]} files @param {Record<string, Uint8Array>} [there]  those that the page has in itself */
  constructor(files, there = {}) {
    this.files = files;
    this.there = there;
    /** @type {Record<string, Uint8Array>} */
    this.content = {};
  }

  /**
   * What all of them hold, by name; they are forgotten then.
   * @param {Progress} progress
   * @param {AbortSignal} signal
   * @returns {Promise<Record<string, Uint8Array>>}
   */
  async load(progress, signal) {
    const total = this.files.reduce((sum, { bytes }) => sum + bytes, 0);
    let before = 0;
    for (const file of this.files) {
      const offset = before;
      progress(offset, total);
      this.content[file.name] ??= await this.#one(file, (done) => progress(offset + done, total), signal);
      before += file.bytes;
    }
    progress(total, total);
    const { content } = this;
    [this.content, this.there] = [{}, {}];
    return content;
  }

  /** @param {File} file @param {(done: number) => void} progress @param {AbortSignal} signal */
  async #one(file, progress, signal) {
    const within = this.there[file.name];
    if (within) return unpacked(file, within);
    try {
      return await unpacked(file, await fetched(file, progress, signal, "force-cache")); // an address has what its name says, for ever
    } catch (error) {
      if (signal.aborted) throw error;
      return unpacked(file, await fetched(file, progress, signal, "reload")); // a browser may keep what came damaged, or that nothing did
    }
  }
}

/** @param {File} file @param {Uint8Array} bytes */
async function unpacked({ name, bytes: expected }, bytes) {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (packed && bytes.length !== expected) throw new FileError("damaged", name, `${bytes.length} / ${expected}`);
  return unzipped(bytes).catch((error) => {
    throw new FileError("damaged", name, String(error.message));
  });
}

/** @param {File} file @param {(done: number) => void} progress @param {AbortSignal} signal @param {RequestCache} cache */
async function fetched({ name, address, bytes }, progress, signal, cache) {
  try {
    const response = await fetch(address, { signal, cache });
    if (!response.ok || !response.body) throw new FileError("missing", name, String(response.status));
    const reader = response.body.getReader();
    const parts = /** @type {any[]} */ ([]);
    let done = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      done += part.value.length;
      progress(Math.min(done, bytes));
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } catch (error) {
    if (signal.aborted || error instanceof FileError) throw error;
    throw new FileError("missing", name, String(/** @type {any} */ (error).message));
  }
}
