from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import torch
from diffusers import DiffusionPipeline, StableDiffusionPipeline
from diffusers.utils import logging as diffusers_logging
from transformers import CLIPModel
from transformers.utils import logging as transformers_logging

import diffexplain
from diffexplain.models import ModelError, bundled_path
from diffexplain.models.clip import load_clip

if TYPE_CHECKING:
    from pathlib import Path


def draw(pipeline: Any) -> Any:
    pipeline.set_progress_bar_config(disable=True)
    generator = torch.Generator().manual_seed(3)
    return pipeline("a fox", num_inference_steps=2, generator=generator, output_type="np").images  # (1, 64, 64, 3)


def test_the_bundled_model_is_the_plain_pipeline() -> None:
    torch.set_num_threads(1)
    ours = diffexplain.load(device="cpu")
    plain = StableDiffusionPipeline.from_pretrained(bundled_path())
    assert type(ours) is StableDiffusionPipeline
    assert vars(ours).keys() == vars(plain).keys()
    assert "__call__" not in vars(ours)
    assert (draw(ours) == draw(plain)).all()


def test_a_folder_as_text_or_path_in_a_dtype(tmp_path: Path) -> None:
    diffexplain.load(device="cpu").save_pretrained(tmp_path / "saved")
    for folder in (tmp_path / "saved", str(tmp_path / "saved")):
        pipeline = diffexplain.load(folder, device="cpu", dtype="bfloat16")
        assert isinstance(pipeline, DiffusionPipeline)
        assert {part.dtype for part in pipeline.components.values() if isinstance(part, torch.nn.Module)} == {torch.bfloat16}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("/no/such/place", "There is no folder /no/such/place"),
        ("./place", "There is no folder place"),
        (__file__, "is a file, and a pipeline is a folder"),
        (5, "not a int"),
        (object(), "can be handed to an explorer as it is"),
    ],
)
def test_what_is_no_model(given: Any, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        diffexplain.load(given)


def test_a_folder_that_is_no_pipeline(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds no model_index.json"):
        diffexplain.load(tmp_path)


@pytest.fixture
def bars() -> Iterator[None]:
    """Progress bars on, as a user has them; other tests may have turned them off."""
    was = diffusers_logging.is_progress_bar_enabled(), transformers_logging.is_progress_bar_enabled()
    for logging_of in (diffusers_logging, transformers_logging):
        logging_of.enable_progress_bar()
    yield
    for logging_of, on in zip((diffusers_logging, transformers_logging), was, strict=True):
        (logging_of.enable_progress_bar if on else logging_of.disable_progress_bar)()


@pytest.mark.usefixtures("bars")
def test_loading_is_silent_and_leaves_settings_alone(capfd: pytest.CaptureFixture[str]) -> None:
    handlers = logging.getLogger("transformers").handlers
    before = [list(handler.filters) for handler in handlers]
    diffexplain.load(device="cpu")
    assert capfd.readouterr() == ("", "")
    assert diffusers_logging.is_progress_bar_enabled()
    assert transformers_logging.is_progress_bar_enabled()
    assert [handler.filters for handler in handlers] == before


@pytest.mark.usefixtures("bars")
def test_settings_come_back_after_an_error_too(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text("{}")
    with pytest.raises(ModelError):
        diffexplain.load(tmp_path)
    assert diffusers_logging.is_progress_bar_enabled()


def test_bars_that_were_off_stay_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diffusers_logging, "_tqdm_active", False)
    diffexplain.load(device="cpu")
    assert not diffusers_logging.is_progress_bar_enabled()


def test_weights_are_read_one_model_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at once leave networks without numbers ("Cannot copy out of meta tensor"), as a lesson's cell and an explorer's run did."""
    inside: list[str] = []
    together: list[list[str]] = []

    def reading(name: str) -> Callable[..., Any]:
        def read(*_: Any, **__: Any) -> Any:
            inside.append(name)
            together.append(list(inside))
            time.sleep(0.1)
            inside.remove(name)
            raise OSError(name)

        return read

    monkeypatch.setattr(DiffusionPipeline, "from_pretrained", reading("pipeline"))
    monkeypatch.setattr(CLIPModel, "from_pretrained", reading("clip"))
    with ThreadPoolExecutor() as threads:
        loads = [threads.submit(load) for load in (diffexplain.load, load_clip, diffexplain.load)]
        assert all(isinstance(each.exception(60), ModelError) for each in loads)
    assert sorted(together) == [["clip"], ["pipeline"], ["pipeline"]]
