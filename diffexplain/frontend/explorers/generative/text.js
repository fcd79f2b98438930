/** Every word that the generative models explorer shows. */

/** @typedef {ReturnType<typeof words>} Text */

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, number, sentences }) => ({
  title: say("Generative models explorer"),
  number,
  sentences,
  update: (/** @type {number} */ count) => plural("{count} update", "{count} updates", count),
  controls: {
    data: {
      label: say("Data"),
      hint: say("What there is to learn. Another choice begins anew."),
      names: { pictures: say("small pictures"), moons: say("points: two moons"), roll: say("points: Swiss roll"), rings: say("points: two rings"), clusters: say("points: eight clusters") },
    },
    start: {
      label: say("Start"),
      hint: say("From nothing, or from weights that have learned small pictures before; these have 2 latent numbers. Another choice begins anew."),
      names: { nothing: say("from nothing"), trained: say("trained before") },
    },
    count: { label: say("Training set"), hint: say("How many pictures or points it learns from, 1 to 5000. Another number begins anew.") },
    latent: { label: say("Latent"), hint: say("Into how few numbers a picture is put, and out of how many one is made, 2 to 32. Another number begins anew.") },
    batch: { label: say("Batch"), hint: say("How many examples lead to one update, 1 to 256. Another number begins anew.") },
    seed: { label: say("Seed"), hint: say("Decides the training set, the first weights and all noise."), dice: say("Roll another seed") },
    rate: { label: say("Learning rate"), hint: say("The next updates use it; nothing begins anew. The GAN takes half of it.") },
    beta: { label: say("VAE: beta"), hint: say("How strongly its latents are held to a standard normal. At 0 it is an autoencoder. The next updates use it.") },
    discriminations: { label: say("GAN: turns"), hint: say("How many updates the discriminator makes for each of the generator. The next updates use it.") },
    penalty: { label: say("GAN: penalty"), hint: say("What it costs the discriminator to be steep at real data (R1). At 0 nothing calms the two. The next updates use it.") },
  },
  state: {
    begin: say("Nothing is learned yet: all four make the same nothing of any noise."),
    trained: (/** @type {number} */ count) =>
      plural("They have learned such pictures for {count} update before. Walk in the latent space, or train on.", "They have learned such pictures for {count} updates before. Walk in the latent space, or train on.", count),
    budget: (/** @type {number} */ updates, /** @type {string} */ slowest, /** @type {string} */ times, /** @type {string} */ quickest) =>
      plural(
        "All four have the same budget, {count} update of as many examples; it is not the same time: {slowest} took {times} times as long as {quickest}.",
        "All four have the same budget, {count} updates of as many examples; it is not the same time: {slowest} took {times} times as long as {quickest}.",
        updates,
        { slowest, times, quickest },
      ),
    diverged: (/** @type {string} */ names, /** @type {number} */ update, /** @type {string} */ rate, /** @type {number} */ back) =>
      say("At update {update} a loss left all bounds with a learning rate of {rate}: {names}. Its weights are those after update {back} again, and it rests while the others go on: change something, and it tries again.", {
        names,
        update,
        rate,
        back,
      }),
    allDiverged: (/** @type {number} */ update, /** @type {string} */ rate, /** @type {number} */ back) =>
      say("At update {update} all four losses left all bounds with a learning rate of {rate}. The weights are those after update {back} again, and training is paused: lower the learning rate and go on.", { update, rate, back }),
  },
  ways: {
    autoencoder: { name: say("Autoencoder"), lead: (/** @type {number} */ count) => say("Puts what it is shown into {count} numbers and back. Nobody told it which numbers are free: a random draw may hit nothing.", { count }) },
    vae: { name: say("VAE"), lead: (/** @type {number} */ count) => say("The same, and its {count} numbers must look like random ones. So a draw hits something; what it can't tell apart it blurs.", { count }) },
    gan: { name: say("GAN"), lead: (/** @type {number} */ count) => say("Makes something of {count} random numbers; a second network tells real from made, and the first learns to deceive it.", { count }) },
    diffusion: { name: say("Diffusion"), lead: (/** @type {number} */ _) => say("Learns to say what lies under noise, and goes there in many small steps, beginning with noise alone.") },
    drawn: say("what it makes of always the same noise"),
    quality: say("away from real data"),
    sample: (/** @type {string} */ name, /** @type {number} */ number) => say("{name}: sample {number}", { name, number }),
    cloud: (/** @type {string} */ name) => say("{name}: held-out points in grey, samples in colour", { name }),
    backCloud: (/** @type {string} */ name) => say("{name}: held-out points in grey, as they came back in colour", { name }),
    modes: (/** @type {number} */ known, /** @type {number} */ all, /** @type {string} */ near) => say("It knows {known} of {all} clusters; {near} of its samples are of one.", { known, all, near }),
    rests: (/** @type {number} */ count) => plural("It broke and sat out {count} update.", "It broke and sat out {count} updates.", count),
    shownName: say("never trained on"),
    backName: say("put into its numbers, and back"),
    heldOut: (/** @type {number} */ number) => say("held-out picture {number}", { number }),
    rebuilt: (/** @type {string} */ name, /** @type {number} */ number) => say("{name}: what came back of held-out picture {number}", { name, number }),
    error: (/** @type {string} */ error) => say("mean square error of what comes back: {error}", { error }),
    noWayBack: [say("It has no way back: it makes, and never reads."), say("Its noise has as many numbers as what it makes: there is no short code.")],
    real: (/** @type {string} */ real) => say("Real data that nobody was trained on come to within {real}: nearer than that nothing can be told from real.", { real }),
    best: (/** @type {number} */ update, /** @type {string} */ name, /** @type {string} */ quality) =>
      plural("After {count} update the nearest is {name}, {quality} away.", "After {count} updates the nearest is {name}, {quality} away.", update, { name, quality }),
    nothing: say("Press Train, and watch who comes nearer first."),
  },
  course: {
    name: say("How far samples are from real data"),
    note: say("energy distance: of pictures between their embeddings in the bundled CLIP, of points between places; 0 is the same distribution"),
    real: say("real data"),
    each: (/** @type {string} */ name, /** @type {string} */ value) => say("{name}: {value}", { name, value }),
    words: (/** @type {string} */ all) => say("Distance from real data. {all}.", { all }),
  },
  scrub: say("Looks so far"),
  at: (/** @type {number} */ update) => plural("after {count} update", "after {count} updates", update),
  panels: {
    label: say("Look closer"),
    latent: { label: say("Walk in the latent space"), hint: say("What each place of the latent plane becomes, and where pictures lie in it.") },
    seesaw: { label: say("What they lose"), hint: say("The GAN's two losses, which pull against each other, and the others'.") },
    steps: { label: say("Diffusion in 1, 5 and 20 steps"), hint: say("Why it takes its time.") },
  },
  latent: {
    line: (/** @type {number} */ update) => plural("Point anywhere in a plane: after {count} update, that place becomes this.", "Point anywhere in a plane: after {count} updates, that place becomes this.", update),
    others: (/** @type {number} */ count) => say("Two of the {count} numbers are shown; all others are 0.", { count }),
    spread: (/** @type {string} */ autoencoder, /** @type {string} */ vae) =>
      say("The autoencoder's plane reaches as far as its pictures lie, {autoencoder} each way; the VAE's {vae}, because its beta pulls them in. Random draws seldom go beyond 3.", { autoencoder, vae }),
    map: (/** @type {string} */ name, /** @type {string} */ x, /** @type {string} */ y) => say("{name}: the latent plane, at {x} across and {y} up; arrow keys walk in it", { name, x, y }),
    made: (/** @type {string} */ x, /** @type {string} */ y) => say("what ({x}, {y}) becomes", { x, y }),
    mesh: (/** @type {string} */ name) => say("{name}: held-out points in grey, the latent plane as a net among them, and the chosen place", { name }),
    both: say("small dots: where held-out data lie; large ones: the random draws of its samples"),
    drawsOnly: say("large dots: the random draws of its samples; it has no way from a picture to here"),
  },
  seesaw: {
    waiting: say("The numbers come with the first updates."),
    line: (/** @type {string} */ generator, /** @type {string} */ discriminator) =>
      say("The generator loses {generator}, the discriminator {discriminator}. Where nobody can tell real from made it is 0.69 and 1.39; neither number says how good samples are.", { generator, discriminator }),
    vae: (/** @type {string} */ vae, /** @type {string} */ autoencoder, /** @type {string} */ divergence) =>
      say("What the VAE brings back is off by {vae}, the autoencoder's by {autoencoder}: its divergence of {divergence} is what it pays for latents that can be drawn.", { vae, autoencoder, divergence }),
    adversaries: { name: say("The GAN's see-saw"), note: say("what each of the two loses") },
    others: { name: say("The other three"), note: say("mean square errors, and the VAE's divergence from a standard normal") },
    generator: say("generator"),
    discriminator: say("discriminator"),
    divergence: say("divergence"),
    even: say("0.69: can't tell"),
    fields: /** @type {Record<string, string>} */ ({ rate: say("rate"), beta: say("beta"), discriminations: say("turns"), penalty: say("penalty") }),
    changed: (/** @type {string} */ field, /** @type {string} */ value) => say("{field} {value}", { field, value }),
  },
  steps: {
    line: (/** @type {number} */ update) =>
      plural(
        "The same denoiser, the same noise, after {count} update: in one step it can only answer with the mean of all that it might be.",
        "The same denoiser, the same noise, after {count} updates: in one step it can only answer with the mean of all that it might be.",
        update,
      ),
    apart: (/** @type {string} */ first, /** @type {string} */ last) => say("In one step its samples are {first} away from real data, in twenty {last}. The other three have one step only.", { first, last }),
    name: (/** @type {number} */ count) => plural("{count} step", "{count} steps", count),
    sample: (/** @type {number} */ count, /** @type {number} */ number) => plural("sample {number} in {count} step", "sample {number} in {count} steps", count, { number }),
    distance: (/** @type {string} */ distance) => say("{distance} away from real data", { distance }),
  },
  facts: { seen: say("Examples seen"), seconds: say("Seconds"), parameters: say("Parameters"), real: say("Real data") },
  formulas: {
    seen: (/** @type {number} */ updates, /** @type {number} */ batch) => say("{updates} updates × {batch} examples a batch", { updates, batch }),
    seconds: say("that autoencoder, VAE, GAN and diffusion spent on their updates"),
    parameters: say("numbers that autoencoder, VAE, GAN (both networks) and diffusion learn"),
    real: (/** @type {number} */ count) => say("energy distance of {count} fresh real ones from those held out, three times", { count }),
  },
});
