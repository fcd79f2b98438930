"""Looks over an installation: what is here, what is wrong with it, and what to do."""

from __future__ import annotations

import dataclasses
import json
import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

FRONT_ENDS = ("jupyterlab", "notebook", "voila")
SUBSHELLS = "if other libraries' live figures tear, set commsOverSubshells to disabled in JupyterLab's kernel settings"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what was looked at.
        found: what is there.
        wrong: what is wrong with it; empty if nothing is.
        remedy: what to do about it, or worth knowing; empty for nothing.
    """

    name: str
    found: str
    wrong: str = ""
    remedy: str = ""


def examine() -> list[Finding]:
    """Looks at everything, also where something fails on the way. Takes some seconds: it imports torch and draws one step."""
    findings: list[Finding] = []
    for look in (_python, _packages, _device, _front_ends, _kernel, _widgets, _model):
        findings.extend(_safely(look))
    return findings


def report(findings: list[Finding], console: Console, *, as_json: bool = False) -> None:
    """Prints the findings as a table, or as JSON."""
    if as_json:
        print(json.dumps([dataclasses.asdict(finding) for finding in findings], indent=2))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for finding in findings:
        # As Text, not as markup: 'diffexplain[lab]' in a remedy has to keep its brackets.
        mark = Text("✗", "red") if finding.wrong else Text("✓", "green")
        note = Text.assemble((f"{finding.wrong} ", "red") if finding.wrong else "", finding.remedy)
        table.add_row(mark, Text(finding.name), Text(finding.found), note)
    console.print(table)
    wrong = sum(bool(finding.wrong) for finding in findings)
    console.print(f"\n{wrong} of {len(findings)} need attention." if wrong else "\nAll is well.")


def _safely(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001 - a doctor reports what fails
        name = look.__name__.strip("_").replace("_", " ")
        yield Finding(
            name, "can't be looked at", f"{type(error).__name__}: {error}", "Install diffexplain anew in a fresh environment."
        )


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _python() -> Iterator[Finding]:
    too_old = "too old" if sys.version_info < (3, 11) else ""
    yield Finding(
        "python",
        f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        too_old,
        too_old and "Use 3.11 or newer.",
    )


def _packages() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    for line in metadata.requires("diffexplain") or []:
        requirement = Requirement(line)
        version = _version(requirement.name)
        needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        # JupyterLab may be missing, but an old one that is here is in the way. ipykernel has its own look, below.
        if not needed and not (requirement.name == "jupyterlab" and version):
            continue
        fits = version is not None and requirement.specifier.contains(version, prereleases=True)
        wrong = "" if fits else "missing" if version is None else f"outside {requirement.specifier}"
        yield Finding(requirement.name, version or "not installed", wrong, f"pip install '{requirement}'" if wrong else "")


def _device() -> Iterator[Finding]:
    import torch

    from diffexplain.models.devices import available_devices, best_device, default_dtype

    best = best_device()
    name = f" ({torch.cuda.get_device_name(best)})" if best.type == "cuda" else ""
    used = f"{best.type}{name} in {str(default_dtype(best)).removeprefix('torch.')}"
    yield Finding("device", used, "", f"of {', '.join(available_devices())}; {torch.get_num_threads()} CPU threads")


def _front_ends() -> Iterator[Finding]:
    found = [f"{name} {version}" for name in FRONT_ENDS if (version := _version(name))]
    wrong = "" if found else "no front end"
    yield Finding(
        "front ends",
        ", ".join(found) or "none",
        wrong,
        wrong and "pip install 'diffexplain[lab]'; scripts and exports work without.",
    )


def _kernel() -> Iterator[Finding]:
    version = _version("ipykernel")
    if version is None:
        yield Finding("ipykernel", "not installed", "", "Needed in notebooks only: pip install ipykernel")
        return
    if version == "7.0.0":
        yield Finding("ipykernel", version, "widgets that are made on threads fail in it", "pip install --upgrade ipykernel")
        return
    new = int(version.partition(".")[0]) >= 7
    yield Finding("ipykernel", version, "", SUBSHELLS if new else "")


def _widgets() -> Iterator[Finding]:
    from importlib.util import find_spec

    if find_spec("jupyter_core") is None:
        yield Finding("widget bridge", "not looked for", "", "no Jupyter here")
        return
    from pathlib import Path

    from jupyter_core.paths import jupyter_path

    missing = [
        extension
        for extension in ("anywidget", "@jupyter-widgets/jupyterlab-manager")
        if not any((Path(folder) / extension / "package.json").exists() for folder in jupyter_path("labextensions"))
    ]
    wrong = f"JupyterLab has no {' and no '.join(missing)}" if missing else ""
    yield Finding(
        "widget bridge",
        "incomplete" if missing else "in place",
        wrong,
        wrong and "pip install --force-reinstall anywidget jupyterlab_widgets, then reload the page",
    )


def _model() -> Iterator[Finding]:
    import torch

    from diffexplain.models.bundle import bundled_path
    from diffexplain.models.loading import load

    pipeline = load(device="cpu")
    pipeline.set_progress_bar_config(disable=True)
    image = pipeline("a fox", num_inference_steps=1, generator=torch.Generator("cpu").manual_seed(0)).images[0]
    size = sum(file.stat().st_size for file in bundled_path().rglob("*.safetensors"))
    flat = image.convert("L").getextrema()
    wrong = "it draws one flat colour" if flat[0] == flat[1] else ""
    yield Finding(
        "bundled model",
        f"draws {image.width}x{image.height} pictures; {size / 1e6:.0f} MB",
        wrong,
        wrong and "Install diffexplain anew.",
    )
