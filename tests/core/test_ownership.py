"""A run hears its own calls and nobody else's, whoever uses the same network on whatever thread."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import diffusers
import pytest
import torch

from diffexplain.core import preview
from diffexplain.core.record import record
from tests import tiny
from tests.company import recorded, run, same, sister, traces_of


@pytest.mark.parametrize("attention", [False, True])
def test_records_on_several_threads_hear_their_own(attention):
    pipe = tiny.sd()
    before = traces_of(pipe)
    asked = [("a red circle", 0), ("a blue square", 1), ("a green circle", 2)]
    alone = [recorded(sister(pipe), *each, attention=attention) for each in asked]
    together = threading.Barrier(len(asked))

    def work(each):
        together.wait()
        return recorded(sister(pipe), *each, attention=attention)

    with ThreadPoolExecutor(len(asked)) as pool:
        for _ in range(3):
            for one, other in zip(pool.map(work, asked), alone, strict=True):
                same(one, other)
    assert traces_of(pipe) == before


@pytest.mark.parametrize("where", ["on_step", "callback"])
@pytest.mark.parametrize("how", ["copy", "from_pipe", "constructor", "network"])
@pytest.mark.parametrize("attention", [False, True])
def test_what_runs_on_the_way_is_not_heard(where, how, attention):
    pipe = tiny.sd()
    plain = recorded(sister(pipe), "a red circle", 0, attention=attention)

    def aside(*_, **__):
        if how == "network":
            with torch.no_grad():
                pipe.unet(torch.randn(2, 4, 16, 16), 1, encoder_hidden_states=torch.randn(2, 16, 32))
            return
        fresh = type(pipe.scheduler).from_config(pipe.scheduler.config)
        if how == "copy":
            other = sister(pipe)
        elif how == "from_pipe":
            other = diffusers.StableDiffusionPipeline.from_pipe(pipe, scheduler=fresh)
        else:
            parts = {**pipe.components, "scheduler": fresh}
            other = diffusers.StableDiffusionPipeline(**parts, requires_safety_checker=False)
        other.set_progress_bar_config(disable=True)
        run(other, "a blue square", seed=4, steps=2)
        preview.decode(torch.randn(1, 4, 16, 16), pipe.vae)

    def callback(_, __, ___, values):
        aside()
        return values

    with record(pipe, attention=attention, on_step=aside if where == "on_step" else None) as trace:
        run(pipe, callback_on_step_end=callback if where == "callback" else None)
    same(trace, plain)
    assert (trace.prompt, trace.seed, trace.finished) == ("a red circle", 0, True)


def test_a_class_that_calls_its_parents_call_is_heard():
    class Mine(diffusers.StableDiffusionPipeline):
        def __call__(self, *args, **kwargs):
            return super().__call__(*args, **kwargs)

    pipe = tiny.sd(cls=Mine)
    same(recorded(pipe, "a red circle", 0), recorded(tiny.sd(), "a red circle", 0))


def test_whoever_goes_through_the_parts_by_hand_is_heard():
    pipe = tiny.sd()
    with record(pipe) as trace, torch.no_grad():
        pipe.scheduler.set_timesteps(3)
        x = torch.randn(1, 4, 16, 16)
        for timestep in pipe.scheduler.timesteps:
            noise = pipe.unet(x, timestep, encoder_hidden_states=torch.zeros(1, 16, 32)).sample
            x = pipe.scheduler.step(noise, timestep, x).prev_sample
    assert len(trace.steps) == 3


def test_nothing_heard_says_why():
    pipe = tiny.sd()
    other = diffusers.StableDiffusionPipeline(**pipe.components, requires_safety_checker=False)
    with pytest.warns(UserWarning, match="another pipeline ran"), record(pipe) as trace:
        run(other)
    assert trace.steps == []


def refined(pipe, picture):
    sister = diffusers.StableDiffusionImg2ImgPipeline.from_pipe(pipe)
    assert sister.scheduler is pipe.scheduler
    sister.set_progress_bar_config(disable=True)
    return run(sister, image=picture, strength=0.6, prompt="blue square", seed=3, output_type="pil")[0]


@pytest.mark.parametrize("attention", [False, True])
def test_a_sister_in_the_same_block_is_not_heard(attention):
    pipe, steps = tiny.sd(), []
    plain = run(pipe, output_type="pil")[0]
    fine = refined(pipe, plain)
    with record(pipe, attention=attention, on_step=steps.append) as trace:
        picture = run(pipe, output_type="pil")[0]
        again = refined(pipe, picture)
    assert picture.tobytes() == plain.tobytes() == trace.image.tobytes()
    assert again.tobytes() == fine.tobytes()
    assert (trace.prompt, trace.seed, trace.finished, len(trace.steps), len(steps)) == ("a red circle", 0, True, 5, 5)
    assert trace.fork(5 - 1).image.tobytes() == plain.tobytes()


def test_another_pipeline_with_the_same_scheduler_is_not_heard():
    pipe = tiny.sd()
    other = tiny.sd(scheduler=pipe.scheduler)
    with record(pipe) as trace:
        run(pipe, output_type="pil")
        run(other, prompt="blue square", steps=3, seed=2)
    assert (trace.prompt, trace.seed, len(trace.steps)) == ("a red circle", 0, 5)
    assert trace.image is not None


def test_a_second_call_after_a_sister_starts_the_trace_anew():
    pipe = tiny.sd()
    with record(pipe) as trace:
        picture = run(pipe, output_type="pil")[0]
        refined(pipe, picture)
        second = run(pipe, seed=5, output_type="pil")[0]
    assert trace.seed == 5
    assert trace.image.tobytes() == second.tobytes()
