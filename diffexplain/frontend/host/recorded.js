/** The host of a page that plays a recording: no kernel, no network. */
import { recordedModel, start } from "./static.js";

start(recordedModel);
