"""Sessions as files: what they were asked, where they stand, and what is kept of what they said. See `core.tensor_file`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.core import tensor_file
from diffexplain.errors import SessionError
from diffexplain.i18n import say
from diffexplain.live.messages import decode, encode
from diffexplain.live.sessions import Saved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from os import PathLike

    from diffexplain.live.messages import Message

FORMAT = "diffexplain.session"
VERSION = "1"
_REMEDY = say("Give a file that save() of such an explorer wrote, or begin anew.")


def write(saved: Saved, explorer: str, path: str | PathLike[str]) -> Path:
    """Write a session so that the file appears whole or not at all; return its path."""
    target = Path(path).expanduser()
    tensors = {f"session/{name}": value for name, value in saved.tensors.items()}
    messages = []
    for at, message in enumerate(saved.messages):
        encoded = encode(message, 0, 0)
        messages.append({"kind": message.kind, "data": encoded.content["data"], "buffers": len(encoded.buffers)})
        for number, buffer in enumerate(encoded.buffers):
            tensors[f"messages/{at}/{number}"] = torch.from_numpy(np.frombuffer(buffer, np.uint8).copy())
    facts = {
        "explorer": explorer,
        "request": dataclasses.asdict(saved.request),
        "live": dict(saved.live),
        "updates": saved.updates,
        "changes": saved.changes,
        "session": saved.facts,
        "messages": messages,
    }
    tensor_file.write(target, {"format": FORMAT, "version": VERSION, "session": json.dumps(facts)}, tensors)
    return target


def read(
    path: str | PathLike[str],
    explorer: str,
    kinds: Sequence[type[Message]],
    request_of: Callable[[dict[str, Any], dict[str, Any]], tuple[Any, dict[str, Any]]],
) -> Saved:
    """Read a session, or refuse the file.

    Args:
        path: of a file that `write` made.
        explorer: class name of the one that is to go on with it.
        kinds: of its messages.
        request_of: makes a request and live values of plain ones, or raises SessionError.

    Raises:
        SessionError: it is no such session, is damaged, or was written by another version.
        OSError: it can't be read.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        raise SessionError(say("{path} is a folder, not a session. {remedy}", path=path, remedy=_REMEDY))
    data, metadata = tensor_file.opened(path, SessionError, _REMEDY)
    if metadata.get("format") != FORMAT:
        raise SessionError(
            say("{path} is no session that this version of diffexplain knows. {remedy}", path=path, remedy=_REMEDY)
        )
    if metadata.get("version") != VERSION:
        raise SessionError(
            say(
                "{path} is a session of format version {found}; this diffexplain reads version {version}. Load it with the "
                "diffexplain that wrote it, or begin anew.",
                path=path,
                found=metadata.get("version"),
                version=VERSION,
            )
        )
    tensor_file.require_whole(path, data, metadata, SessionError, _REMEDY)
    try:
        facts, tensors = json.loads(metadata["session"]), tensor_file.tensors_of(data)
        if facts["explorer"] != explorer:
            raise SessionError(say("it is a session of {found}", found=facts["explorer"]))
        request, live = request_of(facts["request"], facts["live"])
        messages = [_message(entry, at, tensors, kinds) for at, entry in enumerate(facts["messages"])]
        session = {name.removeprefix("session/"): tensors.pop(name) for name in [*tensors] if name.startswith("session/")}
        if tensors:
            raise ValueError(say("unknown tensors {names}", names=", ".join(sorted(tensors))))
        return Saved(request, live, int(facts["updates"]), int(facts["changes"]), session, facts["session"], messages)
    except Exception as error:  # whatever a file with a right digest and wrong content can trip over
        raise SessionError(
            say(
                "{path} holds no session of {explorer}: {error}. {remedy}",
                path=path,
                explorer=explorer,
                error=error,
                remedy=_REMEDY,
            )
        ) from error


def explorer_of(metadata: Mapping[str, str]) -> str:
    """Return the class name of the explorer that wrote a session; empty where its metadata does not say so."""
    try:
        return str(json.loads(metadata["session"])["explorer"])
    except (ValueError, LookupError, TypeError):
        return ""


def _message(entry: Any, at: int, tensors: dict[str, torch.Tensor], kinds: Sequence[type[Message]]) -> Message:
    buffers = [tensors.pop(f"messages/{at}/{number}").numpy().tobytes() for number in range(entry["buffers"])]
    return decode(entry, buffers, kinds)
