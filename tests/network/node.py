"""The page's own modules, run by node: what a test asks them, they answer as JSON."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import diffexplain

NETWORK = Path(diffexplain.__file__).parent / "frontend" / "network"
LOOP = """
import { createInterface } from "node:readline";
const answers = { %s };
for await (const line of createInterface({ input: process.stdin })) {
  const { question, given } = JSON.parse(line);
  console.log(JSON.stringify(await answers[question](given)));
}
"""


class Node:
    """A process that answers questions one after the other; to be closed."""

    def __init__(self, setup: str, **answers: str) -> None:
        """Start it.

        Args:
            setup: Imports, with `./` for the folder of the modules, and what is needed once.
            answers: JavaScript functions of what is given, by the name of the question.
        """
        path = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        if path is None:
            pytest.skip("no node: `make build` gets it")
        code = setup.replace('from "./', f'from "{NETWORK.as_uri()}/')
        code += LOOP % ", ".join(f"{name}: {answer}" for name, answer in answers.items())
        self.process = subprocess.Popen(
            [path, "--input-type=module", "--eval", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, question: str, given: Any) -> Any:
        """What it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"question": question, "given": given}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self.process.communicate(timeout=30)
