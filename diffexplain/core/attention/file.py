"""Attention as a trace's file holds it: maps as tensors, and what they are of as JSON. Texts are the same at all steps, and stand once."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

import torch

from diffexplain.core.attention.options import Attention
from diffexplain.core.attention.step_attention import StepAttention
from diffexplain.core.text.streams import Stream, Text
from diffexplain.core.text.tokens import Token, Tokens, Truncated
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diffexplain.core.guidance import Half
    from diffexplain.core.trace_data import TraceData


def pack(trace: TraceData) -> tuple[dict[str, Any] | None, dict[str, torch.Tensor]]:
    """Return ``(plain, tensors)`` of a trace's attention; None where it has none. Tensor names begin with ``attention.``."""
    if trace.attention is None:
        return None, {}
    tensors: dict[str, torch.Tensor] = {}
    texts: dict[int, dict[str, Any]] = {}  # by identity: all steps share one mapping
    steps: dict[str, Any] = {}
    for step in trace.steps:
        kept = step.attention
        if kept is None:
            continue
        for half, entries in kept.kept.items():
            tensors |= {f"attention.{step.index}.{half}.{at}": maps for at, maps in enumerate(entries.values())}
        if id(kept.texts) not in texts:
            texts[id(kept.texts)] = {half: [_plain(text) for text in row_texts] for half, row_texts in kept.texts.items()}
        steps[str(step.index)] = {
            "halves": {half: list(entries) for half, entries in kept.kept.items()},
            "layers": list(kept.layers),
            "heads": kept.heads,
            "full": kept.full,
            "direction": kept.direction,
            "texts": list(texts).index(id(kept.texts)),
        }
    return {"options": asdict(trace.attention), "texts": list(texts.values()), "steps": steps}, tensors


def unpack(plain: Mapping[str, Any], tensors: dict[str, torch.Tensor]) -> tuple[Attention, dict[int, StepAttention]]:
    """Return what `pack` made: the options, and the attention by step. Takes its tensors out of those of the file.

    Raises:
        ValueError: Where something is not as `pack` would have made it.
    """
    options = Attention(**plain["options"])
    texts = [_texts(each) for each in plain["texts"]]
    return options, {int(index): _step(int(index), entry, texts, tensors) for index, entry in plain["steps"].items()}


def _step(
    index: int, entry: Mapping[str, Any], texts: list[dict[Half, tuple[Text | None, ...]]], tensors: dict[str, torch.Tensor]
) -> StepAttention:
    kept: dict[Half, dict[str, torch.Tensor]] = {
        _half(half): {str(name): _maps(tensors.pop(f"attention.{index}.{half}.{at}")) for at, name in enumerate(names)}
        for half, names in entry["halves"].items()
    }
    shapes = {(maps.shape[0], maps.shape[2]) for entries in kept.values() for maps in entries.values()}
    if not kept.get("cond") or len(shapes) != 1:
        raise ValueError(say("step {index} has attention of another shape", index=index))
    checked = Attention(full=bool(entry["full"]), heads=entry["heads"], direction=entry["direction"])
    return StepAttention(
        kept=kept,
        layers=tuple(map(str, entry["layers"])),
        heads=checked.heads,
        full=checked.full,
        direction=checked.direction,
        texts=texts[entry["texts"]],
    )


def _maps(maps: torch.Tensor) -> torch.Tensor:
    if maps.ndim != 5 or maps.dtype != torch.float16:
        raise ValueError(say("attention must be (pictures, heads, tokens, height, width) in half precision"))
    return maps


def _half(name: str) -> Half:
    if name not in ("cond", "uncond"):
        raise ValueError(say("half must be 'cond' or 'uncond', not {value!r}", value=name))
    return cast("Half", name)


def _plain(text: Text | None) -> dict[str, Any] | None:
    return None if text is None else asdict(text)


def _texts(plain: Mapping[str, Any]) -> dict[Half, tuple[Text | None, ...]]:
    return {_half(half): tuple(map(_text, row_texts)) for half, row_texts in plain.items()}


def _text(plain: Mapping[str, Any] | None) -> Text | None:
    if plain is None:
        return None
    streams = tuple(Stream(each["name"], int(each["offset"]), _tokens(each["tokens"])) for each in plain["streams"])
    return Text(streams, int(plain["length"]))


def _tokens(plain: Mapping[str, Any]) -> Tokens:
    truncated = plain["truncated"]
    return Tokens(
        prompt=plain["prompt"],
        tokens=tuple(Token(**token) for token in plain["tokens"]),
        limit=int(plain["limit"]),
        truncated=None if truncated is None else Truncated(**truncated),
    )
