/**
 * Sixteen uniform numbers become sixteen normal ones (Box and Muller 1958), to the last bit as torch makes them on processors with AVX2.
 *
 * There it computes eight at a time in single precision, by the polynomials of the Cephes library, and its compiler has fused most
 * multiplications with the addition behind them; which ones is followed here. Elsewhere (ARM) torch takes logarithm, cosine and sine of the
 * system's C library: a few units in the last place away.
 */
import { fusedMultiplyAdd } from "./single_precision.js";

const { fround } = Math;
const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** @param {number[]} coefficients  of the highest power first */
const singles = (...coefficients) => coefficients.map(fround);
const LOGARITHM = singles(7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
  -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1);
const [LOG_2_LOW, LOG_2_HIGH, ROOT_OF_HALF] = singles(-2.12194440e-4, 0.693359375, 0.707106781186547524);
const COSINE = singles(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2);
const SINE = singles(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1);
const QUARTERS = singles(-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8); // -pi/4 in three parts
const [FOUR_OVER_PI, TWO_PI] = singles(1.27323954473516, 2 * Math.PI);

/** @param {number[]} coefficients @param {number} x */
function polynomial([first, ...rest], x) {
  return rest.reduce((sum, coefficient) => fusedMultiplyAdd(sum, x, coefficient), first);
}

/** The natural logarithm of a number above 0 and up to 1. @param {number} value */
function logarithm(value) {
  float[0] = value;
  let exponent = (bits[0] >>> 23) - 126;
  bits[0] = (bits[0] & 0x007fffff) | 0x3f000000; // one half to one
  let x = float[0];
  if (x < ROOT_OF_HALF) {
    exponent -= 1;
    x = fround(fround(x - 1) + x);
  } else {
    x = fround(x - 1);
  }
  const square = fround(x * x);
  const high = fusedMultiplyAdd(fround(polynomial(LOGARITHM, x) * x), square, fround(exponent * LOG_2_LOW));
  return fusedMultiplyAdd(exponent, LOG_2_HIGH, fround(x + fround(high - square / 2)));
}

/** Cosine and sine of an angle from 0 to 2 pi. @param {number} angle */
function cosineAndSine(angle) {
  const eighths = (Math.trunc(fround(angle * FOUR_OVER_PI)) + 1) & ~1;
  const x = QUARTERS.reduce((left, part) => fusedMultiplyAdd(eighths, part, left), angle);
  const square = fround(x * x);
  const even = fround(fusedMultiplyAdd(fround(polynomial(COSINE, square) * square), square, -square / 2) + 1);
  const odd = fusedMultiplyAdd(fround(polynomial(SINE, square) * square), x, x);
  const [cosine, sine] = eighths & 2 ? [odd, even] : [even, odd];
  return { cosine: (eighths - 2) & 4 ? cosine : -cosine, sine: eighths & 4 ? -sine : sine };
}

/**
 * Makes sixteen numbers normal, in place: eight cosines, then their eight sines.
 * @param {Float32Array} numbers  16, uniform from 0 up to but without 1
 */
export function makeNormal(numbers) {
  for (let at = 0; at < 8; at++) {
    const radius = fround(Math.sqrt(fround(-2 * logarithm(fround(1 - numbers[at])))));
    const { cosine, sine } = cosineAndSine(fround(TWO_PI * numbers[at + 8]));
    numbers[at] = radius * cosine + 0; // 0 for -0, as a fused multiplication with 1 and addition of 0 leaves it
    numbers[at + 8] = radius * sine + 0;
  }
}
