/** Words that every explorer shows. @param {import("./words.js").Translator} language */
export const words = ({ say, sentences }) => ({
  sentences,
  /** A full stop where there is none. @param {string} sentence */
  stopped: (sentence) => say("{sentence}.", { sentence: sentence.replace(/[.。\s]*$/, "") }),
  state: { queued: say("waiting"), running: say("working"), cancelled: say("cancelled"), failed: say("This run failed."),
    advice: say("Run it again, or change a control."), kept: say("The last good picture is still here."),
    noKernel: say("Nothing has come from Python. This explorer needs a running notebook: run its cell again."),
    recording: say("This page is a recording: moving this needs a running notebook.") },
  pictures: { gallery: say("Gallery"), upload: say("Upload…"), drop: say("or drop or paste a picture here"),
    own: say("your picture"), tooLarge: say("This file is too large to send. Save it as a smaller PNG or JPEG."),
    prompt: say("what the model shall draw"), draw: say("Draw it"),
    sketch: { open: say("Sketch…"), close: say("Gallery…"),
      pad: say("Sketch pad. Draw with the pointer; by keyboard the arrows move the pen, and space sets it down and lifts it."),
      colour: say("Colour"), brush: say("Brush"), brushes: [say("fine"), say("medium"), say("broad")],
      colours: { black: say("black"), white: say("white"), red: say("red"), orange: say("orange"), yellow: say("yellow"),
        green: say("green"), blue: say("blue"), purple: say("purple"), brown: say("brown"), pink: say("pink") },
      back: say("Take back"), clear: say("Clear"), use: say("Use this drawing") } },
  again: say("Run again"),
  cancel: say("Cancel"),
  play: say("Play"),
  pause: say("Pause"),
  close: say("Close"),
  /** @param {string} name */
  language: (name) => say("Show this explorer in {language}", { language: name }),
});
