/** Made by build.mjs from ../i18n: the sentences of an explorer and of the kit, by language. */
declare module "catalogues:*" {
  const catalogues: import("./words.js").Catalogues;
  export default catalogues;
}
