"""A step's words are those of the text that it was told, also where a callback tells another one on the way."""

from __future__ import annotations

import pytest
import torch

from diffexplain.core.record import record
from diffexplain.core.trace import Trace
from diffexplain.errors import AttentionError
from tests import tiny
from tests.company import run
from tests.families import FAMILIES


def scheduled(first, count=1):
    """A callback that tells the denoiser something else from a step on; `count` is how often it encodes it."""

    def change(pipe, index, timestep, values):
        if not first <= index < first + count:
            return {}
        prompt, negative, *_ = pipe.encode_prompt("blue square", pipe._execution_device, 1, True, negative_prompt="green")
        return {"prompt_embeds": torch.cat([negative, prompt])}

    return change


@pytest.mark.parametrize("count", [1, 5])
def test_a_prompt_that_changes_on_the_way(count):
    pipe = tiny.sd()
    call = {"callback_on_step_end": scheduled(1, count), "output_type": "pil"}
    plain = run(pipe, **call)[0]
    with record(pipe, attention=True) as trace:
        run(pipe, **call)
    assert trace.finished
    assert trace.image.tobytes() == plain.tobytes()
    assert (trace.prompt, trace.seed) == ("a red circle", 0)
    seconds = [step.seconds for step in trace.steps]
    assert seconds == sorted(seconds)
    assert trace.seconds >= seconds[-1]
    for step in trace.steps:
        told, other = ("red", "blue") if step.index < 2 else ("blue", "red")
        step.attention.word(told)
        with pytest.raises(AttentionError, match=other):
            step.attention.word(other)
    trace.steps[2].attention.word("green", half="uncond")


def test_a_prompt_schedule_from_a_file(tmp_path):
    pipe = tiny.sd()
    with record(pipe, attention=True) as trace:
        run(pipe, callback_on_step_end=scheduled(1))
    trace.save(tmp_path / "run.safetensors")
    steps = Trace.load(tmp_path / "run.safetensors").steps
    assert [step.attention.text().streams[0].tokens.prompt for step in steps] == ["a red circle"] * 2 + ["blue square"] * 3


def test_states_of_no_prompt_have_no_words():
    pipe = tiny.sd()

    def blend(pipe, index, timestep, values):
        values["prompt_embeds"][-1].mul_(0.5 if index == 1 else 2.0 if index == 3 else 1.0)
        return values

    call = {"callback_on_step_end": blend, "callback_on_step_end_tensor_inputs": ["prompt_embeds"]}
    with record(pipe, attention=True) as trace:
        run(pipe, **call)
    texts = [step.attention.text() for step in trace.steps]
    assert [text is None for text in texts] == [False, False, True, True, False]
    with pytest.raises(AttentionError, match="embeddings"):
        trace.steps[2].attention.word("red")


@pytest.mark.parametrize("name", ["StableDiffusionXL", "StableDiffusion3", "Flux, true guidance"])
def test_a_prompt_that_changes_on_the_way_elsewhere(name):
    pipe, call = FAMILIES[name].words()

    def change(pipe, index, timestep, values):
        if index != 1:
            return {}
        more = {name: call[name] for name in ("max_sequence_length",) if name in call}
        if "Flux" in name:
            return {"prompt_embeds": pipe.encode_prompt("blue square", None, **more)[0]}
        more |= {"prompt_2": None, "prompt_3": None} if name == "StableDiffusion3" else {}
        prompt, negative, *_ = pipe.encode_prompt(prompt="blue square", negative_prompt="", **more)
        return {"prompt_embeds": torch.cat([negative, prompt])}

    with record(pipe, attention=True) as trace:
        pipe(**call, num_inference_steps=5, callback_on_step_end=change, generator=torch.Generator().manual_seed(0))
    assert trace.finished
    seconds = [step.seconds for step in trace.steps]
    assert seconds == sorted(seconds)
    told = [step.attention.text().streams[-1].tokens.prompt for step in trace.steps]
    assert told == [told[0]] * 2 + ["blue square"] * 3
    assert told[0] != "blue square"
