/** A few numbers over the steps of a run or the stops of a walk, as a chart of the kit shows them. */

/**
 * @typedef {object} Course
 * @property {string} name
 * @property {string} concept  class of its colour
 * @property {string} [dash]
 * @property {(number | null)[]} values  null where none has come yet
 * @property {number} nameAt  where its name stands, 0 to 1 along the axis
 * @property {boolean} above  whether above the line or below it
 */

/**
 * The lines of some courses, and where each stands at the selected place.
 * @param {Course[]} courses
 * @param {number} selected
 */
export function coursesOf(courses, selected) {
  const count = Math.max(1, ...courses.map(({ values }) => values.length));
  const x = Array.from({ length: count }, (_, at) => at);
  return { domain: /** @type {[number, number]} */ ([0, count - 1]), here: selected,
    series: courses.map(({ values, nameAt, above, ...course }) => ({ ...course, x, y: values.map((value) => value ?? NaN),
      nameAt: { x: Math.round(nameAt * (count - 1)), above } })
    ), dots: courses.flatMap(({ values, concept }) => {
      const y = values[selected] ?? null;
      return y === null ? [] : [{ x: selected, y, r: 4.5, full: true, concept }];
    }) };
}
