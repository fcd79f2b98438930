import { beginnings } from "./beginnings.js";
import { side } from "./side.js";

export default [beginnings, side];
