/** What explorers are made of that are not built with the kit: `import { defineExplorer, h } from "diffexplain/kit"`. */

export { default as catalogues } from "catalogues:kit";
export { choiceControl, numberControl, seedControl, sliderControl, textControl } from "./controls.js";
export { h, s, setText, show } from "./dom.js";
export { isBusy, isOver, runsReducer } from "./runs.js";
export { segmentControl } from "./segments.js";
export { withOne, withPoints } from "./series.js";
export { sessionControls } from "./session.js";
export { defineExplorer } from "./shell.js";
