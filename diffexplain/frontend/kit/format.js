/** Numbers as a reader wants them: few digits, and powers of ten only where nothing sensible is as large. */

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Three figures at most. @param {number} value */
export function figure(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size >= 1e6) {
    const [share, power] = value.toExponential(1).split("e+");
    return `${share.replace("-", "−")} × 10${[...power].map((digit) => RAISED[Number(digit)]).join("")}`;
  }
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toFixed(digits).replace("-", "−");
}

/** The same of a change, with its sign. @param {number} value */
export const change = (value) => `${value > 0 ? "+" : ""}${figure(value)}`;

/** @param {number} share  0 to 1, or more where something more than doubles */
export function percent(share) {
  const value = 100 * share;
  if (value > 99 && value < 100) return `${(Math.floor(10 * value) / 10).toFixed(1)} %`; // not quite all is not all
  return `${value > 0 && value < 1 ? value.toFixed(1) : Math.round(value)} %`;
}

/** Two figures, also of a very small number. @param {number} value */
export function tiny(value) {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? "0" : figure(value);
  const digits = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toFixed(digits).replace("-", "−");
}

/** @param {number} share  0 to 1 */
export const tinyPercent = (share) => `${tiny(100 * share)} %`;

/** Two digits after the point, for numbers that stand beside each other. @param {number} value */
export const fixed = (
  value,
) => (Number.isFinite(value) ? value.toFixed(2).replace(/^-(?=0\.00$)/, "").replace("-", "−") : figure(value));

/** The beginning of a text, with a mark where it goes on. @param {string} text @param {number} most  characters, the mark among them */
export const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
