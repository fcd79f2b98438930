import { beginnings } from "./beginnings.js";
import { files } from "./files.js";
import { side } from "./side.js";

export default [beginnings, files, side];
