"""What the tests of the core share: the bundled model once a session, one thread for all, and the table that they write."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import diffexplain
from tests.works import (  # noqa: F401 pytest finds them here
    pytest_addoption,
    pytest_configure,
    pytest_runtest_call,
    pytest_sessionfinish,
    works,
)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def bundled() -> Any:
    """The bundled pipeline. A test that assigns its scheduler puts it back."""
    pipe = diffexplain.load(device="cpu", dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    return pipe
