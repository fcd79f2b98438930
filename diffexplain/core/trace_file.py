"""Traces as files: safetensors, whose metadata holds the rest of the trace as JSON and a digest of the whole file.

The file holds what was recorded (x, the predictions, the levels); x0, noise, mean and guidance follow from it again. A loaded
file is checked before any of it is used: marker, version, digest, then every name, type and shape.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from diffexplain.core import tensor_file
from diffexplain.core.attention import file as attention_file
from diffexplain.core.levels import Level, Parameterization
from diffexplain.core.origin_file import pack, unpack
from diffexplain.core.step import Step
from diffexplain.errors import TraceFormatError
from diffexplain.i18n import say

if TYPE_CHECKING:
    import os

    from diffexplain.core.trace_data import AnyTrace, TraceData

FORMAT = "diffexplain.trace"
VERSION = "1"
_STEP_TENSORS = ("x", "guided", "uncond", "cond", "variance")
_PLAIN_FIELDS: dict[str, tuple[type, ...]] = {  # those that are JSON, with what each may be
    "prompt": (str, tuple, NoneType),
    "negative_prompt": (str, tuple, NoneType),
    "seed": (int, tuple, NoneType),
    "pipeline": (str,),
    "sampler": (str,),
    "height": (int, NoneType),
    "width": (int, NoneType),
    "seconds": (float,),
    "finished": (bool,),
    "identity": (str,),
    "parent": (str, NoneType),
    "forked_at": (int, NoneType),
}


def write(trace: TraceData, path: str | os.PathLike[str]) -> None:
    """Write a trace so that the file appears whole or not at all. See `Trace.save`."""
    plain, tensors = _parts(trace)
    metadata = {"format": FORMAT, "version": VERSION, "trace": json.dumps(plain, allow_nan=False)}
    tensor_file.write(Path(path), metadata, tensors)


def read(path: str | os.PathLike[str], cls: type[AnyTrace]) -> AnyTrace:
    """Read a trace of this class, or refuse the file. See `Trace.load`."""
    path = Path(path)
    if path.is_dir():
        raise TraceFormatError(say("{path} is a folder, not a trace. Give the file that Trace.save wrote.", path=path))
    data, metadata = tensor_file.opened(path, TraceFormatError, _REMEDY)
    if metadata.get("format") != FORMAT:
        raise TraceFormatError(say("{path} is a safetensors file, but not a trace. {remedy}", path=path, remedy=_REMEDY))
    if metadata.get("version") != VERSION:
        raise TraceFormatError(
            say(
                "{path} is a trace of format version {found}; this diffexplain reads version {version}. Load it with the "
                "diffexplain that wrote it, or record the run again.",
                path=path,
                found=metadata.get("version"),
                version=VERSION,
            )
        )
    tensor_file.require_whole(path, data, metadata, TraceFormatError, _REMEDY)
    try:
        return _from_parts(json.loads(metadata["trace"]), tensor_file.tensors_of(data), cls)
    except Exception as error:  # whatever a file with a right digest and wrong content can trip over
        raise TraceFormatError(
            say("{path} holds no complete trace: {error!r}. {remedy}", path=path, error=error, remedy=_REMEDY)
        ) from error


_REMEDY = say("Give a file that Trace.save wrote, or record the run again.")


def _parts(trace: TraceData) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    tensors = {
        f"steps.{step.index}.{name}": value
        for step in trace.steps
        for name in _STEP_TENSORS
        if (value := getattr(step, name)) is not None
    }
    tensors |= {name: value for name in ("prompt_embeds", "latents") if (value := getattr(trace, name)) is not None}
    tensors |= {f"images.{index}": torch.from_numpy(np.array(image)) for index, image in enumerate(trace.images)}
    plain = {name: getattr(trace, name) for name in _PLAIN_FIELDS}
    if trace.origin is not None:
        plain["origin"], more = pack(trace.origin)
        tensors |= more
    attention, more = attention_file.pack(trace)
    if attention is not None:
        plain["attention"] = attention
        tensors |= more
    plain["timesteps"] = trace.timesteps
    plain["missing"] = dict(trace.missing)
    plain["images"] = len(trace.images)
    plain["steps"] = [
        {
            "timestep": step.timestep,
            "level": [step.level.a, step.level.b],
            "next_level": [step.next_level.a, step.next_level.b],
            "mixture": [step.parameterization.p, step.parameterization.q],
            "seconds": step.seconds,
        }
        for step in trace.steps
    ]
    return plain, tensors


def _from_parts(plain: dict[str, Any], tensors: dict[str, torch.Tensor], cls: type[AnyTrace]) -> AnyTrace:
    steps = []
    options, looked = attention_file.unpack(plain["attention"], tensors) if "attention" in plain else (None, {})
    for index, entry in enumerate(plain["steps"]):
        x, guided, uncond, cond, variance = (tensors.pop(f"steps.{index}.{name}", None) for name in _STEP_TENSORS)
        if x is None or guided is None or (uncond is None) != (cond is None):
            raise ValueError(say("step {index} lacks a tensor", index=index))
        for tensor in (x, guided, uncond, cond, variance):
            if tensor is not None and (tensor.shape != x.shape or not tensor.is_floating_point()):
                raise ValueError(say("step {index} has a tensor of another shape or type", index=index))
        step = Step(
            index=index,
            timestep=_number(entry["timestep"]),
            level=Level(*map(_number, entry["level"])),
            next_level=Level(*map(_number, entry["next_level"])),
            parameterization=Parameterization(*map(_number, entry["mixture"])),
            x=x,
            guided=guided,
            uncond=uncond,
            cond=cond,
            seconds=_number(entry["seconds"]),
            attention=looked.pop(index, None),
            variance=variance,
        )
        steps.append(step)
    images = tuple(_picture(tensors.pop(f"images.{index}")) for index in range(plain["images"]))
    values = {name: _value(name, plain[name]) for name in _PLAIN_FIELDS}
    trace = cls(
        steps=steps,
        timesteps=tuple(map(_number, plain["timesteps"])),
        prompt_embeds=tensors.pop("prompt_embeds", None),
        latents=tensors.pop("latents", None),
        images=images,
        attention=options,
        missing=_missing(plain.get("missing", {})),  # files of older versions have none
        **values,
    )
    if "origin" in plain:
        trace.origin = unpack(plain["origin"], tensors)
    if tensors:
        raise ValueError(say("unknown tensors {names}", names=", ".join(sorted(tensors))))
    return trace


def _missing(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(part, str) for part in (*value, *value.values())):
        raise ValueError(say("{name} must not be {value!r}", name="missing", value=value))
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(say("{value!r} is no finite number", value=value))
    return float(value)


def _value(name: str, value: Any) -> Any:
    value = tuple(value) if isinstance(value, list) else value  # JSON knows no tuples
    allowed = _PLAIN_FIELDS[name]
    each = value if isinstance(value, tuple) else ()
    if type(value) not in allowed or any(type(part) is not allowed[0] for part in each):
        raise ValueError(say("{name} must not be {value!r}", name=name, value=value))
    return value


def _picture(pixels: torch.Tensor) -> Image.Image:
    if pixels.dtype != torch.uint8 or pixels.ndim != 3 or pixels.shape[-1] != 3:
        raise ValueError(say("a picture must be (height, width, 3) of bytes"))
    return Image.fromarray(pixels.numpy(), mode="RGB")
