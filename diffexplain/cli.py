"""The command line: export a run as a page, open or copy the lessons, look over the installation.

Heavy imports are inside the commands, so that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from diffexplain.explorers.in_page.explorers import EXPLORERS
from diffexplain.explorers.registry import CLASSES
from diffexplain.i18n import say

if TYPE_CHECKING:
    from diffexplain.export_command import Export

app = typer.Typer(
    name="diffexplain",
    help=say("See what happens inside text-to-image diffusion while it runs."),
    epilog=say("Try: diffexplain export 'a fox' --seed 3 -o fox.html"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
_out, _err = Console(), Console(stderr=True)


def _version(wanted: bool) -> None:
    if wanted:
        from diffexplain import __version__

        typer.echo(f"diffexplain {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=say("Print the version and stop."))
    ] = False,
) -> None:
    """See what happens inside text-to-image diffusion while it runs."""


@app.command(
    help=say(
        "Run an explorer and write it as one HTML page that needs no Python and no network; or the picture alone (.png), or its "
        "steps as a film (.gif)."
    ),
    epilog=say("Example: diffexplain export 'a fox on a blue background' --seed 3 --sampler euler_a -o fox.html"),
)
def export(
    output: Annotated[Path, typer.Option("--output", "-o", help=say("The file to write: .html, .png or .gif."))],
    prompt: Annotated[
        str | None, typer.Argument(help=say("What to draw, or to read, in quotes; the explorer's own if left out."))
    ] = None,
    explorer: Annotated[
        str, typer.Option("--explorer", "-e", help=say("Which explorer: {names}.", names=", ".join(CLASSES)))
    ] = "denoise",
    negative_prompt: Annotated[str | None, typer.Option(help=say("What guidance pushes away from."))] = None,
    seed: Annotated[int | None, typer.Option(help=say("Decides the starting noise."))] = None,
    sampler: Annotated[
        str | None,
        typer.Option(help=say("ddim, ddpm, euler, euler_a, heun, dpmpp_2m, unipc or lms; the model's own if left out.")),
    ] = None,
    steps: Annotated[int | None, typer.Option(help=say("How many steps the sampler takes, 1 to 1000."))] = None,
    guidance_scale: Annotated[float | None, typer.Option(help=say("How strongly the prompt pulls; 1 is no guidance."))] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help=say("Any other field of the explorer; may be given several times.")),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help=say("Folder or hub name of a diffusers pipeline; the bundled model if left out."))
    ] = None,
    device: Annotated[str | None, typer.Option(help=say("cuda, mps or cpu; the best there is if left out."))] = None,
    force: Annotated[bool, typer.Option("--force", "-f", help=say("Replace the file if it is there already."))] = False,
) -> None:
    """Run an explorer and write it as a page, or its run as a picture or a film."""
    output = output.expanduser()  # a shell leaves the ~ of --output=~/fox.html as it is
    _require_free(output, force=force)
    from diffexplain.export_command import asked

    options = {
        "negative_prompt": negative_prompt,
        "seed": seed,
        "sampler": sampler,
        "steps": steps,
        "guidance_scale": guidance_scale,
    }
    path = _made(asked(explorer, prompt, options, settings or (), output), model, device)
    size = path.stat().st_size / 1e3
    if path.suffix.lower() in {".png", ".gif"}:
        _tell(say("{path} ({size:,.0f} KB)", path=path, size=size))
    else:
        _tell(say("{path} ({size:,.0f} KB): open it in any browser.", path=path, size=size))


@app.command(
    help=say(
        "Write a page that draws by itself: it opens with a recorded run, and whoever changes something in it has the bundled model "
        "draw in their own browser."
    ),
    epilog=say("Example: diffexplain page 'a fox' --live -o fox/   then: python -m http.server --directory fox"),
)
def page(
    output: Annotated[
        Path, typer.Option("--output", "-o", help=say("A folder for a static host, or with --one-file a file ending in .html."))
    ],
    prompt: Annotated[
        str | None, typer.Argument(help=say("What to draw first, in quotes; the explorer's own if left out."))
    ] = None,
    explorer: Annotated[
        str, typer.Option("--explorer", "-e", help=say("Which explorer: {names}.", names=", ".join(EXPLORERS)))
    ] = "denoise",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help=say("Any field of the explorer, such as seed=3; may be given several times.")
        ),
    ] = None,
    live: Annotated[
        bool, typer.Option("--live/--recorded", help=say("Whether it draws what is changed, or is a recording alone."))
    ] = True,
    one_file: Annotated[
        bool, typer.Option("--one-file", help=say("Everything in one file of 40 MB, which opens without a server."))
    ] = False,
    force: Annotated[bool, typer.Option("--force", "-f", help=say("Replace the page if it is there already."))] = False,
) -> None:
    """Run an explorer and write it as a page that draws by itself."""
    output = output.expanduser()
    if one_file and live:
        _err.print(say("Everything in one file: it will have some 40 MB."), markup=False)
    beside = live and not one_file and output.suffix.lower() not in {".html", ".htm"}
    _require_free(output / "index.html" if beside and output.is_dir() else output, force=force)
    from diffexplain.export_command import asked

    kind = {"live": True, "one_file": one_file} if live else None
    path = _made(asked(explorer, prompt, {}, settings or (), output, kind), None, None)
    if live and not one_file:
        _tell(
            say(
                "{path}: put its folder on any static host, or look at it with: python -m http.server --directory {folder}",
                path=path,
                folder=path.parent,
            )
        )
    else:
        _tell(say("{path} ({size:,.0f} KB): open it in any browser.", path=path, size=path.stat().st_size / 1e3))


def _made(wanted: Export, model: str | None, device: str | None) -> Path:
    """Load the model, run the explorer and write what is wanted, with a bar for each."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from diffexplain.export_command import made

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=_err) as progress:
        loading = progress.add_task(say("Loading the model"), total=1)
        from diffexplain.models import loading as models

        pipeline = None if model is None and device is None else models.load(model, device=device)
        progress.update(loading, completed=1)
        return made(wanted, pipeline, progress)


