/** What explorers are made of that are not built with the kit: `import { defineExplorer, h } from "diffexplain/kit"`. */

export { default as catalogues } from "catalogues:kit";
export { choiceControl, numberControl, seedControl, sliderControl, textControl } from "./controls.js";
export { h, s, setText, show } from "./dom.js";
export { filmStrip } from "./film.js";
export { footOf } from "./foot.js";
export { lineChart } from "./line_chart.js";
export { openPanels, tabbedPanels } from "./panels.js";
export { square } from "./parts.js";
export { playerRow } from "./player.js";
export { byNumber, inOrder, newest, newestPart, ruled } from "./reducers.js";
export { barOf, guidanceControl, runBar, seedTrait, wayControls, wishControls } from "./run_controls.js";
export { isBusy, isOver, runsReducer } from "./runs.js";
export { segmentControl } from "./segments.js";
export { withOne, withPoints } from "./series.js";
export { sessionControls } from "./session.js";
export { defineExplorer } from "./shell.js";
export { keptBeside, selectedOf, shownRun, stateWords } from "./shown.js";
export { table } from "./table.js";
