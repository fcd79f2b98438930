/** Random numbers as torch draws them on the CPU: `torch.randn(..., generator=torch.Generator().manual_seed(seed))`. */
import { makeNormal } from "./box_muller.js";
import { MersenneTwister } from "./mersenne_twister.js";

const BLOCK = 16; // fewer numbers at a time are drawn in double precision, one after the other

/** A generator like torch's: what is drawn from it depends on all that was drawn before, in the same portions. */
export class Generator {
  /** @param {number} seed  0 to 2**53 - 1 */
  constructor(seed) {
    this.twister = new MersenneTwister(seed);
    /** @type {number | null} */
    this.second = null; // two are made at a time where few are asked for
  }

  /** So many normal numbers in single precision. @param {number} count */
  randn(count) {
    if (count < BLOCK) return Float32Array.from({ length: count }, () => this.#one());
    const drawn = Float32Array.from({ length: count }, () => this.#uniform());
    for (let at = 0; at + BLOCK <= count; at += BLOCK) makeNormal(drawn.subarray(at, at + BLOCK));
    if (count % BLOCK) {
      const last = drawn.subarray(count - BLOCK);
      for (let at = 0; at < BLOCK; at++) last[at] = this.#uniform();
      makeNormal(last);
    }
    return drawn;
  }

  #uniform() {
    return (this.twister.next() & 0xffffff) / 2 ** 24;
  }

  #uniformDouble() {
    const [high, low] = [this.twister.next(), this.twister.next()];
    return ((high & 0x1fffff) * 2 ** 32 + low) / 2 ** 53;
  }

  #one() {
    if (this.second !== null) {
      const kept = this.second;
      this.second = null;
      return kept;
    }
    const [first, second] = [this.#uniformDouble(), this.#uniformDouble()];
    const radius = Math.sqrt(-2 * Math.log1p(-second));
    const angle = 2 * Math.PI * first;
    this.second = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}
