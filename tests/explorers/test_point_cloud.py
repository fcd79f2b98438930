"""The example of the documentation, and with it what holds for every explorer whose runs go on."""

from __future__ import annotations

import base64
import gc
import gzip
import json
import re
import struct
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import traitlets
from safetensors.torch import load_file, save_file

from diffexplain.core import tensor_file
from diffexplain.errors import NoFinishedRunError, SessionError
from diffexplain.live.messages import encode
from diffexplain.live.status import Changed
from diffexplain.live.worker import Worker
from docs.examples.point_cloud import PointCloudExplorer
from docs.examples.point_cloud import explorer as module
from docs.examples.point_cloud.messages import Begin, Field, Losses, Sheet
from tests.explorers.conftest import Wire, equal, page_says, page_sets, weights

ROOT = Path(__file__).parents[2]
SMALL: dict[str, Any] = {"points": 60, "width": 8}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PointCloudExplorer, "goal", 12)
    monkeypatch.setattr(module, "EVERY", 5)


@pytest.fixture
def cloud() -> Iterator[PointCloudExplorer]:
    explorer = PointCloudExplorer(**SMALL).wait(60)
    yield explorer
    explorer.close()


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def updates(explorer: PointCloudExplorer) -> int:
    going = explorer._sessions._going
    assert going is not None
    return going.updates


def of(messages: list[Any], kind: type[Any]) -> list[Any]:
    return [message for message in messages if isinstance(message, kind)]


def comm(explorer: PointCloudExplorer) -> Wire:
    assert isinstance(explorer.comm, Wire)
    return explorer.comm


def test_it_says_its_loss_its_samples_and_the_noise_it_sees(cloud: PointCloudExplorer) -> None:
    (losses,), (begin,), (field,) = (of(cloud.recorded, kind) for kind in (Losses, Begin, Field))
    assert losses.at.tolist() == list(range(12))
    assert begin.cloud.shape == (60, 2)
    assert field.noise.shape == begin.grid.shape
    assert [(sheet.at, sheet.update) for sheet in of(cloud.recorded, Sheet)] == [(0, 0), (1, 5), (2, 10)]
    assert (cloud.status, updates(cloud)) == ("paused", 12)


def test_it_learns() -> None:
    explorer = PointCloudExplorer(points=200, width=32, rate=0.01).wait(60)
    (losses,) = of(explorer.resume(250).wait(60).recorded, Losses)
    assert losses.loss[-100:].mean() < 0.75 * losses.loss[:10].mean()
    explorer.close()


def test_paused_and_resumed_is_never_paused(cloud: PointCloudExplorer) -> None:
    for more in (1, 7, 1, 20):
        cloud.resume(more).wait(60)
    cloud.resume()
    until(lambda: updates(cloud) > 45)
    cloud.pause()
    cloud.wait(60)
    straight = PointCloudExplorer(**SMALL)
    straight.resume(updates(cloud) - 12).wait(60)
    assert updates(straight) == updates(cloud)
    assert equal(weights(straight), weights(cloud))
    assert of(straight.recorded, Losses)[0].loss.tolist() == of(cloud.recorded, Losses)[0].loss.tolist()
    straight.close()


def test_saved_and_loaded_is_never_stopped(cloud: PointCloudExplorer, tmp_path: Path) -> None:
    cloud.rate = 0.01
    cloud.resume(5).wait(60)
    other = PointCloudExplorer(data="rings", **SMALL)
    assert other.load(cloud.save(tmp_path / "cloud.safetensors")).status == "paused"
    assert (other.data, other.rate, updates(other)) == ("moons", 0.01, 17)
    cloud.resume(20).wait(60)
    other.resume(20).wait(60)
    assert equal(weights(cloud), weights(other))
    mine, theirs = ([encode(message, 0, 0) for message in each.recorded if message.kind != "status"] for each in (cloud, other))
    assert [(one.content, [*map(bytes, one.buffers)]) for one in mine] == [
        (one.content, [*map(bytes, one.buffers)]) for one in theirs
    ]
    other.close()


