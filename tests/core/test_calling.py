"""A pipeline's arguments are what they are, by position, by name, or passed on by somebody's subclass."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any

import diffusers
import pytest
import torch

import diffexplain as dx
from diffexplain.core.calling import accepted, bound, signature_of, without_nothing
from diffexplain.core.record import record
from diffexplain.explorers import fitness, pipelines
from tests import families, tiny


class Plain(diffusers.StableDiffusionPipeline):
    """Hands everything on."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(*args, **kwargs)

    def encode_prompt(self, *args: Any, **kwargs: Any) -> Any:
        return super().encode_prompt(*args, **kwargs)

    def prepare_latents(self, *args: Any, **kwargs: Any) -> Any:
        return super().prepare_latents(*args, **kwargs)


class Louder(Plain):
    """Names some, has one of its own, and hands the rest on."""

    def __call__(self, prompt: Any = None, height: Any = None, *args: Any, loud: bool = False, **kwargs: Any) -> Any:  # type: ignore[override]
        return super().__call__(prompt.upper() if loud else prompt, height, *args, **kwargs)


class Passing(diffusers.DDIMScheduler):
    """A scheduler that hands everything on."""

    def step(self, *args: Any, **kwargs: Any) -> Any:
        return super().step(*args, **kwargs)


def seven() -> torch.Generator:
    return torch.Generator().manual_seed(7)


def by_position(cls: type, call: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """A call with as many positional arguments as can be, and the rest by name."""
    parameters = list(inspect.signature(cls.__call__).parameters.values())[1:]  # type: ignore[operator]
    rest, given = dict(call), []
    for each in parameters:
        if not rest or each.kind is not each.POSITIONAL_OR_KEYWORD:
            break
        given.append(rest.pop(each.name, each.default))
    return given, rest


@families.every(variants=True)
def test_a_call_by_position_is_the_call_by_name(name: str) -> None:
    family = families.FAMILIES[name]
    call = {**family.call(), "num_inference_steps": 3, "output_type": "latent"}
    traces = []
    for positional in (False, True):
        pipe = family.build()
        given, named = (
            by_position(type(pipe), {**call, "generator": seven()}) if positional else ([], {**call, "generator": seven()})
        )
        assert not named or not positional
        with record(pipe) as trace:
            pipe(*given, **named)
        traces.append((trace, pipe))
    (one, _), (other, pipe) = traces
    for field in ("prompt", "negative_prompt", "seed", "height", "width", "timesteps", "pipeline", "finished"):
        assert getattr(one, field) == getattr(other, field), field
    assert torch.equal(one.latents, other.latents)
    assert other.origin is not None
    assert call.keys() <= other.origin.call.keys()
    assert "generator" not in other.origin.call
    assert torch.equal(other.fork(1, pipe=pipe).latents, other.latents)


@pytest.mark.parametrize("cls", [Plain, Louder])
def test_a_subclass_that_hands_its_arguments_on(cls: Any, tmp_path: Any) -> None:
    pipe, own = tiny.sd(cls), tiny.sd()
    more = {"loud": True} if cls is Louder else {}
    words = "A RED CIRCLE" if more else "a red circle"
    with record(own) as wanted:
        own(words, 32, 32, 3, generator=seven(), negative_prompt="blue", output_type="latent")
    with record(pipe) as trace:
        pipe("a red circle", 32, 32, 3, generator=seven(), negative_prompt="blue", output_type="latent", **more)
    for field in ("prompt", "negative_prompt", "seed", "height", "width"):
        assert getattr(trace, field) == getattr(wanted, field), field
    assert torch.equal(trace.latents, wanted.latents)
    assert trace.origin is not None
    assert trace.origin.call["height"] == 32
    branch = trace.fork(1, guidance=3.0)
    assert torch.equal(branch.latents, wanted.fork(1, guidance=3.0).latents)
    trace.save(tmp_path / "run")
    assert torch.equal(dx.Trace.load(tmp_path / "run").fork(2, pipe=pipe).latents, trace.latents)
    fitness.require_fit(pipe)
    assert {"prompt", "height", "guidance_scale"} <= accepted(cls).keys()
    assert "kwargs" not in accepted(cls)


def test_a_scheduler_that_hands_its_arguments_on() -> None:
    flags = {"clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1, **tiny.BETAS}
    traces = []
    for cls in (Passing, diffusers.DDIMScheduler):
        pipe = tiny.sd(scheduler=cls(**flags))
        with record(pipe) as trace:
            pipe("a red circle", num_inference_steps=3, generator=seven(), eta=0.0, output_type="latent")
        assert torch.equal(trace.fork(1, pipe=pipe).latents, trace.latents)
        traces.append(trace)
    assert torch.equal(traces[0].latents, traces[1].latents)
    assert [step.level for step in traces[0].steps] == [step.level for step in traces[1].steps]


def test_names_of_arguments_that_are_passed_on() -> None:
    class Base:
        def method(self, a: int, b: int = 2, *, c: int = 3) -> None: ...

    class Several(Base):
        def method(self, *args: Any, d: int = 4, **kwargs: Any) -> None: ...

    class Named(Base):
        def method(self, a: int, **kwargs: Any) -> None: ...  # type: ignore[override]

    assert list(signature_of(Several, "method").parameters) == ["self", "a", "b", "d", "c", "kwargs"]
    assert list(signature_of(Named, "method").parameters) == ["self", "a", "b", "c", "kwargs"]
    assert signature_of(Base, "method") == inspect.signature(Base.method)
    assert bound(signature_of(Several, "method"), (0, 1, 2), {"c": 5, "e": 6}) == {"self": 0, "a": 1, "b": 2, "c": 5, "e": 6}
    with pytest.raises(TypeError):
        bound(signature_of(Base, "method"), (0, 1), {"e": 6})


def test_none_is_not_handed_to_a_pipeline_with_another_word_for_nothing() -> None:
    cls = diffusers.PixArtAlphaPipeline
    assert without_nothing(cls, {"prompt": "a", "negative_prompt": None}) == {"prompt": "a"}
    embedded = {"negative_prompt": None, "negative_prompt_embeds": torch.zeros(1)}
    assert without_nothing(cls, embedded) == embedded
    assert without_nothing(cls, {"negative_prompt": "", "height": None}) == {"negative_prompt": "", "height": None}
    assert without_nothing(diffusers.StableDiffusionPipeline, {"negative_prompt": None}) == {"negative_prompt": None}


def test_no_negative_prompt_is_none_and_not_the_word(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, call = families.FAMILIES["PixArtAlpha"].words()
    read = []
    encode = type(pipe).encode_prompt

    def encode_prompt(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = bound(signature_of(diffusers.PixArtAlphaPipeline, "encode_prompt"), (self, *args), kwargs)
        read.append(found.get("negative_prompt"))
        return encode(self, *args, **kwargs)

    options = {name: value for name, value in call.items() if name not in {"prompt", "height", "width"}}
    lane = dx.Lane(prompt="a red circle", steps=2, height=16, width=16, options=options)
    with monkeypatch.context() as patched:
        patched.setattr(type(pipe), "encode_prompt", encode_prompt)
        (trace,) = dx.sample([lane], pipe, decode=False)
        assert "negative_prompt" not in pipelines.call_of(pipe, _request(negative_prompt="")).arguments
        trace.fork(1, negative_prompt=None)
    assert set(read) == {""}  # a fork with a change is rehearsed first


def _request(**more: Any) -> Any:
    plain = {"prompt": "a", "negative_prompt": "", "steps": 2, "guidance_scale": 3.0, "height": None, "width": None, "seed": 0}
    return SimpleNamespace(**{**plain, **more})
