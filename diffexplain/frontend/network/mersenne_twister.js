/** The Mersenne Twister of 32 bits (Matsumoto and Nishimura 1998), seeded as torch seeds its generator of the CPU. */

const LENGTH = 624;
const MIDDLE = 397;

/** The two neighbours' mixed bits, twisted. @param {number} upper @param {number} lower */
function twisted(upper, lower) {
  const mixed = (upper & 0x80000000) | (lower & 0x7fffffff);
  return (mixed >>> 1) ^ (lower & 1 ? 0x9908b0df : 0);
}

/** One stream of random whole numbers. */
export class MersenneTwister {
  /** @param {number} seed  0 to 2**53 - 1, of which the lowest 32 bits count, as in torch */
  constructor(seed) {
    this.state = new Uint32Array(LENGTH);
    this.state[0] = seed % 2 ** 32;
    for (let at = 1; at < LENGTH; at++) {
      const before = this.state[at - 1];
      this.state[at] = Math.imul(1812433253, before ^ (before >>> 30)) + at;
    }
    this.at = LENGTH;
  }

  /** The next whole number, 0 to 2**32 - 1. */
  next() {
    if (this.at === LENGTH) this.#renew();
    let drawn = this.state[this.at++];
    drawn ^= drawn >>> 11;
    drawn ^= (drawn << 7) & 0x9d2c5680;
    drawn ^= (drawn << 15) & 0xefc60000;
    return (drawn ^ (drawn >>> 18)) >>> 0;
  }

  #renew() {
    const { state } = this;
    for (let at = 0; at < LENGTH; at++) {
      state[at] = state[(at + MIDDLE) % LENGTH] ^ twisted(state[at], state[(at + 1) % LENGTH]);
    }
    this.at = 0;
  }
}
