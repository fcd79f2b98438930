"""``import diffexplain`` costs next to nothing; what it offers loads when it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import diffexplain
from diffexplain.explorers import registry

HEAVY = ("torch", "diffusers", "transformers", "anywidget", "ipywidgets", "numpy", "PIL", "rich", "typer")


def loaded_after(code: str) -> set[str]:
    """The heavy modules that a fresh interpreter has loaded after the code."""
    script = f"import sys\n{code}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import diffexplain; dir(diffexplain); diffexplain.__version__",
        "from diffexplain import models; models.bundled_path(); models.clip_path()",
        "import diffexplain\ntry: diffexplain.no_such_name\nexcept AttributeError: pass",
    ],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert loaded_after(code) == set()


def test_scenes_take_numpy_and_pillow_only() -> None:
    assert loaded_after("from diffexplain import scenes; scenes.scene(0)") == {"numpy", "PIL"}


def test_the_command_line_is_loaded_without_torch() -> None:
    assert not loaded_after("import diffexplain.cli") & {"torch", "diffusers", "transformers", "anywidget", "numpy"}


@pytest.mark.parametrize("name", diffexplain.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(diffexplain, name) is not None
    assert name in dir(diffexplain)


@pytest.mark.parametrize("package", ["models", "scenes"])
def test_every_public_name_of_a_package_is_there(package: str) -> None:
    module = getattr(diffexplain, package)
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert name in dir(module)


@pytest.mark.parametrize("module", [diffexplain, diffexplain.models])
def test_an_unknown_name_is_an_attribute_error_that_helps(module: object) -> None:
    with pytest.raises(AttributeError, match=r"has no attribute 'lod'; it has .*load"):
        module.lod  # type: ignore[attr-defined]  # noqa: B018
    assert not hasattr(module, "lod")


def test_the_registry_and_the_public_names_are_the_same_explorers() -> None:
    public = [name for name in diffexplain.__all__ if name.endswith("Explorer")]
    assert sorted(registry.CLASSES.values()) == public
    assert {name: cls.__name__ for name, cls in diffexplain.explorers().items()} == registry.CLASSES
