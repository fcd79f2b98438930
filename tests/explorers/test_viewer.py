"""A file opens in the explorer that fits, and a bad one says in words what is wrong with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

import diffexplain as dx
from diffexplain.core import tensor_file
from diffexplain.errors import DiffexplainError, SessionError, TraceFormatError
from diffexplain.explorers import viewer
from diffexplain.explorers.denoise.messages import Step
from diffexplain.explorers.session_explorer import SessionExplorer
from diffexplain.i18n import set_language
from docs.examples.point_cloud import PointCloudExplorer
from tests import tiny
from tests.explorers.conftest import of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def trace() -> dx.Trace:
    pipe = tiny.sd()
    with dx.record(pipe, attention=True) as trace:
        pipe("a red circle", num_inference_steps=3, guidance_scale=3.0, generator=torch.Generator().manual_seed(4))
    return trace


@pytest.fixture
def run(trace: dx.Trace, tmp_path: Path) -> Path:
    path = tmp_path / "“a 'red' \"circle\"” 一个圆.dxtrace"
    trace.save(path)
    return path


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[PointCloudExplorer]:
    monkeypatch.setattr(PointCloudExplorer, "goal", 12)
    explorer = PointCloudExplorer(data="rings", points=60, width=8).wait(60)
    yield explorer
    explorer.close()


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Any]]:
    made = []

    def open_it(path: Path) -> Any:
        made.append(viewer.open_file(path))
        return made[-1]

    yield open_it
    for explorer in made:
        explorer.close()


@pytest.fixture
def in_english() -> Iterator[None]:
    yield
    set_language("en")


def rewritten(path: Path, **metadata: str) -> Path:
    """The file with other metadata and a right digest."""
    known = tensor_file.metadata_of(path.read_bytes())
    del known["digest"]
    tensor_file.write(path, known | metadata, load_file(path))
    return path


def test_a_recorded_run_opens_as_the_bench_of_its_trace(run: Path, trace: dx.Trace, opened: Callable[[Path], Any]) -> None:
    bench = opened(run).wait(60)
    assert (bench.prompt, bench.seed, bench.opened) == ("a red circle", 4, ["denoise"])
    assert len(of(bench["denoise"].recorded, Step)) == len(trace.steps)
    assert not bench.lacking("attention")


def test_a_session_opens_paused_where_it_stood(
    cloud: PointCloudExplorer, tmp_path: Path, opened: Callable[[Path], Any]
) -> None:
    again = opened(cloud.save(tmp_path / "cloud.dxsession"))
    assert isinstance(again, PointCloudExplorer)
    assert (again.data, again.points, again.status) == ("rings", 60, "paused")
    (mine,), (theirs,) = ([m for m in each.recorded if m.kind == "losses"] for each in (cloud, again))
    np.testing.assert_array_equal(mine.loss, theirs.loss)


def test_what_is_in_a_file_decides_and_not_its_name(run: Path, opened: Callable[[Path], Any]) -> None:
    other = run.with_name("cloud.dxsession")
    run.rename(other)
    assert opened(other).seed == 4


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda path: path.unlink(), "There is no file"),
        (lambda path: (path.unlink(), path.mkdir()), "is a folder"),
        (lambda path: path.write_bytes(b""), "neither a recorded run nor a saved session"),
        (lambda path: path.write_bytes(b"\xff" * 100), "neither a recorded run nor a saved session"),
        (lambda path: path.write_text("{}"), "neither a recorded run nor a saved session"),
        (lambda path: save_file({"a": torch.zeros(1)}, path), "neither a recorded run nor a saved session"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "damaged or cut off"),
        (lambda path: path.write_bytes(path.read_bytes()[:40]), "cut off at its start"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b'"version":"1"', b'"version":"9"')), "format version 9"),
        (lambda path: rewritten(path, trace="[]"), "no complete trace"),
    ],
)
def test_a_bad_file_is_refused_in_words(run: Path, harm: Callable[[Path], object], why: str, in_english: None) -> None:
    harm(run)
    with pytest.raises((DiffexplainError, OSError), match=why) as refused:
        viewer.open_file(run)
    assert str(run) in str(refused.value)
    answer = viewer.answer(str(run), "en")
    assert (answer.model, answer.message["en"]) == ("", str(refused.value))


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "damaged or cut off"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b'"version":"1"', b'"version":"2"')), "format version 2"),
        (lambda path: rewritten(path, session="nothing"), "does not say of which explorer"),
        (lambda path: rewritten(path, session=json.dumps({"explorer": "os.system"})), "session of os.system"),
        (lambda path: rewritten(path, session=json.dumps({"explorer": "DenoiseExplorer"})), "session of DenoiseExplorer"),
        (lambda path: rewritten(path, session=json.dumps({"explorer": "PointCloudExplorer"})), "holds no session"),
    ],
)
def test_a_bad_session_is_refused_in_words_and_leaves_no_explorer(
    cloud: PointCloudExplorer, tmp_path: Path, harm: Callable[[Path], object], why: str
) -> None:
    path = cloud.save(tmp_path / "cloud.dxsession")
    harm(path)
    before = set(PointCloudExplorer.widgets)
    with pytest.raises(SessionError, match=why):
        viewer.open_file(path)
    assert set(PointCloudExplorer.widgets) == before


def test_an_explorer_that_can_not_be_made_says_so(cloud: PointCloudExplorer, tmp_path: Path) -> None:
    class Demanding(SessionExplorer):
        def __init__(self, pipeline: object) -> None:
            raise AssertionError

    path = rewritten(cloud.save(tmp_path / "cloud.dxsession"), session=json.dumps({"explorer": "Demanding"}))
    with pytest.raises(SessionError, match=r"Demanding could not be made: .*pipeline"):
        viewer.open_file(path)


OPEN = """
import sys
from diffexplain.explorers import viewer
for site in sys.argv[2:]:
    sys.path.append(site)
    try:
        explorer = viewer.open_file(sys.argv[1])
        print(type(explorer).__name__, explorer.status)
    except Exception as error:
        print(type(error).__name__, str(error).replace("\\n", " "))
    sys.path.remove(site)
