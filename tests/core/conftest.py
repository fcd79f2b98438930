"""What the tests of the core share: the bundled model once a session, and one thread for all."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import diffexplain


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def bundled() -> Any:
    """The bundled pipeline. A test that assigns its scheduler puts it back."""
    pipe = diffexplain.load(device="cpu", dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    return pipe
