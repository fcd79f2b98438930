"""What is no number ends a run of any explorer in one sentence: no black picture, no traceback in the log, the last good picture stands."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from diffexplain.errors import NotFiniteError
from diffexplain.live.status import Status
from tests.core.test_finite import with_wrong_network, with_wrong_vae
from tests.explorers.examples import DRAWING, example, make


@pytest.mark.parametrize("name", DRAWING)
@pytest.mark.parametrize(
    ("wrong", "words"), [(lambda: with_wrong_network(0), "at step 0"), (with_wrong_vae, "VAE")], ids=["network", "vae"]
)
def test_it_is_said_with_what_to_do(name: str, wrong: Any, words: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        explorer = make(name, pipe=wrong())
        with pytest.raises(NotFiniteError, match=words):
            explorer.wait(120)
    said = [sent.message for sent in explorer._runs.history.current.sent if isinstance(sent.message, Status)]
    assert said[-1].state == "failed"
    assert words in str(said[-1].message)
    assert "load the pipeline" in str(said[-1].message).lower()
    assert not caplog.records
    explorer.close()


def test_the_last_good_picture_stands() -> None:
    pipe = with_wrong_network(10**9)
    explorer = make("denoise", pipe=pipe).wait(60)
    before = [message.kind for message in explorer.recorded]
    pipe.vae = with_wrong_vae().vae
    field, value = example("denoise").change
    setattr(explorer, field, value)
    with pytest.raises(NotFiniteError):
        explorer.wait(60)
    assert [message.kind for message in explorer.recorded] == before
    explorer.close()
