"""The exported page holds the run and nothing that could turn into markup or ask the network."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

import diffexplain as dx
from diffexplain.explorers import joined
from diffexplain.explorers.inert import pack
from diffexplain.explorers.page import HOME, page
from diffexplain.live.exported_run import ExportedRun
from tests import tiny

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def unzipped(block: str) -> bytes:
    return gzip.decompress(base64.b64decode(block))


def test_the_page_holds_what_the_widget_was_sent_and_its_module(explorer: dx.DenoiseExplorer) -> None:
    recording = explorer.exported_run()
    scripts = Blocks(page(recording)).scripts
    assert unzipped(scripts["dx-messages"]) == pack(recording.messages)
    assert unzipped(scripts["dx-modules"]).decode("utf-8") == joined.scripts(["denoise"])
    assert "dx-widgets" not in scripts


def test_nothing_in_it_has_an_address_but_the_link_of_its_last_line(explorer: dx.DenoiseExplorer) -> None:
    text = page(explorer.exported_run())
    text += unzipped(Blocks(text).scripts["dx-modules"]).decode("utf-8")
    link = f'<a href="{HOME}" rel="noopener">'  # fetched by nobody who does not follow it
    assert text.count(link) == 1
    bare = re.sub(r"http://www\.w3\.org/\S+", "", text.replace(link, ""))  # names of XML vocabularies, which nobody fetches
    assert not re.search(r"(https?:)?//[a-z0-9-]+\.[a-z]", re.sub(r"[A-Za-z0-9+/=]{200,}", "", bare))
    assert "default-src 'none'" in text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
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
    assert spiced.scripts["dx-modules"] == known.scripts["dx-modules"]
