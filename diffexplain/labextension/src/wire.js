// Messages to one comm of a kernel over a connection that may be anybody's, also while a cell is running.
import { KernelMessage } from "@jupyterlab/services";

/** @typedef {import("@jupyterlab/services").Kernel.IKernelConnection} Connection */

/**
 * The notebook's own connection handles its comms, and a second one that did would close every comm that it does not know. So this opens
 * none: it asks which there are and writes to one by its id.
 */
export class Wire {
  /** @type {Promise<string | null> | null} */
  #subshell = null;

  /** @param {Connection} connection */
  constructor(connection) {
    this.connection = connection;
  }

  /** The ids of a kernel's comms of some name. @param {string} target @returns {Promise<string[]>} */
  async comms(target) {
    const future = this.connection.sendShellMessage(await this.#message("comm_info_request", { target_name: target }), true);
    const { content } = /** @type {KernelMessage.ICommInfoReplyMsg} */ (await future.done);
    return content.status === "ok" ? Object.keys(content.comms) : [];
  }

  /** @param {string} comm @param {import("@lumino/coreutils").JSONObject} data */
  async send(comm, data) {
    this.connection.sendShellMessage(await this.#message("comm_msg", { comm_id: comm, data }), false);
  }

  /** The kernel is another one from here on, and knows no subshell of before. */
  forget() {
    this.#subshell = null;
  }

  /** Let the subshell go, once what was sent over it has been. */
  async dispose() {
    const subshell = await this.#subshell;
    this.#subshell = null;
    if (subshell && !this.connection.isDisposed && this.connection.status !== "dead") {
      this.connection.requestDeleteSubshell({ subshell_id: subshell });
    }
  }

  /** @param {"comm_info_request" | "comm_msg"} msgType @param {any} content @returns {Promise<any>} */
  async #message(msgType, content) {
    this.#subshell ??= this.#begin();
    const { username, clientId: session } = this.connection;
    return KernelMessage.createMessage({ msgType, channel: "shell", username, session, content,
      subshellId: await this.#subshell });
  }

  /** Where the kernel has subshells, one of our own: what runs in the main one does not hold it up. */
  async #begin() {
    if (!this.connection.supportsSubshells) return null;
    const { content } = /** @type {{ content: any }} */ (await this.connection.requestCreateSubshell({}).done);
    return content.status === "ok" ? content.subshell_id : null;
  }
}
