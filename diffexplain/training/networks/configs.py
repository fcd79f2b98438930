"""Configs without the traces that libraries leave in them: where something was loaded from changes nothing about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from diffexplain.training.workspace import write_whole

if TYPE_CHECKING:
    from pathlib import Path

_TRACES = ("_name_or_path", "_commit_hash", "is_local", "local_files_only")


def clean(folder: Path, *, single: bool = False) -> None:
    """Clean every ``*config.json`` in a folder.

    Args:
        folder: and the folders in it.
        single: say float32 where it says float16, so that half-precision files load as float32 unless asked otherwise, as all parts
            of a pipeline have to agree.
    """
    for path in folder.rglob("*config.json"):
        config = json.loads(path.read_text("utf-8"))
        _clean(config, single)
        write_whole(path, json.dumps(config, indent=2, ensure_ascii=False) + "\n")


def _clean(config: dict[str, Any], single: bool) -> None:
    for name in _TRACES:
        config.pop(name, None)
    for key, value in config.items():
        if isinstance(value, dict):
            _clean(value, single)
        elif single and value == "float16" and key in {"dtype", "torch_dtype"}:
            config[key] = "float32"