def test_it_is_saved_while_it_goes_on(cloud: PointCloudExplorer, tmp_path: Path) -> None:
    cloud.resume()
    until(lambda: updates(cloud) > 14)
    path = cloud.save(tmp_path / "cloud.safetensors")
    other = PointCloudExplorer(**SMALL).load(path)
    assert cloud.status in {"queued", "running"}
    until(lambda: updates(cloud) > updates(other))
    assert updates(other) > 14
    straight = PointCloudExplorer(**SMALL)
    straight.resume(updates(other) - 12).wait(60)
    assert equal(weights(straight), weights(other))
    for explorer in (other, straight):
        explorer.close()


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "damaged|cut off"),
        (lambda path: path.write_bytes(b"no safetensors"), "no safetensors file"),
        (lambda path: save_file({"a": torch.zeros(1)}, path), "no session that this version"),
        (lambda path: (path.unlink(), path.mkdir()), "is a folder"),
    ],
)
def test_a_file_that_is_no_session_is_refused_in_one_line_and_nothing_changes(
    cloud: PointCloudExplorer, tmp_path: Path, harm: Callable[[Path], None], why: str
) -> None:
    path = cloud.save(tmp_path / "cloud.safetensors")
    harm(path)
    runs = cloud._sessions.history.count
    with pytest.raises(SessionError, match=why) as caught:
        cloud.load(path)
    assert "\n" not in str(caught.value)
    assert (cloud._sessions.history.count, cloud.status) == (runs, "paused")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"explorer": "OtherExplorer"}, "session of OtherExplorer"),
        ({"request": {"data": "cube", "points": 60, "width": 8, "seed": 0}}, "must be one of"),
        ({"live": {}}, "other fields"),
        ({"messages": [{"kind": "code", "data": {}, "buffers": 0}]}, "unknown kind"),
    ],
)
def test_a_session_with_other_content_is_refused(
    cloud: PointCloudExplorer, tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    path = cloud.save(tmp_path / "cloud.safetensors")
    metadata = tensor_file.metadata_of(path.read_bytes())
    facts = json.loads(metadata.pop("session")) | change
    metadata.pop("digest")
    tensor_file.write(path, {**metadata, "session": json.dumps(facts)}, load_file(path))
    with pytest.raises(SessionError, match=why):
        cloud.load(path)
    assert cloud.status == "paused"


def test_what_is_over_can_not_be_saved(cloud: PointCloudExplorer, tmp_path: Path) -> None:
    cloud.cancel()
    with pytest.raises(SessionError, match="no session to save"):
        cloud.save(tmp_path / "cloud.safetensors")
    assert not [*tmp_path.iterdir()]


def test_the_rate_is_read_by_the_next_slice_and_asks_for_no_run(cloud: PointCloudExplorer) -> None:
    page_sets(cloud, rate=0.05)
    assert [(change.value, change.update) for change in of(cloud.recorded, Changed)] == [("0.002", 0), ("0.05", 12)]
    before = weights(cloud)
    cloud.resume(1).wait(60)
    largest = max(
        float((after - before[name]).abs().max()) for name, after in weights(cloud).items() if name.startswith("now/network")
    )
    assert 0.01 < largest < 0.2  # an update of Adam is about as large as its rate
    assert cloud._sessions.history.count == 1
    with pytest.raises(traitlets.TraitError, match="rate must be a number from"):
        cloud.rate = 3.0


def test_a_page_pauses_resumes_and_resets(cloud: PointCloudExplorer) -> None:
    def says(**content: Any) -> None:
        cloud._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})

    says(kind="resume", updates=3)
    cloud.wait(60)
    assert updates(cloud) == 15
    says(kind="resume", updates="many")
    until(lambda: updates(cloud) > 20)
    says(kind="pause")
    cloud.wait(60)
    assert cloud.status == "paused"
    says(kind="reset")
    cloud.wait(60)
    assert (updates(cloud), cloud.status) == (0, "paused")
    page_sets(cloud, data="roll")
    cloud.wait(60)
    assert (updates(cloud), cloud._sessions.history.count) == (12, 3)


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "all"])
def test_a_number_of_updates_is_checked(cloud: PointCloudExplorer, value: Any) -> None:
    with pytest.raises(ValueError, match="updates must be a whole number from 1"):
        cloud.resume(value)


