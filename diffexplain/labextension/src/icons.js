// Icons in the colours of JupyterLab's theme: its style sheet paints what carries the class jp-icon3.
import { LabIcon } from "@jupyterlab/ui-components";

/** @param {string} inside */
const svg = (inside) => `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">${inside}</svg>`;
/** @param {string} name @param {string} inside */
const icon = (name, inside) => new LabIcon({ name: `diffexplain:${name}`, svgstr: svg(inside) });
/** @param {string} path */
const filled = (path) => `<path class="jp-icon3 jp-icon-selectable" fill="#616161" d="${path}"/>`;

/** In the colour of the explorers themselves: style/index.css. @param {string} inside */
const own = (inside) => `<g class="dx-lab-icon" fill="#5b3fb5" fill-rule="evenodd">${inside}</g>`;

/** Grains on the left that become a disc on the right. @type {[number, number, number][]} */
const GRAINS = [[4, 5, 1.1], [3.4, 9.6, 1], [5, 14.3, 1.2], [3.6, 19, 1], [8, 3.6, 1], [7.6, 8, 1.3], [8.6, 12, 1.1], [7.8,
  16.4, 1.3], [8.4, 20.4, 1]];
const disc = `${GRAINS.map(([x, y, r]) => `<circle cx="${x}" cy="${y}" r="${r}"/>`).join("")}
<path d="M10.8 5.4l1.4-.6v14.4l-1.4-.6z" opacity=".55"/><path d="M13 4.6a7.6 7.6 0 0 1 0 14.8z"/>`;

export const explorersIcon = icon("explorers", `<g class="jp-icon3 jp-icon-selectable" fill="#616161">${disc}</g>`);
const glass =
  `<path d="M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm0 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6z"/><path d="M15.9 14.3l5.6 5.6-1.6 1.6-5.6-5.6z"/>`;
export const exploreIcon = icon("explore",
  own(
    `${glass}<path d="M10.4 7a3 3 0 0 1 0 6z"/><circle cx="8.8" cy="7.9" r=".6"/><circle cx="7.4" cy="10" r=".7"/><circle cx="8.8" cy="12.2" r=".6"/>`,
  ));
export const folderIcon = icon("folder", own(`<path d="M3 5h7l2 2h9v12H3z"/>`));

const BOOK = `<path d="M3 4.5c3 0 6 .3 8.2 1.6v13.4C9 18.3 6 18 3 18zm18 0c-3 0-6 .3-8.2 1.6v13.4C15 18.3 18 18 21 18z"/>`;
/** What a lesson's tile shows, by the beginning of its file's name. @type {Record<string, string>} */
const LESSONS = {
  "00": `<path d="M3 3h8v8H3zm10 0h8v8h-8zM3 13h8v8H3z" opacity=".55"/><path d="M13 13h8v8h-8z"/>`, // a gallery
  "01": `<path d="M3 4h18v13H11l-4.5 4v-4H3zm3 3.5v2h12v-2zm0 4v2h8v-2z"/>`, // a sentence
  "02": `<path d="M3 3h9v18H3z"/>${
    [[14, 4], [18, 3.5], [16, 8], [20, 8.5], [14, 12], [18.5, 13], [15.5, 16.5], [20, 17.5], [14, 20], [18, 20.5]].map((
      [x, y],
    ) => `<path d="M${x - 0.9} ${y - 0.9}h1.8v1.8h-1.8z"/>`).join("")
  }`, // a picture that becomes noise
  "03": disc, // noise that becomes a picture
  "04":
    `<path d="M3 3h18v18H3zm2 2v14h14V5z"/><path d="M9 9h3v3H9zm3 3h3v3h-3z"/><path d="M12 9h3v3h-3zm-3 3h3v3H9zM6 9h3v3H6zm9 3h3v3h-3z" opacity=".4"/>`, // where a word is read
  "05":
    `<path d="M6 3h12a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3zm2 3.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zm8 0a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zm-4 4a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zm-4 4a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zm8 0a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z"/>`, // a die
  "06":
    `<path d="M2.5 3h7v7h-7zm12 0h7v7h-7zm-6 11.5h7v7h-7z"/><path d="M10.5 5.5h3v2h-3zM5 11h2v6h.5v2H5zm14 0h-2v6h-.5v2H19z" opacity=".55"/>`, // a U of blocks
  "07": `<path d="M3 3h2v16h16v2H3z" opacity=".55"/><path d="M6.5 5h2.2c.8 6 3.6 9.4 11.3 10v2.2C11 16.6 7.3 12.4 6.5 5z"/>`, // a loss that falls
  "10": `<path d="M3 10h18l-7 7v5l-4-2v-3z"/><path d="M4 3h4v4H4zm6 0h4v4h-4zm6 0h4v4h-4z" opacity=".55"/>`, // a filter
};
const lessonIcons = new Map(Object.entries(LESSONS).map(([number, inside]) => [number, icon(`lesson-${number}`, own(inside))]));
const anyLesson = icon("lesson", own(BOOK));

/** @param {unknown} name of the lesson's file. */
export const lessonIcon = (name) => lessonIcons.get(String(name).slice(0, 2)) ?? anyLesson;

export const traceIcon = icon("trace", own(disc));
export const sessionIcon = icon("session",
  own(`<path d="M3 3h2v16h16v2H3z"/><path d="M6.4 4.2h2.2c.6 7 4.6 10.4 12 11.2v2.2C11.6 16.8 6.9 12.4 6.4 4.2z"/>`));

export const bringIcon = icon("bring",
  filled("M3 4h18v16H3zm2 2v12h6V6zm8 0v5h2.6l-1.3-1.3 1.2-1.2L19 12l-3.5 3.5-1.2-1.2L15.6 13H13v5h6V6z"));
export const pauseIcon = icon("pause", filled("M7 5h4v14H7zm6 0h4v14h-4z"));
export const exportIcon = icon("export", filled("M5 19h14v2H5zM11 3h2v8.2l3.1-3.1 1.4 1.4L12 15 6.5 9.5l1.4-1.4L11 11.2z"));
