/** What is costly to make and belongs to something: kept as long as that is, made once. And what need not be drawn again. */

/** @type {WeakMap<object, Map<string, any>>} */
const kept = new WeakMap();

/**
 * The value of a name that belongs to a key, made where it isn't there yet.
 * @template Value
 * @param {object} key  a message, a run's content, an array: whatever is replaced when the value is no longer true
 * @param {string} name
 * @param {() => Value} make  may remember things of its own
 * @param {number} [most]  values that one key keeps; beyond that it begins anew
 * @returns {Value}
 */
export function remembered(key, name, make, most = Infinity) {
  const values = kept.get(key) ?? new Map();
  if (!kept.has(key)) kept.set(key, values);
  if (!values.has(name)) {
    const made = make();
    if (values.size >= most) values.clear();
    values.set(name, made);
  }
  return values.get(name);
}

/**
 * Whether what something is drawn from has changed: the same values as when it was last asked have not.
 * @returns {(...now: any[]) => boolean}
 */
export function changes() {
  let before = /** @type {any[] | null} */ (null);
  return (...now) => {
    const same = before !== null && before.length === now.length && now.every((value, at) => Object.is(value, before?.[at]));
    before = now;
    return !same;
  };
}
