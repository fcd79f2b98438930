"""The call that made a run, as plain JSON and tensors: what a trace's file holds of it.

Pictures and tensors among the arguments are kept as they are. What is neither, nor plain, is left out by name (callbacks, say), and has
to be given again to go on from the file.
"""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from diffexplain.core.fingerprint import Fingerprint
from diffexplain.core.levels import class_is_readable
from diffexplain.core.numerals import plain_number
from diffexplain.core.origin import Origin
from diffexplain.core.own_scheduler import base_of, computes_as, name_of
from diffexplain.core.samplers import with_flags
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODES = ("RGB", "L", "1", "RGBA")


def pack(origin: Origin) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Return ``(plain, tensors)`` of an origin; tensor names begin with ``origin.``."""
    tensors = {f"origin.chance.{device}": state for device, state in origin.chance.items()}
    tensors |= {f"origin.generator.{index}": state for index, (_, state) in enumerate(origin.generators)}
    call: dict[str, Any] = {}
    pictures: dict[str, str] = {}
    missing = list(origin.missing)
    for name, given in origin.call.items():
        value = _as_plain(given)
        if isinstance(value, torch.Tensor):
            tensors[f"origin.call.{name}"] = value
        elif isinstance(value, Image.Image) and value.mode in _MODES:
            tensors[f"origin.call.{name}"] = torch.from_numpy(np.array(value))
            pictures[name] = value.mode
        elif _is_plain(value):
            call[name] = value
        else:
            missing.append(name)
    scheduler, own = type(origin.scheduler), origin.own
    base = base_of(scheduler)
    config = _flags(origin.scheduler.config)
    if own is None and not computes_as(scheduler, base):
        own = (name_of(scheduler), config)
    plain = {
        "pipeline": origin.pipeline,
        "scheduler": base.__name__,
        "config": config,
        "own": None if own is None else [own[0], dict(own[1])],
        "call": call,
        "pictures": pictures,
        "missing": sorted(set(missing)),
        "reseeded": [list(each) for each in origin.reseeded],
        "etas": [list(each) for each in origin.etas],
        "changed_at": origin.changed_at,
        "generators": [device for device, _ in origin.generators],
        "listed": origin.listed,
        "chance": list(origin.chance),
        "lora": dict(origin.lora) if isinstance(origin.lora, dict) else origin.lora,
        "networks": None if origin.networks is None else origin.networks.plain(),
    }
    return _without_infinities(plain), tensors


def unpack(plain: Mapping[str, Any], tensors: dict[str, torch.Tensor]) -> Origin:
    """Return the origin again; its tensors are taken out of ``tensors``.

    Raises:
        ValueError: Where it holds something else than `pack` writes.
    """
    import diffusers

    name = plain["scheduler"]
    if not isinstance(name, str) or not class_is_readable(name):
        raise ValueError(say("{name!r} is no scheduler that can be read", name=name))
    call = dict(plain["call"])
    for key in [key for key in tensors if key.startswith("origin.call.")]:
        value: Any = tensors.pop(key)
        argument = key.removeprefix("origin.call.")
        mode = plain["pictures"].get(argument)
        call[argument] = value if mode is None else Image.fromarray(value.numpy()).convert(mode)
    own_name, own_config = plain.get("own") or ("", {})
    for text in (own_name, plain["pipeline"], *plain["missing"], *plain["generators"], *plain["chance"]):
        if not isinstance(text, str):
            raise ValueError(say("{text!r} is no name", text=text))
    return Origin(
        pipeline=plain["pipeline"],
        scheduler=with_flags(getattr(diffusers, name), _with_infinities(plain["config"])),
        call=call,
        generators=tuple((device, _state(tensors, f"generator.{index}")) for index, device in enumerate(plain["generators"])),
        listed=bool(plain["listed"]),
        chance={device: _state(tensors, f"chance.{device}") for device in plain["chance"]},
        lora=plain["lora"],
        missing=tuple(plain["missing"]),
        reseeded=tuple((int(step), int(seed)) for step, seed in plain["reseeded"]),
        etas=tuple((int(step), float(eta)) for step, eta in plain.get("etas", ())),  # older files have none
        changed_at=int(plain["changed_at"]),
        networks=Fingerprint.of_plain(plain.get("networks")),
        own=(own_name, _with_infinities(own_config)) if own_name else None,
    )


def _reduced(origin: Origin) -> tuple[Any, ...]:
    """Return what pickles hold of it, as files do: the pipeline stays behind, and what is no data is left out by name."""
    return unpack, pack(origin)


copyreg.pickle(Origin, _reduced)


def _state(tensors: dict[str, torch.Tensor], name: str) -> torch.Tensor:
    state = tensors.pop(f"origin.{name}")
    if state.dtype != torch.uint8 or state.ndim != 1:
        raise ValueError(say("{name} is no state of random numbers", name=name))
    return state


def _as_plain(value: Any) -> Any:
    """Return numbers of numpy, and lists of them, as Python's own; all else as it is."""
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return type(value)(map(_as_plain, value)) if type(value) in (list, tuple) else [*map(_as_plain, value)]
    if isinstance(value, dict):
        return {key: _as_plain(each) for key, each in value.items()}
    return plain_number(value)


def _flags(config: Mapping[str, Any]) -> dict[str, Any]:
    flags = {name: _as_plain(value) for name, value in config.items() if not name.startswith("_")}
    return {name: value for name, value in flags.items() if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(_is_plain, value.values()))
    return value is None or isinstance(value, (bool, int, float, str))


def _without_infinities(value: Any) -> Any:
    """Return a value without infinities: JSON has none; schedulers' configurations do."""
    if isinstance(value, dict):
        return {key: _without_infinities(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_infinities(each) for each in value]
    return str(value) if isinstance(value, float) and value in (float("inf"), float("-inf")) else value


def _with_infinities(flags: Mapping[str, Any]) -> dict[str, Any]:
    return {name: float(value) if value in ("inf", "-inf") else value for name, value in flags.items()}
