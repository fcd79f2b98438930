"""Files that import one another become one text, in which each stands once, behind what it imports."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from diffexplain.explorers import joined, static
from diffexplain.explorers.registry import CLASSES

KIT = {
    "kit/index.js": 'import{h as a}from"./dom.js";import{default as b}from"./words.js";export{b as catalogues,a as h};\n',
    "kit/dom.js": 'import c from"./words.js";globalThis.made=(globalThis.made??0)+1;var d=e=>e+c.one;export{d as h};\n',
    "kit/words.js": 'var a={one:"1"};export{a as default};\n',
    "first.js": 'import{h as a,h as b}from"./kit/dom.js";import c from"./kit/words.js";var d={says:a("a")+b("b")+c.one};export{d as default};\n',
    "second.js": 'import{h}from"./kit/dom.js";export{h as default};\n',
    "kit/index.css": '@import"./style.css";@import"./table.css";\n',
    "kit/style.css": '@import"./deep.css";.dx{color:red}\n',
    "kit/deep.css": ".deep{}\n",
    "kit/table.css": ".table{}\n",
    "first.css": '@import"./kit/style.css";@scope (.first){.a{}}\n',
    "second.css": '@import"./kit/style.css";@import"./kit/table.css";@scope (.second){.a{}}\n',
}


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Small files in the place of those that are built."""
    monkeypatch.setattr(static, "text", KIT.__getitem__)
    return KIT


def run(script: str, says: str) -> Any:
    """What an expression over the module's default is, in node."""
    code = f"{script.replace('export default ', 'const found = ')}\nconsole.log(JSON.stringify({says}))"
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if node is None:
        pytest.skip("no node: `make build` gets it")
    done = subprocess.run([node, "--input-type=module"], input=code, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.usefixtures("built")
def test_one_module_is_what_it_was_with_its_imports() -> None:
    assert run(joined.script("first"), "found") == {"says": "a1b11"}


@pytest.mark.usefixtures("built")
def test_several_share_what_they_import_and_it_runs_once() -> None:
    script = joined.scripts(["first", "second"])
    assert run(script, "[found[0].says, found[1]('x'), globalThis.made]") == ["a1b11", "x1", 1]
    assert script.count("globalThis.made=") == 1


@pytest.mark.usefixtures("built")
def test_styles_stand_once_and_those_of_the_kit_before_all_others() -> None:
    assert [line for line in joined.style("first", "second").split("\n") if line] == [
        ".deep{}",
        ".dx{color:red}",
        ".table{}",
        "@scope (.first){.a{}}",
        "@scope (.second){.a{}}",
    ]


@pytest.mark.usefixtures("built")
def test_a_page_of_ones_own_needs_no_building(tmp_path: Path) -> None:
    module = tmp_path / "page.js"
    module.write_text(
        'import {\n  h as make, catalogues\n} from "diffexplain/kit";\nexport default { says: make(catalogues.one) };'
    )
    assert run(joined.script(module), "found") == {"says": "11"}
    assert joined.source(module, ".js") == joined.script(module)
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "page.js"  # another of the same name
    other.write_text("export default 2;")
    assert run(joined.scripts([module, other, "second"]), "[found[0].says, found[1], found[2]('x')]") == ["11", 2, "x1"]
    kit = ".deep{}\n.dx{color:red}\n.table{}\n"
    assert joined.style(module).replace("\n\n", "\n") == kit
    module.with_suffix(".css").write_text(".own { color: red }")
    assert joined.style(module).replace("\n\n", "\n") == f"{kit}.own {{ color: red }}"


def test_nothing_of_a_built_page_is_left_outside_and_nothing_is_there_twice() -> None:
    for name in (*CLASSES, "workbench"):
        alone = joined.script(name)
        assert not re.search(r"import\s*[{\"']|from\s*[\"']\./", alone)
        assert len(re.findall(r"^const diffexplain\d+ = ", alone, re.MULTILINE)) > 10
    script, style = joined.scripts(list(CLASSES)), joined.style(*CLASSES)
    assert len(script) < 0.6 * sum(len(joined.script(name)) for name in CLASSES)
    assert len(style) < 0.5 * sum(len(joined.style(name)) for name in CLASSES)
    assert run(f"{script}", "found.map(({ render }) => typeof render)") == ["function"] * len(CLASSES)


def test_what_is_not_built_says_what_to_do() -> None:
    assert "npm run build" in joined.script("nowhere")
    assert joined.style("nowhere") == "\n"
