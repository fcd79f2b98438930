"""A front end made by hand: comms that keep what is sent, and a page that sets traits as JupyterLab does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from copy import copy
from typing import Any

import comm
import numpy as np
import pytest
import torch
from comm.base_comm import BaseComm
from traitlets import TraitError

import diffexplain as dx
from diffexplain.core import samplers
from tests import tiny


@pytest.fixture(autouse=True)
def one_thread() -> None:  # for each test: how many there are decides bits, and tests of threads change it
    torch.set_num_threads(1)


@pytest.fixture(autouse=True, scope="module")
def one_thread_for_all() -> None:  # what a module makes once is made before the fixture above
    torch.set_num_threads(1)


class Wire(BaseComm):
    """Keeps every message instead of sending it."""

    def __init__(self, **options: Any) -> None:
        self.sent: list[tuple[str, dict[str, Any], list[Any]]] = []
        super().__init__(**options)

    def publish_msg(self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any) -> None:
        self.sent.append((msg_type, data or {}, list(buffers or [])))

    @property
    def contents(self) -> list[dict[str, Any]]:
        """Custom messages, as the page reads them."""
        return [data["content"] for kind, data, _ in self.sent if kind == "comm_msg" and data.get("method") == "custom"]

    def bytes(self) -> int:
        """What was sent, but for the code of the page, which every explorer of a kind shares."""
        told = 0
        for _, data, buffers in self.sent:
            state = {name: value for name, value in data.get("state", {}).items() if name not in ("_esm", "_css")}
            told += len(json.dumps({**data, "state": state}, default=str)) + sum(memoryview(each).nbytes for each in buffers)
        return told


@pytest.fixture(autouse=True, scope="module")
def wires() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comm, "create_comm", lambda **options: Wire(**options))
        yield


@pytest.fixture
def pipe() -> Any:
    return tiny.sd()


@pytest.fixture
def explorer(pipe: Any) -> Iterator[dx.DenoiseExplorer]:
    explorer = dx.DenoiseExplorer(pipe, prompt="a red circle", seed=3, steps=3).wait(60)
    yield explorer
    explorer.close()


@pytest.fixture
def made() -> Iterator[Callable[..., Any]]:
    """Makes explorers whose first run is done, and closes them: ``made(dx.SeedExplorer, pipe, steps=2)``."""
    with ExitStack() as stack:
        yield lambda kind, *given, **fields: stack.enter_context(closing(kind(*given, **fields))).wait(200)


def of(said: Any, kind: type[Any], **values: Any) -> list[Any]:
    """The messages of a kind, with these values, that an explorer's run has said, or some of them."""
    messages = (message for message in getattr(said, "recorded", said) if isinstance(message, kind))
    return [message for message in messages if all(getattr(message, name) == value for name, value in values.items())]


def one(said: Any, kind: type[Any]) -> Any:
    """The only message of a kind."""
    (only,) = of(said, kind)
    return only


def unlearned(explorer: Any) -> list[str]:
    """The words that a run has said its model never learned."""
    own = [word for message in explorer.recorded for word in getattr(message, "unlearned", [])]
    more = [
        word
        for name in ("negative_unlearned", "other_unlearned")
        for each in explorer.recorded
        for word in getattr(each, name, [])
    ]
    return [word.text for word in own + more]


def own_picture(pipe: Any, sampler: str | None = None, seed: int = 3, **call: Any) -> np.ndarray[Any, Any]:
    """What a pipeline itself draws, with its own sampler or another one: (height, width, 3), 0 to 255."""
    alone = copy(pipe)
    alone.scheduler = samplers.build(sampler, pipe.scheduler) if sampler else samplers.fresh(pipe.scheduler)
    asked = {"prompt": "a red circle", "num_inference_steps": 3, "guidance_scale": 4.0, **call}
    return np.asarray(alone(**asked, generator=torch.Generator("cpu").manual_seed(seed)).images[0])


