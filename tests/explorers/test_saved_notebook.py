"""What nbconvert, GitHub and a reopened notebook have to go by is in the output itself: a true picture, and no script.

One notebook holds all explorers, because a kernel takes longer to start than they do to run.
"""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from diffexplain.explorers.registry import CLASSES
from tests.explorers.examples import PREAMBLE, code, example
from tests.explorers.front_end import ENVIRONMENT

pytestmark = pytest.mark.kernel

LIMIT = 60_000  # bytes


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    """A cell that makes and shows each explorer, a cell that waits for them all, and one that shows each again."""
    cells = [
        PREAMBLE,
        *(f"{name} = {code(name)}\n{name}" for name in CLASSES),
        f"for one in ({', '.join(CLASSES)}): one.wait(120)",
        *CLASSES,
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=240, kernel_name="python3").execute(env=ENVIRONMENT)
    return notebook


def stills(cell: nbformat.NotebookNode) -> list[str]:
    found = [output.get("data", {}).get("text/html", "") for output in cell.outputs]
    return [still for still in found if "dx-fallback" in still]


@pytest.mark.parametrize("name", CLASSES)
def test_a_saved_notebook_shows_a_true_picture_without_a_kernel(notebook: nbformat.NotebookNode, name: str) -> None:
    place = list(CLASSES).index(name)
    shown, again = notebook.cells[1 + place], notebook.cells[2 + len(CLASSES) + place]
    assert any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in shown.outputs)
    (first,), (last,) = stills(shown), stills(again)
    for still in (first, last):  # filled where it was shown first, and there at once when it is shown again
        assert [words for words in example(name).still if words not in still] == []
        assert "data:image/" in still
        assert "<b>a fox" not in still
        assert len(still) < LIMIT


def test_as_a_page_it_shows_the_same(notebook: nbformat.NotebookNode) -> None:
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert page.count("data:image/") >= 2 * len(CLASSES)
    assert "&lt;b&gt;a fox" in page
