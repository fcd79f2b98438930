"""A page that is not built with the kit is its own text behind the kit's."""

from __future__ import annotations

from pathlib import Path

from diffexplain.explorers import static


def test_what_it_imports_from_the_kit_is_taken_from_it(tmp_path: Path) -> None:
    module = tmp_path / "page.js"
    module.write_text('import {\n  h as make, defineExplorer\n} from "diffexplain/kit";\nexport default defineExplorer(make);')
    text = static.script(module)
    assert "import" not in text.removeprefix(static.text("kit.js"))
    assert text.endswith("const {\n  h: make, defineExplorer\n} = diffexplainKit;\nexport default defineExplorer(make);\n")
    assert static.style(module) == static.text("kit.css")
    module.with_suffix(".css").write_text(".own { color: red }")
    assert static.style(module) == static.text("kit.css") + ".own { color: red }"
    assert static.source(module, ".js") == text


def test_one_that_is_built_goes_by_its_name() -> None:
    assert static.script("denoise") == static.text("denoise.js")
    assert static.style("denoise") == static.text("denoise.css")
