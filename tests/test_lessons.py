"""The lessons are copied whole, updated where nobody changed them, and never written over a learner's own work."""

from __future__ import annotations

import ast
import json
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diffexplain import lessons
from diffexplain.explorers.registry import CLASSES
from diffexplain.i18n import LANGUAGES
from diffexplain.models.learned import unlearned

NAMES = sorted(path.name for path in (lessons.folder() / "en").glob("*.ipynb"))
PATHS = sorted(lessons.folder().glob("*/*.ipynb"))
WIDTH = 105  # of a line of code in columns: what JupyterLab shows of it in a window of 1,280 px, its list of files open


def cells(path: Path, kind: str) -> list[str]:
    """The sources of a lesson's cells of a kind, in order."""
    return ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def of_lesson(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def sentences(code: str) -> Iterator[str]:
    """What a cell gives to the model or to its CLIP to read."""
    for call in ast.walk(ast.parse(code)):
        if isinstance(call, ast.Call):
            told = [
                keyword.value
                for keyword in call.keywords
                if keyword.arg and ("prompt" in keyword.arg or keyword.arg in {"search", "caption"})
            ]
            piped = call.args[:1] if isinstance(call.func, ast.Name) and call.func.id == "pipe" else []
            for value in (*told, *piped):
                yield from (
                    part.value for part in ast.walk(value) if isinstance(part, ast.Constant) and isinstance(part.value, str)
                )


class WithoutWords(ast.NodeTransformer):
    """Leaves of code what is the same in every language: no text, nothing that a text alone is given to, no switch of the language."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("" if isinstance(node.value, str) else node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.Tuple:
        values = [self.visit(part.value) for part in node.values if isinstance(part, ast.FormattedValue)]
        return ast.Tuple(sorted(values, key=ast.dump))

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        return ast.Attribute(self.visit(node.value), node.attr.removesuffix("_zh"))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        texts = [each for each in node.keywords if isinstance(each.value, ast.Constant) and isinstance(each.value.value, str)]
        node.keywords = [each for each in node.keywords if each not in texts]
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        call = node.value
        switch = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "set_language"
        return None if switch else self.generic_visit(node)


def copied(target: Path) -> dict[str, str]:
    return {f"{copy.path.parent.name}/{copy.path.name}": copy.outcome for copy in lessons.copy(target)}


def test_a_chinese_lesson_speaks_chinese_from_its_first_cell_of_code_on() -> None:
    for path in (lessons.folder() / "zh").glob("*.ipynb"):
        first = next(cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code")
        assert 'dx.set_language("zh")' in "".join(first["source"]), path.name


def test_every_language_has_the_same_lessons() -> None:
    names = [sorted(path.name for path in (lessons.folder() / language).glob("*.ipynb")) for language in LANGUAGES]
    assert names[0] == names[1]
    assert lessons.FIRST in names[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_is_the_same_lesson_in_every_language(name: str) -> None:
    told = [json.loads((lessons.folder() / language / name).read_text("utf-8"))["cells"] for language in LANGUAGES]
    assert [(cell["id"], cell["cell_type"]) for cell in told[0]] == [(cell["id"], cell["cell_type"]) for cell in told[1]]
    for lesson, language in zip(told, LANGUAGES, strict=True):
        assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in lesson)
        prose = "".join(cells(lessons.folder() / language / name, "markdown"))
        chinese = sum("\u4e00" <= character <= "\u9fff" for character in prose) / len(prose)
        assert chinese > 0.4 if language == "zh" else chinese < 0.05


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_does_the_same_in_every_language(name: str) -> None:
    """So that `make notebooks` may run each in one of them."""
    told = [cells(lessons.folder() / language / name, "code") for language in LANGUAGES]
    for codes in zip(*told, strict=True):
        one, *others = (ast.dump(WithoutWords().visit(ast.parse(code))) for code in codes)
        assert others == [one] * len(others), codes[0]


@pytest.mark.parametrize("path", PATHS, ids=of_lesson)
def test_a_lesson_says_only_what_the_model_has_learned(path: Path) -> None:
    """A text tells the learner what will be seen; of a word that it never met the model makes anything."""
    said = [sentence for code in cells(path, "code") for sentence in sentences(code)]
    assert {sentence: unlearned(sentence) for sentence in said if unlearned(sentence)} == {}


def test_the_lessons_give_the_model_sentences() -> None:
    """So that the test above looks at some."""
    assert all(list(sentences("\n".join(cells(path, "code")))) for path in PATHS if path.name[:2] not in ("00", "02", "08"))


@pytest.mark.parametrize("path", PATHS, ids=of_lesson)
def test_every_line_of_code_is_seen_whole(path: Path) -> None:
    assert [line for code in cells(path, "code") for line in code.splitlines() if columns(line) > WIDTH] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lesson_leads_to_the_next(language: str) -> None:
    for name, following in pairwise(NAMES):
        assert f"]({following})" in cells(lessons.folder() / language / name, "markdown")[-1]


@pytest.mark.parametrize("path", PATHS, ids=of_lesson)
def test_a_lesson_run_as_a_whole_looks_as_its_text_says(path: Path) -> None:
    """No cell changes what an earlier one shows, and none shows it a second time."""
    shown: set[str] = set()
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        statements = ast.parse("".join(cell["source"])).body
        changed = {
            target.value.id
            for statement in statements
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
        }
        made = {
            name.id
            for statement in statements
            if isinstance(statement, ast.Assign)
            for name in statement.targets
            if isinstance(name, ast.Name)
        }
        last = statements[-1].value if isinstance(statements[-1], ast.Expr) else None
        own = last.id if isinstance(last, ast.Name) else ""
        waits = isinstance(last, ast.Call) and isinstance(last.func, ast.Attribute) and last.func.attr == "wait"
        assert not (changed - made) & shown, f"{cell['id']} changes what an earlier cell shows"
        assert not waits, f"{cell['id']} shows it again"
        assert own not in shown or own in made, f"{cell['id']} shows it again"
        shown |= {own} - {""}


@pytest.mark.parametrize("explorer", CLASSES.values())
def test_every_explorer_has_a_lesson_and_a_row_in_the_readme(explorer: str) -> None:
    for language in LANGUAGES:
        assert any(f"dx.{explorer}(" in path.read_text("utf-8") for path in (lessons.folder() / language).glob("*.ipynb"))
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    assert [line for line in readme.splitlines() if line.startswith("|") and f"`{explorer}`" in line]


def test_the_copies_are_the_lessons_byte_for_byte(tmp_path: Path) -> None:
    assert set(copied(tmp_path / "a" / "b").values()) == {"new"}
    for language in LANGUAGES:
        for path in (lessons.folder() / language).glob("*.ipynb"):
            assert (tmp_path / "a" / "b" / language / path.name).read_bytes() == path.read_bytes()
    assert set(copied(tmp_path / "a" / "b").values()) == {"same"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(own=st.binary(max_size=50), record=st.sampled_from(["kept", "gone", "damaged", "a list"]))
def test_a_changed_file_is_never_written_over(tmp_path: Path, own: bytes, record: str) -> None:
    copied(tmp_path)
    mine = tmp_path / "en" / lessons.FIRST
    mine.write_bytes(own)
    note = tmp_path / lessons.RECORD
    if record == "gone":
        note.unlink()
    elif record != "kept":
        note.write_text("{" if record == "damaged" else "[1]")
    assert copied(tmp_path)[f"en/{lessons.FIRST}"] == "kept"
    assert mine.read_bytes() == own
    mine.unlink()


def test_a_file_that_was_there_before_is_kept(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / lessons.FIRST).write_text("mine")
    assert copied(tmp_path)[f"zh/{lessons.FIRST}"] == "kept"


def test_an_untouched_lesson_of_an_older_version_is_updated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "old"
    for language in LANGUAGES:
        (old / language).mkdir(parents=True)
        (old / language / lessons.FIRST).write_text("an older lesson")
    monkeypatch.setattr(lessons, "folder", lambda: old)
    target = tmp_path / "copy"
    copied(target)
    for language in LANGUAGES:
        (old / language / lessons.FIRST).write_text("a newer lesson")
    assert set(copied(target).values()) == {"updated"}
    assert (target / "en" / lessons.FIRST).read_text() == "a newer lesson"


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match="Give the name of a folder"):
        list(lessons.copy(tmp_path / "file"))
