"""``python -m diffexplain.training``: one command a stage, each of which goes on where it was after a kill."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from diffexplain.errors import DiffexplainError
from diffexplain.training.errors import TrainingError
from diffexplain.training.settings import FULL, SETTINGS, Settings
from diffexplain.training.workspace import Workspace, replacing

if TYPE_CHECKING:
    import torch

    from diffexplain.training.evaluation import Evaluation
    from diffexplain.training.session import Stage

app = typer.Typer(
    name="python -m diffexplain.training",
    help="Make the bundled model, stage by stage, or train the one that ships further.",
    epilog="A killed stage goes on where it was when the same command is given again.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
_WIDTH = 110  # of tables, where nothing is known about the screen

NETWORKS = ("vae", "clip", "denoiser", "controlnet", "judge")

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


@dataclass(frozen=True)
class Work:
    """What all commands share: where, how much of everything, on what."""

    workspace: Workspace
    settings: Settings
    device: torch.device


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
    from diffexplain.models.devices import choose_device
    from diffexplain.models.quiet import quiet

    context.with_resource(quiet())
    if setting not in SETTINGS:
        raise TrainingError(f"There is no setting {setting!r}. There are: {', '.join(SETTINGS)}.")
    context.obj = Work(Workspace(workspace.resolve()), SETTINGS[setting], choose_device(device))


@app.command()
def sprites(context: typer.Context) -> None:
    """Draw the sheet of emoji from their npm packages and compare it with the one that ships. About a minute; needs npm."""
    from diffexplain.training import sprites

    work: Work = context.obj
    found = sprites.make(work.workspace, _tell)
    _tell(
        f"sprites: {found.drawings} drawings, {found.mean:.1f} of 255 from those that ship on average, at most {found.largest:.1f} "
        f"({found.furthest})"
    )


@app.command()
def scenes(context: typer.Context) -> None:
    """Make the scenes to train on and to look at. About a millisecond a scene: two to three minutes."""
    from diffexplain.training import data

    work: Work = context.obj
    for name, wanted in work.settings.sets.items():
        data.make(work.workspace, name, wanted, _tell)


@app.command()
def tokenizer(context: typer.Context) -> None:
    """Learn the tokenizer from English captions and Chinese words. Seconds."""
    from diffexplain.training import data, tokenizer

    work: Work = context.obj
    captions, _ = data.make(work.workspace, "even", work.settings.sets["even"]).captions
    made = tokenizer.make(captions, work.settings.merges)
    with replacing(work.workspace.tokenizer) as folder:
        made.save_pretrained(folder)
    _tell(f"tokenizer: {len(made):,} tokens")


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
        from diffexplain.training import shipped
        from diffexplain.training.train import train

        if beside and name in shipped.STAGES:
            raise TrainingError(
                f"{name} ships already. To train it on: python -m diffexplain.training more {name} --from shipped"
            )
        work: Work = _shipped(context.obj) if beside else context.obj
        course = getattr(work.settings, name)
        _tell(f"{name}: {course.samples:,} samples, {course.expected}" if hours is None else f"{name}: {hours:g} hours")
        begun = work.workspace.checkpoint(
            name
        ).exists()  # a budget of before is worked off; to train on beyond it there is `more`
        train(_stage(work, name), _tell, hours=None if begun else hours)


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
    """Compute all figures; trains the judge first if there is none. With 200 pictures an hour or so on two cores."""
    from diffexplain.training.evaluation import PARTS

    work = _shipped(context.obj) if shipped else context.obj
    unknown = [name for name in part or () if name not in PARTS]
    if unknown:
        raise TrainingError(f"There is no part {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
    evaluation = _evaluation(work, pictures)
    figures = evaluation.figures(part or PARTS)
    if part:
        Console().print_json(json.dumps({name: figures[name] for name in part if name in figures}))
        return
    path = evaluation.write(figures)
    _tell(f"figures: {path}")
    _card(work)


@app.command()
def card(context: typer.Context) -> None:
    """Write the model card from the figures of the last evaluation."""
    _card(context.obj)


@app.command()
def sheet(
    context: typer.Context,
    shipped: Annotated[bool, typer.Option("--shipped", help="The weights that ship, in a workspace of their own.")] = False,
) -> None:
    """Draw 64 prompts on one sheet and name the failures that the judge sees. A minute or two."""
    from diffexplain.training import contact_sheet

    work = _shipped(context.obj) if shipped else context.obj
    path, failures = contact_sheet.make(_evaluation(work, None))
    _tell(f"sheet: {path}, {len(failures)} of 64 failed, by name in {path.with_suffix('.md')}")


@app.command()
def pack(
    context: typer.Context,
    install: Annotated[
        bool, typer.Option("--install", help="Put them into the package, in place of the weights that ship.")
    ] = False,
) -> None:
    """Write the folders that ship, in half precision, with the card if there is one."""
    from diffexplain.training import packing

    work: Work = context.obj
    written = work.workspace.evaluation / "MODEL_CARD.md"
    sizes = packing.pack(work.workspace, written.read_text("utf-8") if written.exists() else None)
    for name, size in sizes.items():
        _tell(f"packed: {work.workspace.packed / name}, {size / 1e6:.1f} MB")
    if install:
        from diffexplain.models import bundled_path

        packing.install(work.workspace, bundled_path().parent)
        _tell(f"installed in {bundled_path().parent}")


@app.command("all")
def everything(
    context: typer.Context,
    pictures: Pictures = None,
    skip_sprites: Annotated[
        bool, typer.Option("--skip-sprites", help="Without npm and resvg; no other stage needs them.")
    ] = False,
) -> None:
    """All stages in their order, as far as they are not done. About ten hours on two cores."""
    if not skip_sprites:
        sprites(context)
    scenes(context)
    if not context.obj.workspace.tokenizer.exists():
        tokenizer(context)
    from diffexplain.training.train import train

    for name in NETWORKS:
        train(_stage(context.obj, name), _tell)
    evaluate(context, pictures)
    sheet(context)
    pack(context)


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
    from diffexplain.training.more import more

    work = context.obj
    if stage not in NETWORKS:
        raise TrainingError(f"There is no stage {stage!r} to train. There are: {', '.join(NETWORKS)}.")
    if start not in {"auto", "checkpoint", "weights", "shipped"}:
        raise TrainingError(f"--from {start} is not possible. Use checkpoint, weights or shipped.")
    if start == "shipped":
        work, start = _shipped(work, anew=stage), "weights"
    elif start == "auto" and not work.workspace.weights(stage).exists():
        work = _shipped(work)
    trained = _part(work, stage, part)
    if start == "auto":
        start = "checkpoint" if _fits(trained) else "weights"
    evaluation = _evaluation(work, pictures)
    table = Table(title=f"{stage}, before and after {hours:g} hours", title_justify="left")
    for head in ("figure", "before", "after"):
        table.add_column(head)
    for change in more(trained, evaluation, hours, start):  # type: ignore[arg-type]
        table.add_row(change.name, change.before, change.after)
    Console(width=max(_WIDTH, Console().width)).print(table)
    _tell(f"weights: {work.workspace.weights(stage)}")


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
    from diffexplain.training.trials import trials

    if stage not in NETWORKS:
        raise TrainingError(f"There is no stage {stage!r} to train. There are: {', '.join(NETWORKS)}.")
    work: Work = _shipped(context.obj) if shipped else context.obj

    def make(workspace: Workspace, settings: Settings) -> Stage:
        return _stage(Work(workspace, settings, work.device), stage)

    table = Table(title=f"{stage}, {minutes:g} minutes each", title_justify="left")
    for number, trial in enumerate(trials(make, work.workspace, work.settings, ["", *(change or ())], minutes, _tell)):
        if number == 0:
            for head in ("change", "samples", "a second", *(name.replace("_", " ") for name in trial.held_out)):
                table.add_column(head)
        figures = (f"{value:.5f}" for value in trial.held_out.values())
        speed = f"{trial.samples / max(trial.seconds, 1e-9):.1f}"
        table.add_row(trial.change or "as it is", f"{trial.samples:,}", speed, *figures)
    Console(width=max(_WIDTH, Console().width)).print(table)


def _fits(stage: Stage) -> bool:
    """Whether there is a checkpoint of the same part of the network, whose optimizers can be used."""
    from diffexplain.training import checkpoint

    path = stage.workspace.checkpoint(stage.name)
    return path.exists() and bool(checkpoint.read(path)["mark"] == stage.mark)


def _part(work: Work, name: str, part: str | None) -> Stage:
    """The stage that trains this part of its network, the first one that it names if left out."""
    known = _stage(work, name).parts
    if part is not None and part not in known:
        raise TrainingError(f"There is no part {part!r} of {name} to train. There are: {', '.join(known)}.")
    return _stage(work, name, part or known[0])


def _stage(work: Work, name: str, part: str = "all") -> Stage:
    from diffexplain.training.clip import Clip
    from diffexplain.training.controlnet import ControlNet
    from diffexplain.training.denoiser import Denoiser
    from diffexplain.training.judge import Judge
    from diffexplain.training.vae import Vae

    classes: dict[str, Any] = {kind.name: kind for kind in (Vae, Clip, Denoiser, ControlNet, Judge)}
    stage: Stage = classes[name](work.workspace, work.settings, work.device, part)
    return stage


def _evaluation(work: Work, pictures: int | None) -> Evaluation:
    """An evaluation with a judge, which is trained now if there is none."""
    from diffexplain.training.evaluation import Evaluation
    from diffexplain.training.train import train

    train(_stage(work, "judge"), _tell)
    count = work.settings.examination.pictures if pictures is None else pictures
    return Evaluation(work.workspace, work.settings, work.device, count, _tell)


def _shipped(work: Work, anew: str | None = None) -> Work:
    """The work in a workspace beside, which begins as what ships, or whose stage `anew` does again; scenes and judge are shared."""
    from diffexplain.training import shipped

    if anew is not None and anew not in shipped.STAGES:
        raise TrainingError(f"No {anew} ships. Train one first: python -m diffexplain.training {anew} --shipped")

    root = work.workspace.root
    beside = Workspace(root.with_name(f"{root.name}-shipped"))
    if not beside.weights("denoiser").exists():
        shipped.place(beside)
    elif anew is not None:
        shipped.place(beside, (anew,))
        beside.checkpoint(anew).unlink(missing_ok=True)  # of weights that are gone
    beside.borrow(work.workspace, "scenes", "judge")
    return Work(beside, work.settings, work.device)


def _card(work: Work) -> None:
    from diffexplain.training.card import card
    from diffexplain.training.workspace import write_whole

    figures = work.workspace.require(work.workspace.evaluation / "evaluation.json", "evaluate")
    path = work.workspace.evaluation / "MODEL_CARD.md"
    write_whole(path, card(json.loads(figures.read_text("utf-8"))))
    _tell(f"card: {path}")


def _tell(line: str) -> None:
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
