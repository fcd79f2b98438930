// What is used of Jupyter's widgets. They come with the page, as an extension of their own, and may be missing there.
declare module "@jupyter-widgets/jupyterlab-manager" {
  export function registerWidgetManager(
    context: object,
    rendermime: import("@jupyterlab/rendermime").IRenderMimeRegistry,
    renderers: Iterable<unknown>,
  ): unknown;
}