def _require_free(output: Path, *, force: bool) -> None:
    if output.is_dir():
        example = output / "explorer.html"
        raise IsADirectoryError(
            say("{path} is a folder. Give the name of a file in it, such as {example}.", path=output, example=example)
        )
    if output.exists() and not force:
        raise FileExistsError(say("{path} is there already. Give another name, or --force to replace it.", path=output))
    if not output.parent.is_dir():
        raise FileNotFoundError(
            say("There is no folder {folder} to write {name} into. Make it first.", folder=output.parent, name=output.name)
        )


@app.command("lessons", help=say("Copy the lessons into a folder of yours; what you have changed there stays."))
def copy_lessons(
    directory: Annotated[Path, typer.Argument(help=say("Where to copy the lessons to; made if it is not there."))],
) -> None:
    """Copy the lessons, and say what became of each."""
    from diffexplain import lessons

    copied = list(lessons.copy(directory))
    marks = {"new": say("new"), "updated": say("updated"), "same": say("up to date"), "kept": say("yours, left alone")}
    for one in copied:
        _tell(f"{one.path}  ({marks[one.outcome]})")
    if any(one.outcome == "kept" for one in copied):
        _tell(say("To have a lesson as it was made, move your own away and copy again."))
    _tell(say("Open them with: jupyter lab {folder}", folder=directory))


@app.command(help=say("Open JupyterLab on the first lesson."))
def lab(
    directory: Annotated[
        Path, typer.Argument(help=say("Where your copy of the lessons is or shall be. In a checkout they are opened in place."))
    ] = Path("diffexplain-lessons"),
    port: Annotated[int, typer.Option(help=say("Where JupyterLab listens; the next free one if it is taken."))] = 8888,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help=say("Open a browser window."))] = True,
) -> None:
    """Start JupyterLab, on a copy of the lessons where this is no checkout."""
    from importlib.util import find_spec

    from diffexplain import lessons
    from diffexplain.i18n import current

    if find_spec("jupyterlab") is None:
        raise ModuleNotFoundError(say("JupyterLab is not installed. Install it with: pip install 'diffexplain[lab]'"))
    if lessons.in_checkout():
        root, inside = lessons.folder().parent, f"{lessons.folder().name}/{current()}/{lessons.FIRST}"
    else:
        list(lessons.copy(directory))
        root, inside = directory.expanduser().resolve(), f"{current()}/{lessons.FIRST}"
    extensions = Path(__file__).parent / "static" / "labextensions"  # a checkout's own, which is newer than what was installed
    address = f"/lab/tree/{inside}"  # also in the address that is printed, for those without a browser here
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", f"--ServerApp.port={port}"]
    command += [f"--LabApp.default_url={address}"]
    command += [f"--LabApp.extra_labextensions_path={extensions}"] if extensions.exists() else []
    command += [] if browser else ["--no-browser"]
    command += ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    raise typer.Exit(subprocess.call(command))


@app.command(help=say("Say which device, versions, front ends and model are here, and what is wrong with them."))
def doctor(
    json: Annotated[bool, typer.Option("--json", help=say("Print it as JSON."))] = False,
) -> None:
    """Say which device, versions, front ends and model are here, and what is wrong with them."""
    from diffexplain.doctor import examine, report

    findings = examine()
    report(findings, _out, as_json=json)
    raise typer.Exit(1 if any(finding.wrong for finding in findings) else 0)


def main() -> None:
    """Run the command line; what the user can mend is said in one panel, without a traceback."""
    try:
        app()
    except Exception as error:
        from traitlets import TraitError

        from diffexplain.errors import DiffexplainError

        if not isinstance(error, (DiffexplainError, TraitError, OSError, ModuleNotFoundError)):
            raise  # a fault of ours, which a panel would hide
        _fail(error)


def _tell(text: str) -> None:
    _out.print(str(text), markup=False, highlight=False, soft_wrap=True)  # square brackets in a path are part of it


def _fail(error: Exception) -> None:
    _err.print(Panel(Text(str(error)), title=say("diffexplain can't do this"), title_align="left", border_style="red"))
    raise SystemExit(2)
