/** Voilà takes JupyterLab's extensions, too. It has no place for any of this, and not the packages that it is made with. */
const ELSEWHERE = "Voila";

/** @type {import("@jupyterlab/application").JupyterFrontEndPlugin<void>} */
export default {
  id: "diffexplain:extension",
  autoStart: true,
  description: "Lessons, the panel of living explorers, and the viewer of recorded runs and saved sessions.",
  /** @param {import("@jupyterlab/application").JupyterFrontEnd} app */
  async activate(app) {
    if (app.name === ELSEWHERE) return;
    const { beginnings } = await import("./beginnings.js");
    const { files } = await import("./files.js");
    const { side } = await import("./side.js");
    app.registerPlugins([beginnings, files, side]);
    await Promise.all([beginnings, files, side].map(({ id }) => app.activatePlugin(id)));
  },
};
