"""A kernel as a page sees it: comm messages go in by shell or subshell, custom messages are heard; and a saved notebook."""

from __future__ import annotations

import os
import time
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.manager import start_new_kernel

ROOT = Path(__file__).parents[2]
PATH = os.pathsep.join(filter(None, [os.environ.get("DIFFEXPLAIN_KERNEL_PATH"), str(ROOT)]))
ENVIRONMENT = {**os.environ, "PYTHONPATH": PATH}


class Kernel:
    """A kernel and a front end made by hand."""

    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel(kernel_name="python3", env=ENVIRONMENT)
        self.heard: list[dict[str, Any]] = []  # custom messages of explorers
        self.ended: set[str] = set()  # executions that are over
        self.opened: list[str] = []  # comms of explorers

    def begin(self, code: str) -> str:
        """Start a cell and return its request's id."""
        return str(self.client.execute(code))

    def execute(self, code: str) -> str:
        request = self.begin(code)
        printed = ""
        while True:
            message = self.client.get_iopub_msg(timeout=120)
            self._note(message)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "stream":
                printed += message["content"]["text"]
            assert message["msg_type"] != "error", "\n".join(message["content"].get("traceback", []))
            if message["content"].get("execution_state") == "idle":
                break
        return printed

    def _note(self, message: dict[str, Any]) -> None:
        if message["content"].get("execution_state") == "idle":
            self.ended.add(message["parent_header"].get("msg_id"))
        data = message["content"].get("data", {})
        if message["msg_type"] == "comm_msg" and data.get("method") == "custom":
            self.heard.append(data["content"])
        if message["msg_type"] == "comm_open" and "_key" in data.get("state", {}):
            self.opened.append(message["content"]["comm_id"])

    def subshell(self) -> str | None:
        """A new subshell's id; None where this ipykernel has none."""
        self.client.control_channel.send(self.client.session.msg("create_subshell_request", {}))
        try:
            return str(self.client.get_control_msg(timeout=5)["content"]["subshell_id"])
        except (KeyError, Empty):  # ipykernel 6 does not answer, or says no
            return None

    def page(self, comm_id: str, subshell: str | None, *buffers: bytes, **data: Any) -> None:
        message = self.client.session.msg("comm_msg", {"comm_id": comm_id, "data": data})
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        self.client.session.send(self.client.shell_channel.socket, message, buffers=list(buffers))

    def wait_for(self, found: Any, timeout: float = 60) -> None:
        """Wait for a message for which `found` is true."""
        start = time.monotonic()
        while time.monotonic() - start < timeout:
            if any(found(content) for content in self.heard):
                return
            try:
                self._note(self.client.get_iopub_msg(timeout=0.2))
            except Empty:
                continue
        raise AssertionError(f"not heard within {timeout} s; heard {[(c['kind'], c.get('run')) for c in self.heard][-12:]}")

    def next_opened(self, known: int) -> str:
        """The comm of the explorer that was opened after so many."""
        while len(self.opened) <= known:
            self._note(self.client.get_iopub_msg(timeout=60))
        return self.opened[known]

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def status(state: str, after: int) -> Any:
    return lambda content: content["kind"] == "status" and content["data"]["state"] == state and content["run"] > after


def run_count(kernel: Kernel, explorer: str) -> int:
    """How many runs an explorer has begun."""
    return int(kernel.execute(f"print({explorer}._runs.history.count, end='')"))