"""
OFFERS = {
    "PointCloudExplorer = no_such_module:PointCloudExplorer": "SessionError The package of PointCloudExplorer",
    "PointCloudExplorer = pathlib:Path": "SessionError This is a session of PointCloudExplorer",
    "OtherExplorer = docs.examples.point_cloud:PointCloudExplorer": "SessionError This is a session of PointCloudExplorer",
    "PointCloudExplorer = docs.examples.point_cloud:PointCloudExplorer": "PointCloudExplorer paused",
}


def test_an_explorer_is_found_by_what_an_installed_package_offers(cloud: PointCloudExplorer, tmp_path: Path) -> None:
    """In one process, which takes longer to start than all it is asked."""
    path, sites = cloud.save(tmp_path / "cloud.dxsession"), []
    for at, offers in enumerate(OFFERS):
        facts = tmp_path / f"site{at}" / "clouds-1.0.dist-info"
        facts.mkdir(parents=True)
        (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: clouds\nVersion: 1.0\n")
        (facts / "entry_points.txt").write_text(f"[diffexplain.explorers]\n{offers}\n")
        sites.append(str(facts.parent))
    ran = subprocess.run(
        [sys.executable, "-c", OPEN, str(path), *sites], env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    for found, said in zip(ran.stdout.splitlines(), OFFERS.values(), strict=True):
        assert found.startswith(said), ran.stdout


def test_a_page_is_answered_with_a_widget_and_again_with_the_same_one(run: Path, in_english: None) -> None:
    first = viewer.answer(str(run), "zh")
    bench = viewer._shown[str(run)]
    assert first._repr_mimebundle_()[viewer.MIME] == {"model": bench.model_id, "message": {}}
    assert bench.language == "zh"
    assert viewer.answer(str(run), "zh") == first
    bench.close()
    second = viewer.answer(str(run), "zh")
    assert second.model not in ("", first.model)
    viewer._shown.pop(str(run)).close()


def test_a_refusal_is_in_all_languages_whatever_the_file_is_called(tmp_path: Path, in_english: None) -> None:
    path = tmp_path / "{path} %s.dxtrace"
    answer = viewer.answer(str(path), "zh")
    assert answer.message.keys() == {"en", "zh"}
    assert all(str(path) in message for message in answer.message.values())


def test_memory_is_not_spent_on_a_file_that_is_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "large.dxtrace"
    with path.open("wb") as file:
        file.write(b"\xff" * 8)
        file.truncate(8 << 30)  # sparse: 8 GB that nobody could read
    with pytest.raises(TraceFormatError):
        viewer.open_file(path)
    path.unlink()