def exported(path: Path) -> list[dict[str, Any]]:
    text = re.search(r'id="dx-messages">([^<]*)<', path.read_text("utf-8"))
    assert text
    pack = gzip.decompress(base64.b64decode(text[1]))
    (length,) = struct.unpack("<I", pack[:4])
    return list(json.loads(pack[4 : 4 + length]))


def test_an_export_is_what_a_page_gets_that_comes_now(cloud: PointCloudExplorer, tmp_path: Path) -> None:
    comm(cloud).sent.clear()
    page_says(cloud, "ready")
    replayed = comm(cloud).contents
    entries = exported(cloud.to_html(tmp_path / "cloud.html"))
    assert [{name: value for name, value in entry.items() if name != "buffers"} for entry in entries] == replayed
    assert (replayed[-1]["kind"], replayed[-1]["data"]["state"]) == ("status", "paused")


def test_one_that_goes_on_is_exported_where_it_stands_and_goes_on(cloud: PointCloudExplorer, tmp_path: Path) -> None:
    cloud.resume()
    until(lambda: updates(cloud) > 14)
    entries = exported(cloud.to_html(tmp_path / "cloud.html"))
    assert cloud.status in {"queued", "running"}
    assert entries[-1]["data"]["state"] == "paused"
    assert "<svg" in (tmp_path / "cloud.html").read_text("utf-8").split("<noscript>")[1]
    before = updates(cloud)
    until(lambda: updates(cloud) > before)


def test_what_was_paused_before_it_began_has_nothing_to_show_and_begins_when_it_is_resumed(tmp_path: Path) -> None:
    owner, gate = torch.nn.Identity(), threading.Event()
    client = Worker.of(owner).client()
    client.submit(lambda _: gate.wait(30) and None)
    explorer = PointCloudExplorer(owner, **SMALL)
    explorer.pause()
    explorer.wait(5)
    with pytest.raises(NoFinishedRunError):
        explorer.to_html(tmp_path / "cloud.html")
    explorer.resume(3)
    gate.set()
    assert updates(explorer.wait(60)) == 3
    explorer.close()
    client.close()


def test_history_export_and_replay_have_a_ceiling(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module.Training, "_losses", lambda self: iter(np.random.default_rng(0).random(10**6).tolist()))
    monkeypatch.setattr(module, "EVERY", 50)
    explorer = PointCloudExplorer(**SMALL).wait(60)
    sizes = []
    for goal in (2_000, 20_000):
        explorer.resume(goal - updates(explorer)).wait(120)
        comm(explorer).sent.clear()
        page_says(explorer, "ready")
        replayed = sum(
            len(json.dumps(data)) + sum(len(buffer) for buffer in buffers) for _, data, buffers in comm(explorer).sent
        )
        sizes.append((len(explorer.recorded), replayed, explorer.to_html(tmp_path / "cloud.html").stat().st_size))
    assert len(of(explorer.recorded, Losses)[0].at) in range(1000, 2001)
    assert len(of(explorer.recorded, Sheet)) in range(30, 61)
    assert all(later < 1.7 * sooner for sooner, later in zip(*sizes, strict=True)), sizes
    explorer.close()


def test_closing_while_it_goes_on_leaves_nothing() -> None:
    explorer = PointCloudExplorer(**SMALL)
    explorer.resume()
    until(lambda: updates(explorer) > 3)
    going = explorer._sessions._going
    assert going is not None
    session = weakref.ref(going.session)
    del going
    explorer.close()
    until(lambda: gc.collect() >= 0 and session() is None)
    assert explorer.recorded == []


def test_a_script_that_ends_while_it_goes_on_ends_at_once_and_well() -> None:
    script = (
        "import time; from docs.examples.point_cloud import PointCloudExplorer\n"
        "explorer = PointCloudExplorer(points=60, width=8); explorer.resume()\n"
        "while explorer.status != 'running': time.sleep(0.01)\n"
        "print(time.time(), flush=True)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert time.time() - float(done.stdout) < 5