def weights(explorer: Any, part: str = "") -> dict[str, torch.Tensor]:
    """All tensors of an explorer's session, or those whose name has a part in it."""
    saved = explorer._sessions.save()
    assert saved is not None
    return {name: value for name, value in saved.tensors.items() if part in name}


def equal(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in one.items())


def after(explorer: Any, **fields: Any) -> Any:
    """The explorer, once the run is done that other values of some fields ask for."""
    with explorer.hold_trait_notifications():
        for name, value in fields.items():
            setattr(explorer, name, value)
    return explorer.wait(120)


def page_sets(explorer: Any, **state: Any) -> None:
    """What ipywidgets does with an update from the page."""
    explorer._handle_msg({"content": {"data": {"method": "update", "state": state, "buffer_paths": []}}, "buffers": []})


def page_says(explorer: Any, kind: str, *buffers: bytes, **content: Any) -> None:
    said = {"kind": kind, **content}
    explorer._handle_msg(
        {"content": {"data": {"method": "custom", "content": said}}, "buffers": [memoryview(each) for each in buffers]}
    )


def saved_for(explorer: Any, kind: str, view: str = "a view") -> tuple[dict[str, Any], bytes]:
    """What a view is answered that asks for a file, and the file."""
    sent, deadline = explorer.comm.sent, time.monotonic() + 60
    sent.clear()
    page_says(explorer, "save", what=kind, view=view)
    while not (answers := _saved(sent, view)) and time.monotonic() < deadline:
        time.sleep(0.01)
    ((saved, buffers),) = answers
    return saved, bytes(buffers[saved["content"]["buffer"]])


def _saved(sent: list[Any], view: str) -> list[tuple[dict[str, Any], list[Any]]]:
    contents = [(data.get("content", {}), buffers) for _, data, buffers in list(sent)]
    saved = [(content["data"], buffers) for content, buffers in contents if content.get("kind") == "saved"]
    return [(data, buffers) for data, buffers in saved if data["view"] == view]


def assert_refused(explorer: Any, field: str, value: Any, words: str) -> None:
    """A bad value is refused in one line that says what is allowed, in Python and on the page, and nothing is lost."""
    before, recorded, wire = getattr(explorer, field), explorer.recorded, explorer.comm
    with pytest.raises(TraitError, match=words) as raised:
        setattr(explorer, field, value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 500
    wire.sent.clear()
    page_sets(explorer, **{field: value})
    (refused,) = [content["data"] for content in wire.contents if content["kind"] == "refused"]
    assert refused["field"] == field
    assert refused["message"]["en"] != refused["message"]["zh"] != ""
    if str(raised.value).startswith(field):  # the page has a label for it
        assert all("{field}" in said for said in refused["message"].values())
        assert not refused["message"]["en"].startswith(field)
    states = [data["state"] for kind, data, _ in wire.sent if kind == "comm_msg" and data.get("method") == "update"]
    assert any(field in state and state[field] == before for state in states)  # the page is given the true value
    assert getattr(explorer, field) == before
    assert explorer.wait(60).recorded == recorded


def said(explorer: Any) -> list[Any]:
    """All that a run said, but for what tells time, progress and its own request."""
    sent = [each.encoded for each in explorer._runs.history.sent_of(explorer._runs.history.finished)]
    told = [each for each in sent if each.content["kind"] not in {"status", "progress", "spent"}]
    return [
        [each.content["kind"], _plain(each.content["data"]), [_read(each, at) for at in range(len(each.buffers))]]
        for each in told
    ]


def _read(encoded: Any, at: int) -> Any:
    """A buffer; embeddings to what is the same in batches of every size."""
    raw = bytes(encoded.buffers[at])
    return np.frombuffer(raw, np.float32).round(4).tolist() if encoded.content["kind"] == "matrix" else raw


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {
            name: _plain(value)
            for name, value in data.items()
            if "seconds" not in name and name not in {"drawn", "spent", "request"}
        }
    return [_plain(each) for each in data] if isinstance(data, (list, tuple)) else data
