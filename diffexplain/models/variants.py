"""Which variant of a model's weights to load, where they are only there as one: ``model.fp16.safetensors``, as ``variant="fp16"`` saves."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_PREFERRED = ("fp32", "fp16", "bf16")
_SHARD = r"(?:-\d{5}-of-\d{5})?"
# older ones name it last
_WEIGHTS = re.compile(rf"(?:diffusion_pytorch_model|model)(?:\.(\w+))?{_SHARD}(?:\.(\w+))?\.safetensors")


def variant_of(names: Iterable[str]) -> str | None:
    """Return the variant to ask for.

    Args:
        names: Of the files of one model.

    Returns:
        None where there are plain weights, or none at all.
    """
    return _chosen([_variants(names)])


def pipeline_variant(files: Collection[str]) -> str | None:
    """Return the variant to ask for, for a pipeline of several models; those that have none of it are loaded as they are.

    Args:
        files: Paths of all files, relative to the pipeline's folder, with forward slashes.

    Returns:
        None where each model has plain weights.
    """
    models: dict[str, list[str]] = defaultdict(list)
    for path in map(PurePosixPath, files):
        models[str(path.parent)].append(path.name)
    return _chosen([_variants(names) for folder, names in models.items() if folder != "." and "config.json" in names])


def _variants(names: Iterable[str]) -> set[str]:
    """Return the variants that weights are there in; an empty name for plain ones."""
    matches = (_WEIGHTS.fullmatch(name) for name in names)
    return {each[1] or each[2] or "" for each in matches if each is not None}


def _chosen(models: list[set[str]]) -> str | None:
    lacking = [variants for variants in models if variants and "" not in variants]
    named = sorted(
        set().union(*lacking), key=lambda name: (_PREFERRED.index(name) if name in _PREFERRED else len(_PREFERRED), name)
    )
    return max(named, key=lambda name: sum(name in variants for variants in lacking), default=None)  # the first of equals
