"""Looks over an installation: what is here, what is wrong with it, and what to do."""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from diffexplain.i18n import Words, plural, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

FRONT_ENDS = ("jupyterlab", "notebook", "voila")
SUBSHELLS = say("if other libraries' live figures tear, set commsOverSubshells to disabled in JupyterLab's kernel settings")


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
    """Look at everything, also where something fails on the way. Takes some seconds: it imports torch and draws one step."""
    findings: list[Finding] = []
    for look in (_python, _packages, _device, _front_ends, _kernel, _widgets, _model, _threads):
        findings.extend(_safely(look))
    return findings


def report(findings: list[Finding], console: Console, *, as_json: bool = False) -> None:
    """Print the findings as a table, or as JSON."""
    if as_json:
        plain = [{name: english(text) for name, text in vars(finding).items()} for finding in findings]
        print(json.dumps(plain, indent=2))
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
    told = say("{wrong} of {count} need attention.", wrong=wrong, count=len(findings)) if wrong else say("All is well.")
    console.print(f"\n{told}")


def english(text: str) -> str:
    """Return a finding for programs, whatever the language in force."""
    return text.spoken("en") if isinstance(text, Words) else text


def _safely(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001 - a doctor reports what fails
        name = look.__name__.strip("_").replace("_", " ")
        yield Finding(
            name,
            say("can't be looked at"),
            f"{type(error).__name__}: {error}",
            say("Install diffexplain anew in a fresh environment."),
        )


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _python() -> Iterator[Finding]:
    found = f"{platform.python_version()}, {platform.system()} {platform.machine()}"
    old = sys.version_info < (3, 11)
    yield Finding("python", found, say("too old") if old else "", say("Use 3.11 or newer.") if old else "")


def _packages() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    seen = set()
    for line in metadata.requires("diffexplain") or []:
        requirement = Requirement(line)
        if requirement.name in seen:  # an extra may name another extra's packages again
            continue
        seen.add(requirement.name)
        version = _version(requirement.name)
        needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        # JupyterLab may be missing, but an old one that is here is in the way. ipykernel has its own look, below.
        if not needed and not (requirement.name == "jupyterlab" and version):
            continue
        fits = version is not None and requirement.specifier.contains(version, prereleases=True)
        wrong = "" if fits else say("missing") if version is None else say("outside {range}", range=requirement.specifier)
        yield Finding(requirement.name, version or say("not installed"), wrong, f"pip install '{requirement}'" if wrong else "")


def _device() -> Iterator[Finding]:
    import torch

    from diffexplain.models.devices import available_devices, best_device, default_dtype

    best = best_device()
    name = f" ({torch.cuda.get_device_name(best)})" if best.type == "cuda" else ""
    used = say("{device} in {dtype}", device=best.type + name, dtype=str(default_dtype(best)).removeprefix("torch."))
    threads = plural("{count} CPU thread", "{count} CPU threads", torch.get_num_threads())
    yield Finding(
        say("device"), used, "", say("of {devices}; {threads}", devices=", ".join(available_devices()), threads=threads)
    )


def _front_ends() -> Iterator[Finding]:
    found = [f"{name} {version}" for name in FRONT_ENDS if (version := _version(name))]
    yield Finding(
        say("front ends"),
        ", ".join(found) or say("none"),
        "" if found else say("no front end"),
        "" if found else say("pip install 'diffexplain[lab]'; scripts and exports work without."),
    )


def _kernel() -> Iterator[Finding]:
    version = _version("ipykernel")
    if version is None:
        yield Finding("ipykernel", say("not installed"), "", say("Needed in notebooks only: pip install ipykernel"))
        return
    if version == "7.0.0":
        wrong = say("widgets that are made on threads fail in it")
        yield Finding("ipykernel", version, wrong, "pip install --upgrade ipykernel")
        return
    new = int(version.partition(".")[0]) >= 7
    yield Finding("ipykernel", version, "", SUBSHELLS if new else "")


def _widgets() -> Iterator[Finding]:
    from importlib.util import find_spec

    if find_spec("jupyter_core") is None:
        yield Finding(say("widget bridge"), say("not looked for"), "", say("no Jupyter here"))
        return
    from pathlib import Path

    from jupyter_core.paths import jupyter_path

    missing = [
        extension
        for extension in ("anywidget", "@jupyter-widgets/jupyterlab-manager")
        if not any((Path(folder) / extension / "package.json").exists() for folder in jupyter_path("labextensions"))
    ]
    remedy = say("pip install --force-reinstall anywidget jupyterlab_widgets, then reload the page")
    yield Finding(
        say("widget bridge"),
        say("incomplete") if missing else say("in place"),
        say("JupyterLab lacks {extensions}", extensions=", ".join(missing)) if missing else "",
        remedy if missing else "",
    )


def _threads() -> Iterator[Finding]:
    """Return how many threads explorers' runs take, chosen here as they choose, with what this process has chosen before."""
    import torch

    from diffexplain.core import threads
    from diffexplain.core.twins import own_pipeline
    from diffexplain.models.loading import load

    name = say("explorers' threads")
    most = torch.get_num_threads()
    try:
        threads.overruled()
    except ValueError as error:
        yield Finding(name, say("can't be chosen"), str(error), say("Leave {variable} unset.", variable=threads.VARIABLE))
        return
    pipeline = own_pipeline(load(device="cpu"))
    pipeline.set_progress_bar_config(disable=True)
    with threads.sparing(most):
        pipeline("a fox", num_inference_steps=1, generator=torch.Generator("cpu").manual_seed(0), output_type="latent")
    for choice in {choice.network: choice for choice in threads.choices()}.values():
        found = say("{threads} of {most} for {network}", threads=choice.threads, most=most, network=choice.network)
        remedy: Words = choice.reason
        if choice.one is not None and choice.more is not None:
            remedy = say(
                "{reason}: {one:.0f} ms with 1, {more:.0f} ms with {most}",
                reason=choice.reason,
                one=choice.one * 1000,
                more=choice.more * 1000,
                most=most,
            )
        yield Finding(name, found, "", say("{reason}; {variable} overrules it", reason=remedy, variable=threads.VARIABLE))


def _model() -> Iterator[Finding]:
    import torch

    from diffexplain.models.bundle import bundled_path
    from diffexplain.models.loading import load

    pipeline = load(device="cpu")
    pipeline.set_progress_bar_config(disable=True)
    image = pipeline("a fox", num_inference_steps=1, generator=torch.Generator("cpu").manual_seed(0)).images[0]
    size = sum(file.stat().st_size for file in bundled_path().rglob("*.safetensors"))
    flat = image.convert("L").getextrema()
    broken = flat[0] == flat[1]
    yield Finding(
        say("bundled model"),
        say("draws {width}x{height} pictures; {size:.0f} MB", width=image.width, height=image.height, size=size / 1e6),
        say("it draws one flat colour") if broken else "",
        say("Install diffexplain anew.") if broken else "",
    )
