"""The exported page holds the run and nothing that could turn into markup or ask the network; it is written whole or not at all."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import struct
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

import diffexplain as dx
from diffexplain.explorers.page import HOME
from diffexplain.export import page
from diffexplain.live.exported_run import ExportedRun
from tests import tiny

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def explorer() -> Iterator[dx.DenoiseExplorer]:
    explorer = dx.DenoiseExplorer(tiny.sd(), prompt="a red circle", steps=3).wait(60)
    yield explorer
    explorer.close()


class Blocks(HTMLParser):
    """What a browser's parser sees: the tags, the text of each script by id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.scripts: dict[str, str] = {}
        self.open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open = (dict(attributes).get("id") or "host") if tag == "script" else ""

    def handle_endtag(self, tag: str) -> None:
        self.open = ""

    def handle_data(self, data: str) -> None:
        if self.open:
            self.scripts[self.open] = self.scripts.get(self.open, "") + data


def unpack(block: str) -> list[tuple[dict[str, Any], list[bytes]]]:
    pack = gzip.decompress(base64.b64decode(block))
    (length,) = struct.unpack_from("<I", pack)
    at, messages = 4 + length, []
    for entry in json.loads(pack[4 : 4 + length]):
        sizes = entry.pop("buffers")
        buffers = []
        for size in sizes:
            buffers.append(pack[at : at + size])
            at += size
        messages.append((entry, buffers))
    assert at == len(pack)
    return messages


def test_the_page_holds_what_the_widget_was_sent(explorer: dx.DenoiseExplorer) -> None:
    recording = explorer.exported_run()
    sent = unpack(Blocks(page(recording)).scripts["dx-messages"])
    assert [entry for entry, _ in sent] == [message.content for message in recording.messages]
    assert [buffers for _, buffers in sent] == [[bytes(buffer) for buffer in message.buffers] for message in recording.messages]


def test_nothing_in_it_has_an_address_but_the_link_of_its_last_line(explorer: dx.DenoiseExplorer) -> None:
    text = page(explorer.exported_run())
    link = f'<a href="{HOME}" rel="noopener">'  # fetched by nobody who does not follow it
    assert text.count(link) == 1
    bare = re.sub(r"http://www\.w3\.org/\S+", "", text.replace(link, ""))  # names of XML vocabularies, which nobody fetches
    assert not re.search(r"(https?:)?//[a-z0-9-]+\.[a-z]", re.sub(r"[A-Za-z0-9+/=]{200,}", "", bare))
    assert "default-src 'none'" in text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.sampled_from(["</script>", "<!--", "]]>", "</title><b>", "&lt;", "<script>", "\u2028", "'\"`${x}"])
    | st.text(st.characters(exclude_categories=["Cs"]))
)
def test_text_is_never_markup(explorer: dx.DenoiseExplorer, text: str) -> None:
    plain = explorer.exported_run()
    known = Blocks(page(ExportedRun(plain.name, "", "", plain.traits, plain.messages, "")))
    spiced = Blocks(
        page(ExportedRun(plain.name, text, text, {**plain.traits, "prompt": text}, plain.messages, html.escape(text)))
    )
    assert spiced.tags == known.tags
    assert json.loads(spiced.scripts["dx-state"])["traits"]["prompt"] == text
    assert spiced.scripts["dx-module"] == known.scripts["dx-module"]


def test_the_bundled_model_in_twenty_steps_stays_under_a_megabyte(tmp_path: Path) -> None:
    explorer = dx.DenoiseExplorer(prompt="a fox", seed=7, steps=20).wait(120)
    assert explorer.to_html(tmp_path / "fox.html").stat().st_size < 1_000_000
    explorer.close()


def test_a_file_is_replaced_whole_or_left_alone(
    explorer: dx.DenoiseExplorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.html"
    target.write_text("before")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        explorer.to_html(target)
    monkeypatch.undo()
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]
    explorer.to_html(target)
    assert "dx-messages" in target.read_text("utf-8")


def test_bad_places_are_said(explorer: dx.DenoiseExplorer, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no folder"):
        explorer.to_html(tmp_path / "nowhere" / "out.html")
    with pytest.raises(IsADirectoryError, match="is a folder"):
        explorer.to_html(tmp_path)


def test_without_a_finished_run_there_is_nothing_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tiny.sd()
    explorer = dx.DenoiseExplorer(pipe, prompt="a", steps=1000)
    explorer.cancel()
    with pytest.raises(RuntimeError, match="no finished run"):
        explorer.to_html(tmp_path / "out.html")
    explorer.close()
