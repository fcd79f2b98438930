"""``python -m diffexplain.training``: one command a stage, each of which goes on where it was after a kill."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from diffexplain.errors import DiffexplainError, TrainingError
from diffexplain.training.settings import FULL, NETWORKS

if TYPE_CHECKING:
    from diffexplain.training.project import Project

app = typer.Typer(
    name="python -m diffexplain.training",
    help="Make the bundled model, stage by stage, or train the one that ships further.",
    epilog="A killed stage goes on where it was when the same command is given again.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
_WIDTH = 110  # of tables, where nothing is known about the screen

Pictures = Annotated[
    int | None, typer.Option("--pictures", "-n", min=2, help="Pictures drawn for each kind of question; 200 if left out.")
]
Part = Annotated[
    str | None,
    typer.Option(
        help="Of vae: decoder or all; of clip: pictures, texts or all. What was trained on an encoder or on the text tower has to be "
        "trained anew when that changes."
    ),
]


@app.callback()
def options(
    context: typer.Context,
    workspace: Annotated[Path, typer.Option("--workspace", "-w", help="Folder that everything is made in.")] = Path(
        "build/training"
    ),
    setting: Annotated[str, typer.Option(help="full, or tiny to try the whole path in minutes.")] = FULL.name,
    device: Annotated[str | None, typer.Option(help="cuda, mps or cpu; the best there is if left out.")] = None,
) -> None:
    """Make the bundled model, stage by stage, or train the one that ships further."""
    if "--help" in sys.argv:
        return
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing is ever fetched from the hub
    from diffexplain.models.quiet import quiet
    from diffexplain.training.project import open_project

    context.with_resource(quiet())
    context.obj = open_project(workspace, setting, device, _print)


@app.command()
def sprites(context: typer.Context) -> None:
    """Draw the sheet of emoji from their npm packages and compare it with the one that ships. About a minute; needs npm."""
    _project(context).make_sprites()


@app.command()
def scenes(context: typer.Context) -> None:
    """Make the scenes to train on and to look at. About a millisecond a scene: two to three minutes."""
    _project(context).make_scenes()


@app.command()
def tokenizer(context: typer.Context) -> None:
    """Learn the tokenizer from English captions and Chinese words. Seconds."""
    _project(context).make_tokenizer()


def _network(name: str, about: str) -> None:
    course = getattr(FULL, name)

    @app.command(name, help=f"{about} {course.samples:,} samples, {course.expected}.")
    def command(
        context: typer.Context,
        hours: Annotated[float | None, typer.Option(min=0.0001, help="For so long, instead of the whole course.")] = None,
        beside: Annotated[
            bool, typer.Option("--shipped", help="In the workspace of the weights that ship; for what doesn't ship itself.")
        ] = False,
    ) -> None:
        from diffexplain.training.release import shipped

        if beside and name in shipped.STAGES:
            raise TrainingError(
                f"{name} ships already. To train it on: python -m diffexplain.training more {name} --from shipped"
            )
        project = _project(context, shipped=beside)
        course = getattr(project.settings, name)
        _print(f"{name}: {course.samples:,} samples, {course.expected}" if hours is None else f"{name}: {hours:g} hours")
        project.train(name, hours)


_network("vae", "Train the autoencoder.")
_network("clip", "Train CLIP; needs the tokenizer.")
_network("denoiser", "Train the U-Net; needs vae and clip.")
_network("controlnet", "Train a ControlNet for edges; needs the denoiser.")
_network("judge", "Train the classifier that evaluates; needs scenes alone.")


@app.command()
def evaluate(
    context: typer.Context,
    pictures: Pictures = None,
    shipped: Annotated[bool, typer.Option("--shipped", help="The weights that ship, in a workspace of their own.")] = False,
    part: Annotated[list[str] | None, typer.Option(help="Only this part; may be given several times.")] = None,
) -> None:
    """Compute all figures, by the judge that the repository keeps if there is no other. With 200 pictures an hour or so on two cores."""
    figures = _project(context, shipped=shipped).evaluate(pictures, part or ())
    if part:
        Console().print_json(json.dumps({name: figures[name] for name in part if name in figures}))


@app.command()
def card(context: typer.Context) -> None:
    """Write the model card from the figures of the last evaluation."""
    _project(context).write_card()


@app.command()
def sheet(
    context: typer.Context,
    shipped: Annotated[bool, typer.Option("--shipped", help="The weights that ship, in a workspace of their own.")] = False,
) -> None:
    """Draw 64 prompts on one sheet and name the failures that the judge sees. A minute or two."""
    _project(context, shipped=shipped).draw_sheet()


@app.command()
def pack(
    context: typer.Context,
    install: Annotated[
        bool, typer.Option("--install", help="Put them into the package, in place of the weights that ship.")
    ] = False,
) -> None:
    """Write the folders that ship, in half precision, with the card if there is one, and the networks of the page."""
    _project(context).pack(install=install)


@app.command("page-networks")
def page_networks(context: typer.Context) -> None:
    """Write the networks of the page, as ONNX, for the weights in the package. Half a minute; needs onnx and onnxscript."""
    _project(context).write_graphs()


@app.command("keep-judge")
def keep_judge(context: typer.Context) -> None:
    """Keep the judge of the workspace in the repository: every evaluation that has none of its own is by this one."""
    _project(context).keep_judge()


@app.command()
def starts(context: typer.Context) -> None:
    """Train what the explorer of generative models can begin with, into the package. Two to three minutes of one core."""
    _project(context).write_starts()


@app.command("all")
def everything(
    context: typer.Context,
    pictures: Pictures = None,
    skip_sprites: Annotated[
        bool, typer.Option("--skip-sprites", help="Without npm and resvg; no other stage needs them.")
    ] = False,
) -> None:
    """Run all stages in their order, as far as they are not done. About ten hours on two cores."""
    _project(context).make_everything(pictures, drawings=not skip_sprites)


@app.command()
def more(
    context: typer.Context,
    stage: Annotated[str, typer.Argument(help=f"One of {', '.join(NETWORKS)}.")],
    hours: Annotated[float, typer.Option(min=0.0001, help="How long to train on; what is made before comes on top.")],
    start: Annotated[
        str, typer.Option("--from", help="checkpoint, with its optimizers; weights, of the workspace; or shipped.")
    ] = "auto",
    pictures: Pictures = None,
    part: Part = None,
) -> None:
    """Train a stage on, and print the figures of before and after.

    The rate rises anew and runs down at the end, whatever the time. Of vae and clip only the decoder and the picture tower are
    trained, so that the denoiser still fits; --part all trains all of them.
    """
    weights, changes = _project(context).more(stage, hours, start, part=part, pictures=pictures)
    table = Table(title=f"{stage}, before and after {hours:g} hours", title_justify="left")
    for head in ("figure", "before", "after"):
        table.add_column(head)
    for change in changes:
        table.add_row(change.name, change.before, change.after)
    Console(width=max(_WIDTH, Console().width)).print(table)
    _print(f"weights: {weights}")


@app.command()
def trials(
    context: typer.Context,
    stage: Annotated[str, typer.Argument(help=f"One of {', '.join(NETWORKS)}.")],
    change: Annotated[
        list[str] | None,
        typer.Argument(
            help="Settings to change, a run each: denoiser.rate=3e-4, or several in one run: 'denoiser.batch=96 average=0.9995'."
        ),
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.001, help="Of each run.")] = 4.0,
    shipped: Annotated[bool, typer.Option("--shipped", help="Begin with the weights that ship.")] = False,
) -> None:
    """Short runs side by side from the same weights, the settings as they are first: what buys most in the same time?"""
    table = Table(title=f"{stage}, {minutes:g} minutes each", title_justify="left")
    for number, trial in enumerate(_project(context, shipped=shipped).trials(stage, change or (), minutes)):
        if number == 0:
            for head in ("change", "samples", "a second", *(name.replace("_", " ") for name in trial.held_out)):
                table.add_column(head)
        figures = (f"{value:.5f}" for value in trial.held_out.values())
        speed = f"{trial.samples / max(trial.seconds, 1e-9):.1f}"
        table.add_row(trial.change or "as it is", f"{trial.samples:,}", speed, *figures)
    Console(width=max(_WIDTH, Console().width)).print(table)


def _project(context: typer.Context, *, shipped: bool = False) -> Project:
    project: Project = context.obj
    return project.beside() if shipped else project


def _print(line: str) -> None:
    Console(soft_wrap=True, highlight=False).print(escape(line))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; what can be mended is said without a traceback."""
    try:
        app(arguments)
    except DiffexplainError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(f"[red]{escape(str(error))}[/red]")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
