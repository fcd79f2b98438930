"""A lane: everything that decides one picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from diffexplain.core.numerals import real_number, whole_number
from diffexplain.core.pictures import picture_of
from diffexplain.core.sampler_flags import SPACINGS
from diffexplain.errors import LaneError, PictureError
from diffexplain.i18n import say, words_of

if TYPE_CHECKING:
    from PIL import Image

    from diffexplain.core.mixing import Mixing
    from diffexplain.core.pictures import Source

MOST_STEPS = 1000
LARGEST_SEED = 2**63 - 1
_MAY_LACK = ("height", "width", "image", "control_image")


@dataclass(frozen=True, kw_only=True, eq=False)
class Lane:
    """One run among several: what to paint, from which noise, by which sampler.

    A lane is the same picture as a call of the pipeline itself with these values, a generator
    ``torch.Generator("cpu").manual_seed(seed)`` and ``pipe.scheduler = samplers.build(sampler, pipe.scheduler)``. Values are
    checked on creation.

    Attributes:
        prompt: What to paint. None where `options` holds ``prompt_embeds``.
        negative_prompt: What guidance leads away from; None for the plain empty text.
        seed: 0 to 2**63 - 1. The noise is drawn on the CPU, so that a seed means the same on every device.
        sampler: A name from `diffexplain.core.samplers`; None for the pipeline's own scheduler, as it is.
        spacing: How the sampler's timesteps are laid out, one of `samplers.SPACINGS`; None for the model's usual.
        steps: 1 to 1000. Samplers of second order ask the network twice a step.
        guidance: Scale of classifier-free guidance, 0 to 1000. 1 or less is none, and asks the network once a step, not twice.
        mixing: How the halves of guidance are mixed, a `diffexplain.core.mixing.Mixing`; None for plain guidance. Needs guidance above
            1. Such a lane's trace can't be forked: its pipeline has no call for it.
        eta: 0 (deterministic) to 1 (as much fresh noise as DDPM), for DDIM; other samplers take no notice.
        height: In pixels; None for the model's usual, also where ``width`` is given, and with ``image``.
        width: In pixels; None for the model's usual, also where ``height`` is given, and with ``image``.
        image: A picture to start from instead of noise: what `diffexplain.core.pictures.picture_of` takes. It becomes upright RGB.
        strength: How much of ``image`` is put under noise, above 0 to 1 (all of it).
        lora: Weight of the LoRA adapters that are active in the pipeline, or a weight for each by name. None leaves them as
            they are; 0 switches them off.
        control_image: The picture that a ControlNet follows, given as ``image`` is; only with a pipeline that has one.
        control_scale: How strongly it is followed, 0 or more.
        options: Whatever else the pipeline's own call takes, such as ``prompt_embeds``. With options that change the loop
            itself (``guidance_rescale``) a lane runs on its own, not batched.

    Raises:
        LaneError: For a value that is no such thing, or outside its range.
    """

    prompt: str | None = ""
    negative_prompt: str | None = None
    seed: int = 0
    sampler: str | None = None
    spacing: str | None = None
    steps: int = 20
    guidance: float = 5.0
    mixing: Mixing | None = None
    eta: float = 0.0
    height: int | None = None
    width: int | None = None
    image: Source | None = field(default=None, repr=False)
    strength: float = 0.8
    lora: float | Mapping[str, float] | None = None
    control_image: Source | None = field(default=None, repr=False)
    control_scale: float = 1.0
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for name in ("prompt", "negative_prompt", "sampler"):
            _require(name, getattr(self, name), str, say("a text or None"))
        for name, value in self._plain().items():
            object.__setattr__(self, name, value)
        if self.spacing is not None and self.spacing not in SPACINGS:
            raise LaneError(
                say("spacing must be one of {allowed} or None, not {value!r}", allowed=", ".join(SPACINGS), value=self.spacing)
            )
        if not isinstance(self.options, Mapping):
            raise LaneError(say("options must be a mapping of names to values, not {value!r}", value=self.options))
        self._require_sense()

    def _plain(self) -> dict[str, Any]:
        """Return numbers as Python's own and pictures as upright RGB, all checked."""
        plain: dict[str, Any] = {
            "seed": _whole("seed", self.seed, 0, LARGEST_SEED),
            "steps": _whole("steps", self.steps, 1, MOST_STEPS),
        }
        given = {name: value for name in _MAY_LACK if (value := getattr(self, name)) is not None}
        plain |= {name: _picture(name, value) for name, value in given.items() if name.endswith("image")}
        plain |= {name: _whole(name, value, 8, 16384) for name, value in given.items() if name in {"height", "width"}}
        for name, most in (("guidance", 1000), ("eta", 1), ("strength", 1), ("control_scale", 100)):
            plain[name] = _number(name, getattr(self, name), 0, most)
        if isinstance(self.lora, Mapping):
            plain["lora"] = {name: _number("lora", weight, -100, 100) for name, weight in self.lora.items()}
        elif self.lora is not None:
            plain["lora"] = _number("lora", self.lora, -100, 100)
        return plain

    def _require_sense(self) -> None:
        if self.mixing is not None and self.guidance <= 1:
            raise LaneError(
                say(
                    "mixing needs both halves of guidance, and with guidance {value:g} the network is asked for one; raise it above 1",
                    value=self.guidance,
                )
            )
        if self.prompt is None and "prompt_embeds" not in self.options:
            raise LaneError(say("prompt is None; give a text, or prompt_embeds in options"))
        if self.image is not None and int(self.steps * self.strength) < 1:
            raise LaneError(
                say(
                    "strength {strength:g} of {steps} steps leaves no step to take; raise strength to {least:.2g} or more, or steps",
                    strength=self.strength,
                    steps=self.steps,
                    least=math.ceil(100 / self.steps) / 100,
                )
            )

    def but(self, **changes: Any) -> Lane:
        """Return the same lane with some values changed.

        Raises:
            LaneError: For a name that a lane doesn't have, or a wrong value.
        """
        known = [each.name for each in fields(self)]
        for name in changes:
            if name not in known:
                raise LaneError(say("a lane has no {name!r}; it has {known}", name=name, known=", ".join(known)))
        return replace(self, **changes)


def _require(name: str, value: Any, kind: type, what: str) -> None:
    if value is not None and not isinstance(value, kind):
        raise LaneError(say("{name} must be {what}, not {value!r}", name=name, what=what, value=value))


def _picture(name: str, value: Any) -> Image.Image:
    try:
        return picture_of(value)
    except PictureError as error:
        raise LaneError(say("{name}: {reason}", name=name, reason=words_of(error))) from error


def _whole(name: str, value: Any, least: int, most: int) -> int:
    number = whole_number(value)
    if number is None or not least <= number <= most:
        raise LaneError(
            say(
                "{name} must be a whole number from {least} to {most}, not {value!r}",
                name=name,
                least=least,
                most=most,
                value=value,
            )
        )
    return number


def _number(name: str, value: Any, least: float, most: float) -> float:
    number = real_number(value)
    if number is None or not least <= number <= most:  # NaN compares False
        raise LaneError(
            say("{name} must be a number from {least} to {most}, not {value!r}", name=name, least=least, most=most, value=value)
        )
    return number
