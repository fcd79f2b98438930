"""For all tests: none may fail because a machine is busy, and none waits for what it does not look at."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from diffexplain.explorers.sampler import reference

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_collection_finish() -> None:
    """What was imported stays: where a test asks for a collection of garbage, it takes a third of a second to go through all of that."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _a_long_run_is_not_so_long() -> Iterator[None]:
    """Where samplers are compared, most of the time goes into the run in small steps; whether it is small enough, its own tests ask."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference, "STEPS", 16)
        yield
