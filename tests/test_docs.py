"""The documentation shows the code of its examples as it stands, and the examples run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from diffexplain.explorers.explorer import Explorer
from diffexplain.models.learned import unlearned
from docs.examples.blog_post import build as blog_post
from docs.examples.guidance_scales.explorer import GuidanceScalesExplorer
from docs.examples.guidance_scales.messages import Drawn
from tests import tiny

DOCS = Path(__file__).parents[1] / "docs"
EXAMPLE = DOCS / "examples" / "guidance_scales"
TEXT = (DOCS / "your-own-explorer.md").read_text("utf-8")
PYTHON = [block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "from docs.examples" not in block]


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: next(iter(re.findall(r"class (\w+)", block)), "code"))
def test_what_it_shows_is_what_runs(block: str) -> None:
    sources = [path.read_text("utf-8") for path in sorted(EXAMPLE.glob("*.py"))]
    assert any(block in source for source in sources)


def test_an_explorer_of_one_view_costs_sixty_lines_of_each() -> None:
    for suffix in ("py", "js"):
        lines = sum(len(path.read_text("utf-8").splitlines()) for path in EXAMPLE.glob(f"*.{suffix}"))
        assert lines <= 60
        language = {"py": "Python", "js": "JavaScript"}[suffix]
        assert re.search(rf"{lines} (lines )?of {language}", TEXT)


def test_every_file_it_names_is_there() -> None:
    for name in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (DOCS / name).exists()
    for name in re.findall(r"`((?:diffexplain|tests)/[\w/.]+)`", TEXT.replace("NAME", "seed")):
        assert (DOCS.parent / name).exists(), name


def test_the_example_draws_what_its_pipeline_draws_alone(tmp_path: Path) -> None:
    pipe: Any = tiny.sd()
    explorer: Explorer = GuidanceScalesExplorer(pipe, prompt="a red circle", scales=[1, 5], steps=2).wait(60)
    (drawn,) = [message for message in explorer.recorded if isinstance(message, Drawn)]
    assert drawn.request.scales == [1.0, 5.0]
    assert len({picture.data for picture in drawn.pictures}) == 2
    page = explorer.to_html(tmp_path / "scales.html").read_text("utf-8")
    explorer.close()
    assert "dx-messages" in page
    assert "guidance-scales" in page


def test_the_blog_post_asks_for_nothing_that_the_model_never_learned() -> None:
    for name, (_, _, prompts) in blog_post.EXPLORERS.items():
        assert [each for prompt in prompts.values() for each in unlearned(prompt)] == [], name
