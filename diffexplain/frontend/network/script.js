/** A script that is there as bytes, as something that can be run. */

import { toBase64 } from "../kit/protocol.js";

/**
 * Its address.
 * @param {Uint8Array} bytes
 * @param {boolean} inside  whether the page is a file: then no blob can be imported
 */
export const scriptAddress = (bytes, inside) =>
  inside
    ? `data:text/javascript;base64,${toBase64(bytes)}`
    : URL.createObjectURL(new Blob([/** @type {any} */ (bytes)], { type: "text/javascript" }));
