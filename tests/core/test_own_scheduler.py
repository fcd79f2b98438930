"""A scheduler of somebody's own: what saves loads, and goes on from the file where it can."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import diffusers
import pytest
import torch

import diffexplain as dx
from diffexplain.core import samplers
from diffexplain.core.own_scheduler import base_of, computes_as
from diffexplain.core.record import record
from diffexplain.errors import ForkError
from tests import tiny

FLAGS = {"clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1, **tiny.BETAS}
ROOT = Path(__file__).parents[2]


class Renamed(diffusers.DDIMScheduler):
    """The same under another name, with something besides."""

    colour = "red"


class Changed(diffusers.DDIMScheduler):
    """Takes smaller steps."""

    def step(self, model_output: Any, *args: Any, **kwargs: Any) -> Any:
        return super().step(0.9 * model_output, *args, **kwargs)


class Configured(Changed):
    """Has a flag of its own."""

    @diffusers.configuration_utils.register_to_config
    def __init__(self, strength: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)


def recorded(scheduler: Any) -> tuple[Any, dx.Trace]:
    pipe = tiny.sd(scheduler=scheduler)
    with record(pipe) as trace:
        pipe("a red circle", num_inference_steps=4, generator=torch.Generator().manual_seed(7), output_type="latent")
    return pipe, trace


def saved(trace: dx.Trace, tmp_path: Path) -> dx.Trace:
    trace.save(tmp_path / "run")
    return dx.Trace.load(tmp_path / "run")


def test_one_that_changes_nothing_goes_on_as_diffusers_own(tmp_path: Path) -> None:
    _, trace = recorded(Renamed(**FLAGS))
    loaded = saved(trace, tmp_path)
    assert loaded.sampler == "Renamed"
    assert torch.equal(loaded.fork(2, pipe=tiny.sd()).latents, trace.latents)


@pytest.mark.parametrize("cls", [Changed, Configured])
def test_one_that_changes_something_needs_a_pipeline_with_it(cls: Any, tmp_path: Path) -> None:
    pipe, trace = recorded(cls(**FLAGS))
    assert torch.equal(trace.fork(2).latents, trace.latents)
    loaded = saved(trace, tmp_path)
    assert torch.equal(loaded.latents, trace.latents)
    again = saved(loaded, tmp_path)  # a file of a file
    for each in (loaded, again):
        with pytest.raises(ForkError, match=rf"made with \S*{cls.__name__}, a scheduler of somebody's own"):
            each.fork(2, pipe=tiny.sd())
        branch = each.fork(2, pipe=pipe)
        assert torch.equal(branch.latents, trace.latents)
        assert torch.equal(saved(branch, tmp_path).fork(3, pipe=pipe).latents, trace.latents)


def test_a_flag_of_its_own_is_in_the_file(tmp_path: Path) -> None:
    _, trace = recorded(Configured(strength=0.25, **FLAGS))
    own = saved(trace, tmp_path).origin.own
    assert own is not None
    assert own[1]["strength"] == 0.25
    assert own[1]["beta_end"] == tiny.BETAS["beta_end"]


def test_another_process_that_knows_no_such_class_reads_it(tmp_path: Path) -> None:
    _, trace = recorded(Changed(**FLAGS))
    trace.save(tmp_path / "run")
    code = (
        "import sys, diffexplain as dx; trace = dx.Trace.load(sys.argv[1]); print(trace.sampler, len(trace.steps), trace.origin.own[0]);"
        "assert 'tests' not in ' '.join(name for name in sys.modules if name.startswith('tests'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "run"], capture_output=True, text=True, cwd=ROOT, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["Changed", "4", f"{__name__}.Changed"]


def test_a_copy_of_one_that_hands_its_flags_on_has_them() -> None:
    copied = samplers.fresh(Configured(strength=0.5, **FLAGS))
    assert (type(copied), copied.config.strength, copied.config.beta_end) == (Configured, 0.5, tiny.BETAS["beta_end"])
    assert copied.config.steps_offset == 1


def test_what_a_class_stands_on() -> None:
    namesake = type("DDIMScheduler", (), {})
    assert {base_of(cls) for cls in (Renamed, Changed, Configured, namesake, diffusers.DDIMScheduler)} == {
        diffusers.DDIMScheduler
    }
    same = [cls for cls in (Renamed, Changed, Configured, namesake, diffusers.DDIMScheduler) if computes_as(cls, base_of(cls))]
    assert same == [Renamed, diffusers.DDIMScheduler]
    with pytest.raises(LookupError):
        base_of(object)
