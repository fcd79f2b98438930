/** Words that every explorer shows. @param {import("./words.js").Translator} language */
export const words = ({ say, sentences }) => ({
  sentences,
  /** A full stop where there is none. @param {string} sentence */
  stopped: (sentence) => say("{sentence}.", { sentence: sentence.replace(/[.。\s]*$/, "") }),
  state: {
    queued: say("waiting"),
    running: say("working"),
    cancelled: say("cancelled"),
    failed: say("This run failed."),
    advice: say("Run it again, or change a control."),
    kept: say("The last good picture is still here."),
    noKernel: say("Nothing has come from Python. This explorer needs a running notebook: run its cell again."),
    recording: say("This page is a recording: moving this needs a running notebook."),
  },
  again: say("Run again"),
  cancel: say("Cancel"),
  play: say("Play"),
  pause: say("Pause"),
  close: say("Close"),
  /** @param {string} name */
  language: (name) => say("Show this explorer in {language}", { language: name }),
});
