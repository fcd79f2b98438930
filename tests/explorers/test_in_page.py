"""What Python writes of a page that generates; what the page does with it: `tests/browser/test_in_page.py`."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load, load_file

import diffexplain as dx
from diffexplain.core import samplers
from diffexplain.core.step_table import step_table
from diffexplain.errors import ExportError
from diffexplain.explorers.in_page import network
from diffexplain.explorers.in_page.explorers import EXPLORERS
from diffexplain.explorers.in_page.facts import MOST_STEPS, SAMPLERS, written
from diffexplain.explorers.in_page.rules import require_request, rules
from diffexplain.models import bundled_path, clip_path
from tests import tiny

PARTS = {
    "facts",
    "tokenizer",
    "glue",
    "runtime",
    "text",
    "text-graph",
    "unet",
    "unet-graph",
    "decoder",
    "decoder-graph",
    "worker",
}  # of an explorer that draws


@pytest.fixture(scope="module")
def explorer() -> Iterator[Any]:
    explorer = dx.DenoiseExplorer(dx.load(device="cpu"), steps=1).wait(60)
    yield explorer
    explorer.close()


@pytest.fixture(scope="module")
def page(explorer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(explorer.to_html(tmp_path_factory.mktemp("live") / "fox/", live=True))


def live_of(page: Path) -> dict[str, Any]:
    (block,) = re.findall(r'id="dx-live">(.*?)</script>', page.read_text("utf-8"))
    found: dict[str, Any] = json.loads(block)
    return found


def test_a_folder_has_a_page_and_every_file_under_the_name_of_its_content(page: Path) -> None:
    assert page.name == "index.html"
    live = live_of(page)
    entries = [*live["files"], live["worker"]]
    assert {entry["name"] for entry in entries} == PARTS
    assert {path.name for path in page.parent.iterdir()} == {"index.html", network.FOLDER}
    assert {f"{network.FOLDER}/{path.name}" for path in (page.parent / network.FOLDER).iterdir()} == {
        each["address"] for each in entries
    }
    for entry in entries:
        content = (page.parent / entry["address"]).read_bytes()
        assert len(content) == entry["bytes"]
        assert (
            entry["name"] in {"glue", "runtime"}
            or hashlib.sha256(gzip.decompress(content)).hexdigest()[:12] in entry["address"]
        )
    weights = next(each for each in entries if each["name"] == "unet")
    (source,) = (bundled_path() / "unet").glob("*.safetensors")
    assert gzip.decompress((page.parent / weights["address"]).read_bytes()) == source.read_bytes()


def test_a_reader_pays_for_reading_what_a_recording_costs(page: Path, explorer: Any, tmp_path: Path) -> None:
    recording = Path(explorer.to_html(tmp_path / "recording.html"))
    assert page.stat().st_size < 1.1 * recording.stat().st_size
    assert "wasm" not in recording.read_text("utf-8").split("<style>")[0]


def test_pages_in_one_folder_share_a_network(explorer: Any, tmp_path: Path) -> None:
    for name in ("one.html", "other.html"):
        assert explorer.to_html(tmp_path / name, live=True) == tmp_path / name
    assert {path.name for path in tmp_path.iterdir()} == {"one.html", "other.html", network.FOLDER}
    assert len(list((tmp_path / network.FOLDER).iterdir())) == len(PARTS)


def test_it_offers_what_it_can_draw_with(page: Path) -> None:
    (state,) = re.findall(r'id="dx-state">(.*?)</script>', page.read_text("utf-8"))
    assert {each["name"] for each in json.loads(state)["traits"]["_controls"]["samplers"]} == set(SAMPLERS)
    assert live_of(page)["rules"]["sampler"] == {"kind": "choice", "allowed": list(SAMPLERS)}


def test_of_clip_a_page_has_the_picture_tower_alone() -> None:
    (file,) = (file for file in network.files("guidance", {}) if file.name == "seen")
    assert len(file.content) < 0.5 * (clip_path() / "model.safetensors").stat().st_size
    found, wanted = load(gzip.decompress(file.content)), load_file(clip_path() / "model.safetensors")
    assert found.keys() == wanted.keys()
    for name, values in found.items():
        assert not values.any() if name.startswith("text_") else values.equal(wanted[name])


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_field_of_an_explorer_has_a_rule(name: str) -> None:
    explorer = dx.explorers()[name](**({"sampler": "ddim"} if "sampler" in dx.explorers()[name]._fields else {}))
    explorer.cancel()
    fields = [each.name for each in explorer._fields.values() if each.request]
    found = rules(fields, explorer.offer()["limits"], explorer.in_page())
    require_request({field: getattr(explorer, field) for field in fields}, found)
    assert list(found) == fields
    explorer.close()


def test_every_explorer_that_it_knows_has_its_part_in_the_thread() -> None:
    folder = Path(dx.__file__).parent / "frontend" / "network" / "explorers"
    assert {path.stem for path in folder.glob("*.js") if ".test." not in path.name} == set(EXPLORERS)


def test_its_tables_are_those_of_the_pipelines_samplers(explorer: Any) -> None:
    tables = explorer.in_page()["tables"]
    assert tables.keys() == set(SAMPLERS)
    for name in SAMPLERS:
        assert list(tables[name]) == list(range(1, MOST_STEPS + 1))
        scheduler = samplers.build(name, explorer.pipeline.scheduler)
        for count in (1, 7, MOST_STEPS):
            start, rows = written(step_table(scheduler, count))
            assert [start, rows] == tables[name][count]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sampler": "unipc"}, "sampler='unipc'; change it to ddim, euler"),
        ({"steps": 51}, "steps=51; change it to a whole number from 1 to 50"),
        ({"height": 64}, "height=64; change it to 128"),
    ],
)
def test_what_a_page_could_not_go_on_from_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    explorer = dx.DenoiseExplorer(dx.load(device="cpu"), **{"steps": 1, "guidance_scale": 1.0, **changes})
    with pytest.raises(ExportError, match=re.escape(words)):
        explorer.wait(120).to_html(tmp_path / "x", live=True)
    explorer.close()


def test_another_pipeline_or_explorer_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for explorer, words in (
        (dx.DenoiseExplorer(tiny.sd(), steps=1), "the bundled model alone"),
        (dx.NoiseExplorer(), "a page can draw what these explorers show"),
    ):
        with pytest.raises(ExportError, match=words):
            explorer.to_html(tmp_path / "x", live=True)
        explorer.close()
    assert list(tmp_path.iterdir()) == []


def test_where_it_cannot_be_written_is_said_before_a_run_is_waited_for(explorer: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match="is a file; give the name of a folder"):
        explorer.to_html(tmp_path / "file", live=True)
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        explorer.to_html(tmp_path / "none" / "fox", live=True)
    with pytest.raises(IsADirectoryError, match="is a folder"):
        explorer.to_html(tmp_path, live=True, one_file=True)
