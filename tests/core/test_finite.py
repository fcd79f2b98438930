"""NaN and infinity are said with the step and the remedy, and not drawn black; a run without any is the same run."""

from __future__ import annotations

import copy
import threading
import warnings
from typing import Any

import numpy as np
import pytest
import torch

import diffexplain as dx
from diffexplain.core import finite, preview
from diffexplain.core.record import record
from diffexplain.errors import NotFiniteError
from tests import tiny

HALF, WHOLE = torch.float16, torch.float32
WRONG = [float("nan"), float("inf"), float("-inf")]


def with_wrong_network(at: int, value: float = float("nan"), name: str = "sd") -> Any:
    """A pipeline whose network gives a wrong number from its call of this number on."""
    pipe, calls = tiny.build(name), [0]
    part = "unet" if hasattr(pipe, "unet") else "transformer"
    network = copy.deepcopy(getattr(pipe, part))
    setattr(pipe, part, network)

    def spoil(_: Any, __: Any, output: Any) -> Any:
        calls[0] += 1
        if calls[0] > at:
            output[0][..., 0] = value
        return output

    network.register_forward_hook(spoil)
    return pipe


def with_wrong_vae(part: str = "decoder") -> Any:
    pipe = tiny.sd()
    pipe.vae = copy.deepcopy(pipe.vae)
    getattr(pipe.vae, part).register_forward_hook(lambda _, __, output: output * float("nan"))
    return pipe


def run(pipe: Any, name: str = "sd") -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # numpy's, where diffusers casts NaN to bytes
        return pipe(num_inference_steps=3, generator=torch.Generator().manual_seed(7), **tiny.arguments(name)).images[0]


@pytest.mark.parametrize("value", WRONG)
def test_a_users_run_is_the_same_and_its_black_picture_is_missing_with_the_reason(value: float) -> None:
    alone = run(with_wrong_network(1, value))
    pipe = with_wrong_network(1, value)
    with pytest.warns(UserWarning, match=r"at step 1 .counted from 0. the network gave NaN"), record(pipe) as trace:
        recorded = run(pipe)
    assert recorded.tobytes() == alone.tobytes()
    assert trace.finished
    assert (trace.image, trace.images) == (None, ())
    assert "at step 1" in trace.missing["images"]
    assert len(trace.steps) == 3
    assert trace.steps[0].image.size == alone.size


def test_a_vae_is_told_from_a_network() -> None:
    pipe = with_wrong_vae()
    with pytest.warns(UserWarning, match="the VAE gave NaN"), record(pipe) as trace:
        run(pipe)
    assert trace.image is None
    assert trace.latents.isfinite().all()
    with pytest.raises(NotFiniteError, match="the VAE gave NaN"):
        trace.images_at()


def test_the_next_run_in_a_block_is_not_blamed() -> None:
    pipe = with_wrong_network(1)
    with record(pipe) as trace:
        run(pipe)
        pipe.unet._forward_hooks.clear()
        run(pipe)
    assert trace.image is not None
    assert "images" not in trace.missing


@pytest.mark.parametrize("name", tiny.NAMES)
def test_lanes_end_at_the_first_step_without_numbers(name: str) -> None:
    pipe = with_wrong_network(0, name=name)
    more = {key: value for key, value in tiny.arguments(name).items() if key not in {"prompt", "height", "width"}}
    size = {key: tiny.arguments(name).get(key) for key in ("height", "width")}
    lane = dx.Lane(prompt=tiny.arguments(name).get("prompt"), steps=3, guidance=1.0, options=more, **size)
    with pytest.raises(NotFiniteError, match="at step 0"):
        dx.sample([lane], pipe)


def test_lanes_of_a_wrong_vae() -> None:
    with pytest.raises(NotFiniteError, match="the VAE gave NaN"):
        dx.sample([dx.Lane(prompt="a red circle", steps=2)], with_wrong_vae())
    with pytest.raises(NotFiniteError, match="the VAE gave NaN"):
        preview.linear_map(with_wrong_vae("encoder").vae)


def test_latents_without_numbers_are_not_the_vaes_fault() -> None:
    with pytest.raises(NotFiniteError, match="these latents hold NaN"):
        preview.decode(torch.full((1, 4, 4, 4), float("nan")), tiny.vae())


def test_the_remedy_is_that_of_the_number_format() -> None:
    for about in (lambda dtype: finite.about_prediction(3, dtype), finite.about_vae):
        half, whole = str(about(HALF)), str(about(WHOLE))
        assert "float16" in half
        assert "bfloat16" in half
        assert "float32" in whole
        assert "dtype=" not in whole


@pytest.mark.parametrize("value", WRONG)
def test_one_wrong_number_is_enough(value: float) -> None:
    numbers = torch.zeros(2, 3)
    finite.require_prediction(numbers, 0)
    finite.require_picture(numbers, WHOLE)
    numbers[1, 2] = value
    for ask in (lambda: finite.require_prediction(numbers, 0), lambda: finite.require_picture(numbers, WHOLE)):
        with pytest.raises(NotFiniteError):
            ask()


def test_what_another_thread_does_with_the_same_parts_meanwhile_is_not_looked_at() -> None:
    pipe, answers = tiny.sd(), list[Any]()
    black = torch.full((1, 3, 8, 8), float("nan"))

    def theirs() -> None:
        answers.append(pipe.image_processor.postprocess(black, output_type="pt"))

    with finite.required(pipe):
        thread = threading.Thread(target=theirs)
        thread.start()
        thread.join()
        with pytest.raises(NotFiniteError):
            pipe.image_processor.postprocess(black, output_type="pt")
    assert answers[0].isnan().all()


def test_half_precision_that_overflows_in_the_network_is_told_with_another_format() -> None:
    pipe = tiny.sd()
    for part in ("unet", "vae", "text_encoder"):
        setattr(pipe, part, copy.deepcopy(getattr(pipe, part)).half())
    pipe.unet.register_forward_hook(lambda _, __, output: (output[0] * 60000 * 60000,))
    with pytest.raises(NotFiniteError, match=r"half precision \(float16\).*dtype=torch\.bfloat16"):
        dx.sample([dx.Lane(prompt="a red circle", steps=2)], pipe)


def test_a_run_with_numbers_is_the_same_with_and_without_looking() -> None:
    pipe = tiny.sd()
    alone = run(pipe)
    with finite.required(pipe):
        watched = run(pipe)
    assert np.array_equal(np.asarray(alone), np.asarray(watched))
