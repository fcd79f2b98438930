"""What nbconvert, GitHub and a reopened notebook have to go by is in the output itself: a true picture, and no script.

One notebook holds all explorers, because a kernel takes longer to start than they do to run.
"""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from tests.explorers.front_end import ENVIRONMENT

pytestmark = pytest.mark.kernel

MADE = {
    "denoise": "dx.DenoiseExplorer(tiny.sd(), prompt='<b>a fox</b>', steps=3)",
    "noise": "dx.NoiseExplorer(picture='prompt:<b>a fox</b>', steps=3)",
    "seed": "dx.SeedExplorer(prompt='<b>a fox</b>', count=4, steps=2)",
    "attention": "dx.AttentionExplorer(prompt='<b>a fox</b> next to a cat', steps=3)",
    "sampler": "dx.SamplerExplorer(tiny.sd(), prompt='<b>a fox</b>', samplers=['ddim', 'heun'], steps=3)",
    "similarity": "dx.SimilarityExplorer(['gallery:1'], ['<b>a fox</b>', 'b'])",
}
LIMIT = 60_000  # bytes


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    """A cell that makes and shows each explorer, a cell that waits for them all, and one that shows each again."""
    code = [
        "import diffexplain as dx\nfrom tests import tiny",
        *(f"{name} = {made}\n{name}" for name, made in MADE.items()),
        "for one in ({}): one.wait(120)".format(", ".join(MADE)),
        *MADE,
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in code])
    NotebookClient(notebook, timeout=240, kernel_name="python3").execute(env=ENVIRONMENT)
    return notebook


def stills(cell: nbformat.NotebookNode) -> list[str]:
    found = [output.get("data", {}).get("text/html", "") for output in cell.outputs]
    return [still for still in found if "dx-fallback" in still]


@pytest.mark.parametrize(
    ("name", "part", "pictures"),
    [
        ("denoise", "&lt;b&gt;a fox&lt;/b&gt;", 1),
        ("noise", "schedule linear", 1),
        ("seed", "seeds 0 to 3", 1),
        ("attention", "next to a cat", 5),
        ("sampler", "Heun (5 evaluations)", 1),
        ("similarity", "&lt;b&gt;a fox&lt;/b&gt;", 1),
    ],
)
def test_a_saved_notebook_shows_a_true_picture_without_a_kernel(
    notebook: nbformat.NotebookNode, name: str, part: str, pictures: int
) -> None:
    place = list(MADE).index(name)
    shown, again = notebook.cells[1 + place], notebook.cells[2 + len(MADE) + place]
    assert any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in shown.outputs)
    (first,), (last,) = stills(shown), stills(again)
    for still in (first, last):  # filled where it was shown first, and there at once when it is shown again
        assert part in still
        assert still.count("data:image/") >= pictures
        assert "<b>a fox" not in still
        assert len(still) < LIMIT


def test_as_a_page_it_shows_the_same(notebook: nbformat.NotebookNode) -> None:
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert page.count("data:image/") >= 2 * len(MADE)
    assert "&lt;b&gt;a fox" in page


def test_similarities_are_a_table(notebook: nbformat.NotebookNode) -> None:
    (still,) = stills(notebook.cells[-1])
    assert still.count("<td") == 2
