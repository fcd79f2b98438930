/** Words of the data set explorer. */

import { fixed, percent } from "../../kit/format.js";
import { LANGUAGES, spoken } from "../../kit/words.js";

/**
 * @typedef {ReturnType<typeof words>} Text
 * @typedef {import("./derive.js").Outcome} Outcome
 * @typedef {import("./messages").Figure} Figure
 * @typedef {ReturnType<typeof import("./derive.js").groupsOf>} Groups
 */

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, sentences, number, language }) => {
  const tag = LANGUAGES[language]?.tag ?? "en";
  const short = (/** @type {number} */ count) => say("{number}", { number: new Intl.NumberFormat(tag, { notation: "compact", maximumFractionDigits: 2 }).format(count) });
  const units = { pairs: say("pairs"), captions: say("captions"), pictures: say("pictures"), videos: say("videos") };
  const size = (/** @type {Pick<Figure, "count" | "unit">} */ { count, unit }) => say("{count} {unit}", { count: short(count), unit: units[unit] });
  const figure = (/** @type {Omit<Figure, "source">} */ { count, unit, what }) => {
    const whole = say("{count} {unit}", { count: number(count), unit: units[unit] });
    return what ? say("{size}: {what}", { size: whole, what: spoken(what, language) }) : whole;
  };
  const whole = ({ keptRight, keptWrong, lostRight, lostWrong } = /** @type {Outcome} */ ({})) => ({
    kept: keptRight + keptWrong,
    right: keptRight + lostRight,
    wrong: keptWrong + lostWrong,
    all: keptRight + keptWrong + lostRight + lostWrong,
  });
  const shareOf = (/** @type {number} */ value) => (Number.isNaN(value) ? "–" : percent(value));
  const kinds = { right: say("right"), noisy: say("right, among other words"), detail: say("one detail is wrong"), mismatched: say("another picture’s caption"), filler: say("says nothing") };
  const names = {
    english: say("English captions"),
    chinese: say("Chinese captions"),
    seen: say("things it was shown"),
    unseen: say("things it was never shown"),
    clean: say("the caption alone"),
    noisy: say("among words of shops and files"),
    mismatched: say("another picture’s caption"),
    detail: say("one wrong detail"),
    filler: say("alt-text that says nothing"),
  };
  return {
    title: say("Data set explorer"),
    sentences,
    short,
    size,
    figure,
    controls: {
      caption: { label: say("Your caption"), hint: say("Would it have passed? Write what you would, or what a shop or a camera would.") },
      picture: { label: say("Your picture"), hint: say("The picture that your caption is for") },
      wrong: { label: say("Wrong"), hint: say("Share of pairs that are made wrong on purpose: another picture’s caption, one wrong detail, or alt-text that says nothing") },
      noisy: { label: say("Noise"), hint: say("Share of right captions that stand among words of a shop or a file") },
      unseen: { label: say("Unseen"), hint: say("Share of pictures with a dragon, a robot or a unicorn: things that were kept out of this CLIP’s training") },
      chinese: { label: say("Chinese"), hint: say("Share of pictures whose caption is Chinese") },
      count: { label: say("Pairs"), hint: say("How many pairs are filtered") },
      seed: { label: say("Seed"), hint: say("Decides the pictures, and what is made wrong"), dice: say("Roll another seed") },
    },
    sizes: {
      title: say("Seven data sets of the field"),
      lead: (/** @type {number} */ sets, /** @type {number} */ factor) =>
        say("Of {sets} data sets the largest is {factor} times the smallest. People wrote the first ones by hand; nobody has read the last.", { sets, factor: number(Math.round(factor)) }),
      open: say("All that is said of it, and by whom"),
      row: (/** @type {import("./messages").DataSet} */ { name, year, figures }) => say("{name}, {year}: {figures}", { name, year, figures: figures.map(figure).join("; ") }),
      key: say("Full: pairs or captions; open: pictures or videos alone. Large: what it is usually said to have. A step of the axis is ten times as much."),
    },
    histogram: {
      title: say("The filter that made the last two"),
      lead: (/** @type {number} */ count, /** @type {number} */ right, /** @type {number} */ wrong, /** @type {string} */ own) => {
        const scored = own
          ? sentences([plural("{count} pair of {own}, scored by CLIP.", "{count} pairs of {own}, scored by CLIP.", count, { own }), say("What was left as it is counts as right.")])
          : plural("{count} pair of the scene world, scored by CLIP.", "{count} pairs of the scene world, scored by CLIP.", count);
        if (Number.isNaN(wrong)) return sentences([scored, say("Half of them lie above {right}.", { right: fixed(right) })]);
        return sentences([scored, say("Half of the right ones lie above {right}, half of the wrong ones below {wrong}: a threshold parts them, but not cleanly.", { right: fixed(right), wrong: fixed(wrong) })]);
      },
      why: (/** @type {import("./messages").BeginMessage["data"]} */ { clip, temperature }, /** @type {number} */ best) =>
        sentences([
          say("0.28 and 0.30 are cosines of OpenAI’s CLIP. Of another one the same number means nothing: in training only the cosine times a temperature counts, and each CLIP learns its own; that of {clip} is {temperature}.", {
            clip,
            temperature: temperature.toFixed(1),
          }),
          Number.isFinite(best) ? say("These pairs are parted best at {best}.", { best: fixed(best) }) : "",
        ]),
      threshold: say("Threshold"),
      preset: ["0.28", "0.30"],
      best: (/** @type {string} */ value) => say("best here: {value}", { value }),
      marks: [say("{mark} LAION-5B", { mark: "0.28" }), say("{mark} LAION-400M", { mark: "0.30" })],
      right: say("right"),
      wrong: say("wrong"),
      lost: say("lost"),
      kept: say("kept"),
      mine: say("your pair"),
      chart: (/** @type {number} */ count, /** @type {string} */ threshold, /** @type {Outcome} */ { keptRight, keptWrong, lostRight, lostWrong }) =>
        say("How {count} pairs score, right and wrong ones over each other, cut at {threshold}: {keptRight} right and {keptWrong} wrong ones are kept, {lostRight} right and {lostWrong} wrong ones are lost.", {
          count,
          threshold,
          keptRight,
          keptWrong,
          lostRight,
          lostWrong,
        }),
    },
    panels: {
      label: say("A closer look"),
      kept: { label: say("Kept and lost"), hint: say("The pairs nearest to the threshold, with their pictures") },
      course: { label: say("Every threshold"), hint: say("Precision and recall along the axis") },
      groups: { label: say("Who is lost"), hint: say("The rare, the other language, and what the filter can’t see") },
      learned: { label: say("What is learned"), hint: say("Two small CLIPs: one learns from all pairs, one from those that are kept") },
      sets: { label: say("The data sets"), hint: say("Size, year, licence, how each was made and what is wrong with it") },
    },
    kept: {
      lead: (/** @type {string} */ threshold, /** @type {Outcome} */ outcome) =>
        say(
          "Nobody looks at billions of pairs, so the filter’s mistakes stay: at {threshold} it lets {wrong} of {allWrong} wrong pairs pass and throws {right} of {allRight} right ones away. Those about which it was least sure come first.",
          { threshold, wrong: outcome.keptWrong, allWrong: whole(outcome).wrong, right: outcome.lostRight, allRight: whole(outcome).right },
        ),
      title: (/** @type {boolean} */ right, /** @type {boolean} */ kept, /** @type {number} */ count) =>
        kept ? (right ? say("{count} right ones kept", { count }) : say("{count} wrong ones kept", { count })) : right ? say("{count} right ones lost", { count }) : say("{count} wrong ones lost", { count }),
      said: (/** @type {boolean} */ right, /** @type {boolean} */ kept) => right === kept ? say("as it should be") : kept ? say("a mistake: they will be learned") : say("a mistake: they will be missing"),
      score: (/** @type {string} */ score, /** @type {keyof typeof kinds} */ kind) => say("{score} · {kind}", { score, kind: kinds[kind] }),
    },
    learned: {
      lead: say(
        "Is it worth it? Two small CLIPs learn from nothing, with the same number of updates: one from all pairs of a little web, as wrong as the pairs above, one from those of them that the filter keeps. Both are asked about right pairs that neither has seen.",
      ),
      own: say("Nobody knows which of your own pairs are right, so nothing could be asked about them: this works with the scene world alone."),
      ask: (/** @type {string} */ threshold) => say("Train both, filter at {threshold}", { threshold }),
      hint: say("Half a minute of one core. Another threshold trains them anew."),
      web: (/** @type {number} */ done, /** @type {number} */ total) => say("The filter reads the little web: {done} of {total} pairs.", { done, total }),
      sets: (/** @type {import("./messages").LearningMessage["data"]} */ { counts, wrong }, /** @type {string} */ threshold) =>
        say("Of {all} pairs {allWrong} are wrong; at {threshold} the filter keeps {kept}, of which {keptWrong} are wrong.", { all: counts[0], allWrong: wrong[0], threshold, kept: counts[1], keptWrong: wrong[1] }),
      found: (/** @type {number} */ update, /** @type {string} */ all, /** @type {string} */ kept) =>
        plural(
          "After {count} update the one finds the right partner of {all} of the pictures and texts held out, the other of {kept}.",
          "After {count} updates the one finds the right partner of {all} of the pictures and texts held out, the other of {kept}.",
          update,
          { all, kept },
        ),
      gains: say("Fewer pairs, and more is learned from them."),
      loses: say("Here the filter costs more than it gives: it threw away more than it mended."),
      same: say("Here it makes no difference that can be told from chance."),
      all: say("from all"),
      kept: say("from what is kept"),
      update: (/** @type {number} */ count) => plural("{count} update", "{count} updates", count),
      chance: (/** @type {number} */ among) => say("chance: 1 of {among}", { among }),
    },
    course: {
      lead: (/** @type {string} */ threshold, /** @type {{ precision: number, recall: number }} */ { precision, recall }, /** @type {number | null} */ best) =>
        sentences([
          say("Clean data or much data: a higher threshold buys precision with recall. At {threshold}, {precision} of what is kept is right, and {recall} of what is right is kept.", {
            threshold,
            precision: shareOf(precision),
            recall: shareOf(recall),
          }),
          best === null ? "" : say("Their harmonic mean is highest at {best}. On the web nobody knows which pairs are right, so there is no such curve: LAION’s threshold was chosen by looking.", { best: fixed(best) }),
        ]),
      precision: say("precision"),
      recall: say("recall"),
      kept: say("kept of all"),
      chart: (/** @type {string} */ threshold, /** @type {{ precision: number, recall: number, kept: number }} */ { precision, recall, kept }) =>
        say("Precision, recall and the share that is kept, by threshold; at {threshold} they are {precision}, {recall} and {kept}.", { threshold, precision: shareOf(precision), recall: shareOf(recall), kept: shareOf(kept) }),
    },
    groups: {
      columns: { group: say("Pairs"), count: say("Number"), mean: say("Mean cosine"), kept: say("Kept") },
      names,
      right: say("right pairs"),
      wrong: say("wrong pairs"),
      findings: (/** @type {Groups} */ groups, /** @type {string} */ threshold, /** @type {import("./messages").BeginMessage["data"]} */ { clip, bundled, own }) => {
        const of = (/** @type {import("./derive.js").GroupName} */ name) => groups.find((group) => group.name === name);
        const [unseen, seen, english, chinese, clean, noisy, detail] = /** @type {import("./derive.js").GroupName[]} */ (["unseen", "seen", "english", "chinese", "clean", "noisy", "detail"]).map(of);
        const found = [];
        if (unseen && seen && bundled)
          found.push(
            say("The rare: of right pairs with things that this CLIP was never shown {unseen} stay, of the others {seen}. A filter keeps what its CLIP knows already, so what was rare becomes rarer.", {
              unseen: percent(unseen.kept),
              seen: percent(seen.kept),
            }),
          );
        if (english && chinese)
          found.push(sentences([
            say("The other language: {chinese} of the right Chinese captions stay and {english} of the English ones.", { chinese: percent(chinese.kept), english: percent(english.kept) }),
            bundled ? say("This CLIP was taught both alike. LAION had one of English and one of many languages, with a threshold each: what a CLIP can’t read is lost.") : say("What {clip} was not taught to read is lost.", { clip }),
          ]));
        if (clean && noisy && !own) found.push(say("Noise: where the right caption stands among words of a shop or a file, {noisy} stay, where it stands alone {clean}.", { noisy: percent(noisy.kept), clean: percent(clean.kept) }));
        if (detail) found.push(say("The fine point: {detail} of the captions with one wrong detail pass at {threshold}. A cosine says what it is about, not whether it is true.", { detail: percent(detail.kept), threshold }));
        return found;
      },
    },
    sets: {
      lead: say("A size is quoted more often than it is counted, and what is counted differs: pictures, captions, pairs. Sort by a column; choose a row for every figure and its source."),
      columns: { name: say("Data set"), year: say("Year"), size: say("Usually said"), licence: say("Licence"), made: say("How it was made") },
      figures: (/** @type {number} */ count) => plural("How large", "How large: {count} figures", count),
      wrong: say("What is wrong with it"),
      of: (/** @type {string} */ name, /** @type {number} */ year) => say("{name}, {year}", { name, year }),
      source: (/** @type {string} */ source) => say("Source: {source}", { source }),
    },
    progress: (/** @type {number} */ done, /** @type {number} */ total) => say("scoring pairs, {done} of {total}", { done, total }),
    cut: (/** @type {string} */ rest) => say("CLIP reads the beginning of your caption. It never sees the rest: “{rest}”", { rest: rest.trim() }),
    facts: { precision: say("precision"), recall: say("recall"), kept: say("kept of all"), mine: say("your pair") },
    foot: {
      line: (/** @type {string} */ threshold, /** @type {Outcome} */ outcome) => {
        const { kept, all, right, wrong } = whole(outcome);
        return say("At {threshold} the filter keeps {kept} of {all} pairs: {keptRight} of {right} right ones and {keptWrong} of {wrong} wrong ones.", {
          threshold,
          kept,
          all,
          right,
          wrong,
          keptRight: outcome.keptRight,
          keptWrong: outcome.keptWrong,
        });
      },
      mine: (/** @type {number} */ score, /** @type {number} */ threshold) =>
        score >= threshold ? say("Your own pair has {score}: it passes.", { score: fixed(score) }) : say("Your own pair has {score}: it is lost.", { score: fixed(score) }),
      formulas: {
        precision: say("right ones kept / all that is kept"),
        recall: say("right ones kept / all right ones"),
        kept: say("all that is kept / all pairs"),
        mine: say("cosine of your picture and your caption; it is not among the pairs that are counted"),
      },
    },
  };
};
