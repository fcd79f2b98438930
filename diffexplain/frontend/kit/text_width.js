/** How wide a text is drawn, so that names of charts are laid where they fit. */

const [SIZE, LETTER] = [12, 7.2]; // px: of the letters of charts, and how wide one is where nothing can be measured (a test)
/** @type {CanvasRenderingContext2D | null | undefined} */
let context;
const known = /** @type {Map<string, number>} */ (new Map());

/**
 * Px, in semibold letters of a chart.
 * @param {string} text
 * @param {Element} element  whose font it is
 */
export function textWidth(text, element) {
  const font = `600 ${SIZE}px ${getComputedStyle(element).fontFamily || "sans-serif"}`;
  const name = `${font} ${text}`;
  let width = known.get(name);
  if (width === undefined) {
    if (context === undefined) context = document.createElement("canvas").getContext("2d");
    if (context) context.font = font;
    width = context?.measureText(text).width ?? LETTER * text.length;
    if (known.size > 500) known.clear();
    known.set(name, width);
  }
  return width;
}
