"""What to keep of a run's attention."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from diffexplain.core.numerals import whole_number
from diffexplain.errors import AttentionError
from diffexplain.i18n import say

SIDE = 32
BUDGET = 2**30

Direction: TypeAlias = Literal["picture_to_text", "text_to_picture"]


@dataclass(frozen=True)
class Attention:
    """What to keep of a run's attention: ``record(pipe, attention=Attention(full=True, layers="mid_block"))``.

    As it is, without arguments, it is compact: at every step, for both halves of guidance, the mean over all heads and all
    layers that read the text, at most 32 x 32 and in half precision. Layers of unlike size count alike: each is brought to
    the size of the largest (capped at 32) by area before the mean is taken, so the shares of a position still sum up to
    what they did. Stable Diffusion 1.5 keeps 0.3 MB a step so; all its heads and layers would be 66 MB a step.

    Attributes:
        full: Keep each layer and each head, at the layer's own size.
        layers: Names of attention layers, or whole parts of names ("mid_block", "up_blocks.1"); a layer is kept if any of them
            is in its name. None for all that read the text.
        heads: Numbers of the heads to keep, only with ``full``; None for all.
        steps: Indices of the steps to keep, e.g. ``range(0, 50, 5)``; None for all.
        direction: ``"picture_to_text"``: how each position of the picture divides its attention among the tokens.
            ``"text_to_picture"``: how each token looks at the picture; only joint attention (Stable Diffusion 3, Flux) has it.
        budget_bytes: What all of it may take in main memory. More is refused at the first step, before it is kept.
    """

    full: bool = False
    layers: str | tuple[str, ...] | None = None
    heads: tuple[int, ...] | None = None
    steps: tuple[int, ...] | None = None
    direction: Direction = "picture_to_text"
    budget_bytes: int = BUDGET

    def __post_init__(self) -> None:
        if self.layers is not None:
            named = (self.layers,) if isinstance(self.layers, str) else _tuple("layers", self.layers)
            if not named or not all(isinstance(name, str) and name for name in named):
                raise AttentionError(
                    say("layers must be names of layers, or parts of names, or None for all; not {value!r}", value=self.layers)
                )
            object.__setattr__(self, "layers", named)
        for name in ("heads", "steps"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, _indices(name, value))
        if self.heads is not None and not self.full:
            raise AttentionError(say("heads are only kept apart with full=True; leave them out, or ask for full"))
        if self.direction not in ("picture_to_text", "text_to_picture"):
            raise AttentionError(
                say("direction must be 'picture_to_text' or 'text_to_picture', not {value!r}", value=self.direction)
            )
        budget = whole_number(self.budget_bytes)
        if budget is None or budget < 1:
            raise AttentionError(
                say("budget_bytes must be a whole number of bytes above 0, not {value!r}", value=self.budget_bytes)
            )
        object.__setattr__(self, "budget_bytes", budget)

    def wants_layer(self, name: str) -> bool:
        """Return whether a layer of this name is to be kept."""
        return self.layers is None or any(is_part(part, name) for part in self.layers)

    def wants_step(self, index: int) -> bool:
        """Return whether this step is to be kept."""
        return self.steps is None or index in self.steps


def is_part(part: str, name: str) -> bool:
    """Return whether a layer's name has this part, from dot to dot: "up_blocks.1" is in "up_blocks.1.attn", not in "up_blocks.10.attn"."""
    return f".{part}." in f".{name}."


def attention_options(asked: Any) -> Attention | None:
    """Return what `record` was asked, as options: True is compact, False and None nothing.

    Raises:
        AttentionError: For anything else.
    """
    if asked is None or asked is False:
        return None
    if asked is True:
        return Attention()
    if isinstance(asked, Attention):
        return asked
    raise AttentionError(say("attention must be True, False or diffexplain.Attention(...), not {value!r}", value=asked))


def _tuple(name: str, value: Any) -> tuple[Any, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise AttentionError(
            say("{name} must be several, as in a list, or None for all; not {value!r}", name=name, value=value)
        )
    return tuple(value)


def _indices(name: str, value: Any) -> tuple[int, ...]:
    given = _tuple(name, value)
    numbers = [number for each in given if (number := whole_number(each)) is not None and number >= 0]
    if not numbers or len(numbers) < len(given):
        raise AttentionError(
            say("{name} must be whole numbers from 0 on, or None for all; not {value!r}", name=name, value=value)
        )
    return tuple(dict.fromkeys(numbers))
