/** Every word that the seed explorer shows. */

/** @typedef {ReturnType<typeof words>} Text */

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, number, sentences }) => ({ title: say("Seed explorer"), sentences,
  controls: {
    prompt: { label: say("Prompt"), hint: say("What to draw. Try “a fox”, “a green apple next to a red apple”, “一只狐狸”."),
      placeholder: say("nothing: the model draws what it likes") },
    negative: { label: say("Negative prompt"), hint: say("What guidance pushes away from. Empty for most uses."),
      placeholder: say("nothing") },
    seed: { label: say("First seed"),
      hint: say("The first of the seeds; the others follow it one by one. Each decides one starting noise."),
      dice: say("Roll another seed") },
    count: { label: say("Seeds"), hint: say("How many starting noises.") },
    sampler: { label: say("Sampler"), hint: say("How the predicted noise is used to get from one noise level to the next.") },
    steps: { label: say("Steps"), hint: say("How many times the U-Net is asked.") },
    guidance: { label: say("Guidance"),
      hint: say("Guidance scale: how strongly the sentence pulls. 1 asks the U-Net only once a step, with the text alone.") },
  },
  state: { begin: say("reading the sentence"),
    wall: (/** @type {number} */ done, /** @type {number} */ count) => say("step {done} of {count}", { done, count }),
    one: (/** @type {number} */ done, /** @type {number} */ count) => say("picture {done} of {count}", { done, count }),
    walk: (/** @type {number} */ done, /** @type {number} */ count) => say("the walk: step {done} of {count}", { done, count }),
    other: (/** @type {number} */ done, /** @type {number} */ count) =>
      say("the other prompt: step {done} of {count}", { done, count }),
    refining: (/** @type {number} */ done, /** @type {number} */ count) =>
      say("decoding the steps before: {done} of {count}", { done, count }) },
  step: (/** @type {number} */ step) => say("step {number}", { number: number(step + 1) }),
  wall: { heading: (/** @type {number} */ seeds) => plural("{count} seed", "{count} seeds", seeds),
    finished: say("the finished pictures"),
    guess: (/** @type {number} */ step, /** @type {number} */ count) =>
      say("predicted pictures, step {step} of {count}", { step: number(step), count: number(count) }),
    words: (/** @type {number} */ seeds, /** @type {string} */ prompt, /** @type {string} */ state) =>
      say("“{prompt}” from {seeds} seeds, {state}", { prompt, seeds, state }),
    hint: say("Select two pictures to walk from one to the other; select one again to give it back."),
    second: (/** @type {number} */ seed) => say("A is seed {seed}. Select B, or A again to give it back.", { seed }),
    both: (/** @type {number} */ a, /** @type {number} */ b) =>
      say("From A, seed {a}, to B, seed {b}. Another picture becomes B.", { a, b }),
    recorded: (/** @type {number} */ a, /** @type {number} */ b) => say("From A, seed {a}, to B, seed {b}.", { a, b }),
    clear: say("Clear") },
  tile: (/** @type {number} */ seed,
    /** @type {string} */ mark) => (mark
      ? say("Seed {seed}, picked as {mark}", { seed, mark: mark.toUpperCase() })
      : say("Seed {seed}", { seed })), scrub: say("Step"),
  stepWords: (/** @type {number} */ step, /** @type {number} */ count) =>
    say("step {step} of {count}", { step: number(step), count: number(count) }),
  panels: { label: say("Look closer"),
    mean: { label: say("What the prompt fixes"), hint: say("The mean of all pictures, and how far they part from it.") },
    walk: { label: say("From A to B"), hint: say("From the noise of one seed to that of another.") },
    other: { label: say("Another prompt"), hint: say("Another sentence from the same seeds.") } },
  mean: { mean: (/** @type {number} */ seeds) => plural("Mean of {count} picture", "Mean of {count} pictures", seeds),
    meanNote: say("sharp where all agree"),
    meanWords: (/** @type {number} */ seeds) =>
      plural("The mean of {count} picture, pixel by pixel", "The mean of {count} pictures, pixel by pixel", seeds),
    deviation: say("Deviation"), deviationNote: say("standard deviation of each pixel over the seeds"),
    deviationWords: (/** @type {string} */ value) =>
      say("Standard deviation of each pixel over the seeds, {value} in all", { value }),
    here: (/** @type {string} */ value) => say("here {value}", { value }),
    same: (/** @type {string} */ share) => say("{share} the same for every seed", { share }),
    differs: (/** @type {string} */ share) => say("{share} different from seed to seed", { share }),
    chart: say("How far the seeds part"), chartNote: say("standard deviation over the seeds; values of pixels run from 0 to 1"),
    guesses: say("predicted pictures"), noisy: say("noisy latents, drawn as colours"),
    chartWords: (/** @type {string} */ first, /** @type {string} */ now) =>
      say("Standard deviation of the predicted pictures over the seeds: {first} at the first step, {now} at the selected one.",
        { first, now }) },
  regions: { topLeft: say("at the top left"), top: say("at the top"), topRight: say("at the top right"),
    left: say("at the left"), middle: say("in the centre"), right: say("at the right"), bottomLeft: say("at the bottom left"),
    bottom: say("at the bottom"), bottomRight: say("at the bottom right") },
  walk: { frames: { label: say("Stops"), hint: say("How many stops the walk has, its ends among them.") },
    title: (/** @type {number} */ a, /** @type {number} */ b) => say("From seed {a} to seed {b}", { a, b }),
    invitation: say("Select two pictures on the wall, A and B. The noises between theirs are drawn, too."),
    second: (/** @type {number} */ seed) => say("A is seed {seed}. Select B, or A again to give it back.", { seed }),
    waiting: say("The walk comes after the wall."), none: say("This recording holds no walk."),
    first: (/** @type {number} */ a, /** @type {number} */ b) => say("Walk from seed {a} to seed {b}", { a, b }),
    sphere: { name: say("On the sphere"), note: say("always of usual length"), short: say("on the sphere") },
    line: { name: say("On the straight line"), note: say("shorter in the middle"), short: say("on the line") },
    numbers: (/** @type {string} */ length, /** @type {string} */ detail) =>
      say("length {length}, detail {detail}", { length, detail }),
    large: (/** @type {string} */ way, /** @type {number} */ stop, /** @type {number} */ count, /** @type {string} */ told) =>
      say("{way}, stop {stop} of {count}: {told}", { way, stop, count, told }),
    strip: (/** @type {string} */ way, /** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ count) =>
      plural("{way}: {count} picture from seed {a} to seed {b}", "{way}: {count} pictures from seed {a} to seed {b}", count, {
        way,
        a,
        b,
      }), scrub: say("Stop"),
    stop: (/** @type {number} */ stop, /** @type {number} */ count) => say("stop {stop} of {count}", { stop, count }),
    plane: say("The two ways"), planeNote: say("true to scale: each noise by its length"),
    planeWords: (/** @type {string} */ sphere, /** @type {string} */ line, /** @type {number} */ angle) =>
      say(
        "The two noises stand {angle}° apart. At this stop the noise on the sphere has length {sphere}, the one on the straight line {line}.",
        { angle, sphere, line },
      ), centre: say("length 0"), shell: say("where noise lies"), detail: say("Detail"), detailNote: say("of the pictures"),
    detailWords: (/** @type {string} */ sphere, /** @type {string} */ line) =>
      say("Fine detail of the pictures along both ways; at this stop {sphere} on the sphere and {line} on the line.", { sphere,
        line }) },
  other: {
    control: { label: say("Another prompt"), hint: say("Drawn from the same seeds as the first."),
      placeholder: say("such as “a cat”") },
    empty: say(
      "Type another sentence: it is drawn from the same noises, and each picture stands where its seed stands on the first wall.",
    ),
    waiting: say("The other wall comes after the first."),
    none: say("This recording holds one sentence only."),
    wall: (/** @type {number} */ seeds, /** @type {string} */ prompt) =>
      say("“{prompt}” from the same {seeds} seeds", { prompt, seeds }),
    chart: say("How far two pictures are apart, one of each wall"),
    chartNote: say("root mean square difference of pixels"),
    same: say("the same seed"),
    strangers: say("different seeds"),
    chartWords: (/** @type {string} */ same, /** @type {string} */ strangers) =>
      say("Pictures of the same seed are {same} apart on average, pictures of different seeds {strangers}.", { same,
        strangers }),
  },
  say: { empty: say("Waiting for the first step…"),
    step: (/** @type {number} */ step, /** @type {number} */ count, /** @type {number} */ seeds,
      /** @type {string} */ deviation, /** @type {string} */ where) =>
      say("Step {step} of {count}. Across {seeds} seeds the predicted pictures deviate by {deviation}: {where}.", {
        step: number(step),
        count: number(count),
        seeds,
        deviation,
        where,
      }),
    finished: (/** @type {number} */ seeds, /** @type {string} */ deviation, /** @type {string} */ where) =>
      say("Across {seeds} seeds the finished pictures deviate by {deviation}: {where}.", { seeds, deviation, where }),
    regions: (/** @type {string} */ least, /** @type {string} */ low, /** @type {string} */ most, /** @type {string} */ high) =>
      say("least {least} ({low}), most {most} ({high})", { least, low, most, high }),
    even: (/** @type {string} */ low, /** @type {string} */ high) =>
      say("about as much everywhere ({low} to {high})", { low, high }),
    shares: (/** @type {string} */ same, /** @type {string} */ differs) =>
      say(
        "{same} of all differences between pixels are the same for every seed: this sentence fixes them in this model. Chance decides the other {differs}.",
        { same, differs },
      ),
    grown: (/** @type {string} */ before) =>
      say("At the first step it was {before}: what chance decides grows as the noise goes.", { before }),
    shrunk: (/** @type {string} */ before) => say("At the first step it was {before}.", { before }),
    noWalk: say(
      "Each seed is one point in a space of noises, and every point between two of them is a noise, too. Select A and B on the wall to see what it holds.",
    ),
    noOther: say(
      "The noise of a seed does not know the sentence. A second sentence from the same seeds shows what comes from the noise alone.",
    ),
    walk: (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ angle) =>
      say("The noises of seeds {a} and {b} stand {angle}° apart.", { a, b, angle }),
    short: (/** @type {string} */ length, /** @type {string} */ usual, /** @type {number} */ numbers) =>
      say(
        "On the straight line the length falls to {length} of the usual one; noise of {numbers} values has 1.00 ± {usual}, and the model was never trained on any so short.",
        { length, usual, numbers: number(numbers) },
      ),
    notShort: (/** @type {string} */ length) =>
      say("On the straight line the length falls to {length} of the usual one, which noise still has by chance.", { length }),
    less: (/** @type {string} */ share) =>
      say("Between the ends its pictures have {share} less fine detail than those on the sphere.", { share }),
    more: (/** @type {string} */ share) =>
      say("Between the ends its pictures have {share} more fine detail than those on the sphere.", { share }),
    asMuch: say("Between the ends its pictures have as much fine detail as those on the sphere."),
    fresh: say(
      "This sampler adds fresh noise at every step, here the same for all stops, so the two ends are not quite the pictures of the wall.",
    ),
    alike: (/** @type {string} */ same, /** @type {string} */ strangers) =>
      say(
        "Two pictures of the same seed are {same} apart, two of different seeds {strangers}: what the noise decides shows through both sentences.",
        { same, strangers },
      ),
    faint: (/** @type {string} */ same, /** @type {string} */ strangers) =>
      say(
        "Two pictures of the same seed are {same} apart, two of different seeds {strangers}: what the noise decides shows through both sentences, but faintly.",
        { same, strangers },
      ),
    strange: (/** @type {string} */ same, /** @type {string} */ strangers) =>
      say(
        "Two pictures of the same seed are {same} apart, two of different seeds {strangers}: the seed hardly shows through these sentences.",
        { same, strangers },
      ),
    unlike: (/** @type {string} */ same, /** @type {string} */ strangers) =>
      say(
        "Two pictures of the same seed are {same} apart, two of different seeds {strangers}: here the same noise makes them less alike.",
        { same, strangers },
      ),
    nearest: (/** @type {number} */ nearest, /** @type {number} */ count) =>
      say(
        "For {nearest} of {count} seeds, the most similar picture on the other wall is the one of the same seed; by chance it would be about one.",
        { nearest, count },
      ) },
  facts: {
    names: { timestep: say("timestep"), deviation: say("standard deviation"), fixed: say("the same for every seed"),
      chance: say("different from seed to seed"), angle: say("angle"), sphere: say("length on the sphere"),
      line: say("length on the line"), usual: say("usual length"), same: say("the same seed"),
      strangers: say("different seeds"), nearest: say("nearest of all"), own: say("this seed") },
    formulas: {
      deviation: say(
        "of a pixel over the seeds, root mean square over all pixels and red, green, blue; values run from 0 to 1",
      ),
      timestep: say("as the scheduler counts: high is noisy"),
      fixed: (/** @type {string} */ part, /** @type {string} */ whole) =>
        say("variance of the mean picture over its pixels / variance of all values = {part} / {whole}", { part, whole }),
      chance: (/** @type {string} */ part, /** @type {string} */ whole) =>
        say("mean variance of a pixel over the seeds / variance of all values = {part} / {whole}", { part, whole }),
      angle: say("arccos of a·b / (|a| |b|); two independent noises of many values stand at nearly 90°"),
      sphere: say(
        "|z| / √n of spherical interpolation: sin((1−t)ω) / sin ω · a + sin(tω) / sin ω · b (Shoemake 1985; White 2016)",
      ),
      line: (/** @type {string} */ share) =>
        say("|z| / √n of (1−t)·a + t·b with t = {share}; for independent noises √((1−t)² + t²)", { share }),
      usual: (/** @type {number} */ numbers) =>
        say("|z| / √n of n = {numbers} Gaussian values: 1 ± 3 / √(2n) holds 99.7 % of them", { numbers: number(numbers) }),
      same: say("mean root mean square difference of the two pictures of one seed; values of pixels run from 0 to 1"),
      strangers: (/** @type {number} */ count) =>
        say("the same over all {count} pairs of pictures of two different seeds", { count: number(count) }),
      nearest: say("for how many seeds no picture of the other wall is nearer than the one of the same seed"),
      own: (/** @type {number} */ seed) => say("how far the two pictures of seed {seed} are apart", { seed }),
      look: say("Point at a picture, or move to it by arrow keys."),
    },
  },
  truncated: (/** @type {number} */ limit, /** @type {string} */ rest) =>
    say("The text encoder reads {limit} tokens. It does not read: “{rest}”", { limit, rest }) });
