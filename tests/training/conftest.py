"""Trainings that are compared run in one number format, whichever a busy machine would find the faster one this time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from diffexplain.learn import precision


@pytest.fixture(scope="module", autouse=True)
def in_single_precision() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(precision, "choose", lambda *_, **__: precision.Precision(torch.float32, {}))
        yield
