"""A project: a workspace, settings and a device, and every step by which a model is made there.

What ``python -m diffexplain.training`` runs, and what a test or a notebook calls::

    project = open_project("build/training", "tiny")
    project.make_scenes()
    project.make_tokenizer()
    project.train("vae")
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffexplain.errors import TrainingError
from diffexplain.models import bundled_path, clip_path
from diffexplain.models.devices import choose_device
from diffexplain.training.course import checkpoint
from diffexplain.training.course.more import more
from diffexplain.training.course.train import train
from diffexplain.training.course.trials import trials
from diffexplain.training.data import scene_sets, sprites, tokenizer
from diffexplain.training.evaluation import contact_sheet
from diffexplain.training.evaluation.card import card
from diffexplain.training.evaluation.evaluation import PARTS, Evaluation
from diffexplain.training.release import graphs, kept_judge, packing, shipped, starts
from diffexplain.training.settings import FULL, SETTINGS
from diffexplain.training.stages.clip import Clip
from diffexplain.training.stages.controlnet import ControlNet
from diffexplain.training.stages.denoiser import Denoiser
from diffexplain.training.stages.judge import Judge
from diffexplain.training.stages.vae import Vae
from diffexplain.training.workspace import Workspace, replacing, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import torch

    from diffexplain.learn import Session
    from diffexplain.training.course.more import Change
    from diffexplain.training.course.trials import Trial
    from diffexplain.training.settings import Settings
    from diffexplain.training.stages.stage import Stage

STAGES: dict[str, type[Stage]] = {kind.name: kind for kind in (Vae, Clip, Denoiser, ControlNet, Judge)}
ORIGINS = ("auto", "checkpoint", "weights", "shipped")


@dataclass(frozen=True)
class Project:
    """Where a model is made, how much of everything, and on what.

    Attributes:
        workspace: where.
        settings: how much of everything.
        device: to compute on.
        report: is given a line now and then.
    """

    workspace: Workspace
    settings: Settings
    device: torch.device
    report: Callable[[str], None] = print

    def stage(self, name: str, part: str = "all") -> Stage:
        """Return the stage that trains a network, or a part of it.

        Raises:
            TrainingError: there is no such stage, or its network has no such part.
        """
        if name not in STAGES:
            raise TrainingError(f"There is no stage {name!r} to train. There are: {', '.join(STAGES)}.")
        kind = STAGES[name]
        if part not in kind.parts:
            raise TrainingError(f"There is no part {part!r} of {name} to train. There are: {', '.join(kind.parts)}.")
        return kind(self.workspace, self.settings, self.device, part)

    def make_sprites(self) -> sprites.Likeness:
        """Draw the sheet of emoji from their npm packages and compare it with the one that ships."""
        likeness = sprites.make(self.workspace, self.report)
        self.report(
            f"sprites: {likeness.drawings} drawings, {likeness.mean:.1f} of 255 from those that ship on average, "
            f"at most {likeness.largest:.1f} ({likeness.furthest})"
        )
        return likeness

    def make_scenes(self) -> None:
        """Make the scenes to train on and to look at, as far as they are not there yet."""
        for name, wanted in self.settings.sets.items():
            scene_sets.make(self.workspace, name, wanted, self.report)

    def make_tokenizer(self) -> None:
        """Learn the tokenizer from English captions and Chinese words."""
        captions, _ = scene_sets.make(self.workspace, "even", self.settings.sets["even"]).captions
        made = tokenizer.make(captions, self.settings.merges)
        with replacing(self.workspace.tokenizer) as folder:
            made.save_pretrained(folder)
        self.report(f"tokenizer: {len(made):,} tokens")

    def train(self, name: str, hours: float | None = None) -> Session:
        """Train a network to the end of its budget; one that was begun before keeps its budget. To train beyond it there is `more`.

        Args:
            name: of the stage.
            hours: for so long, instead of the whole course.
        """
        begun = self.workspace.checkpoint(name).exists()
        return train(self.stage(name), self.report, hours=None if begun else hours)

    def evaluation(self, pictures: int | None = None) -> Evaluation:
        """Prepare an evaluation, by the judge of the workspace or else the one that the repository keeps; if there is none it is trained.

        Args:
            pictures: drawn for each kind of question; as many as the settings say if left out.
        """
        self._have_judge()
        count = self.settings.examination.pictures if pictures is None else pictures
        return Evaluation(self.workspace, self.settings, self.device, count, self.report)

    def _have_judge(self) -> None:
        if self.settings.name == FULL.name and kept_judge.copy_into(self.workspace):
            self.report(f"judge: that of {kept_judge.FOLDER}")
        if not self.workspace.weights("judge").exists() or self.workspace.checkpoint("judge").exists():
            self.train("judge")

    def evaluate(self, pictures: int | None = None, parts: Sequence[str] = ()) -> dict[str, Any]:
        """Compute figures: of some parts, or all of them, which are then written down with the model card.

        Raises:
            TrainingError: there is no such part.
        """
        unknown = [name for name in parts if name not in PARTS]
        if unknown:
            raise TrainingError(f"There is no part {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
        evaluation = self.evaluation(pictures)
        figures = evaluation.figures(parts or PARTS)
        if not parts:
            self.report(f"figures: {evaluation.write(figures)}")
            self.write_card()
        return figures

    def write_card(self) -> Path:
        """Write the model card from the figures of the last evaluation.

        Raises:
            TrainingError: there was none.
        """
        figures = self.workspace.require(self.workspace.evaluation / "evaluation.json", "evaluate")
        path = self.workspace.evaluation / "MODEL_CARD.md"
        write_whole(path, card(json.loads(figures.read_text("utf-8"))))
        self.report(f"card: {path}")
        return path

    def draw_sheet(self) -> Path:
        """Draw 64 prompts on one sheet and name the failures that the judge sees."""
        path, failures = contact_sheet.make(self.evaluation())
        self.report(f"sheet: {path}, {len(failures)} of 64 failed, by name in {path.with_suffix('.md')}")
        return path

    def pack(self, *, install: bool = False) -> None:
        """Write the folders that ship, in half precision, with the card if there is one, and the networks of the page.

        Args:
            install: put them into the package as well, in place of the weights that ship.
        """
        written = self.workspace.evaluation / "MODEL_CARD.md"
        sizes = packing.pack(self.workspace, written.read_text("utf-8") if written.exists() else None)
        for name, size in sizes.items():
            self.report(f"packed: {self.workspace.packed / name}, {size / 1e6:.1f} MB")
        if graphs.missing():
            self.report(f"no networks of the page: {' and '.join(graphs.missing())} not installed; later: make page-networks")
        if install:
            packing.install(self.workspace, bundled_path().parent)
            self.report(f"installed in {bundled_path().parent}")

    def write_graphs(self) -> None:
        """Write the networks of the page for the weights that are in the package, beside them.

        Raises:
            TrainingError: something to write them with is not installed.
        """
        sizes = graphs.write(bundled_path(), clip_path(), bundled_path().with_name(graphs.FOLDER))
        for name, size in sizes.items():
            self.report(f"page: {name}, {size / 1e6:.2f} MB")

    def keep_judge(self) -> None:
        """Keep the judge of the workspace in the repository, for evaluations to come."""
        self.report(f"judge: {kept_judge.keep(self.workspace)}")

    def write_starts(self) -> None:
        """Train what the explorer of generative models can begin with, and put it into the package."""
        starts.write(self.report)

    def make_everything(self, pictures: int | None = None, *, drawings: bool = True) -> None:
        """Take all steps in their order, as far as they are not done.

        Args:
            pictures: of the evaluation, see `evaluation`.
            drawings: whether to draw the sprites too, which takes npm and resvg; no other step needs them.
        """
        if drawings:
            self.make_sprites()
        self.make_scenes()
        if not self.workspace.tokenizer.exists():
            self.make_tokenizer()
        for name in STAGES:
            self.train(name)
        self.evaluate(pictures)
        self.draw_sheet()
        self.pack()

    def more(
        self, name: str, hours: float, origin: str = "auto", *, part: str | None = None, pictures: int | None = None
    ) -> tuple[Path, list[Change]]:
        """Train a stage on, and compare the figures of before and after.

        Args:
            name: of the stage.
            hours: how long.
            origin: "checkpoint", with its optimizers; "weights", of the workspace; "shipped", the weights that ship, in a workspace
                beside; "auto", the best of them that there is.
            part: of the network; the first of its parts, which leaves what was trained on it valid, if left out.
            pictures: of the evaluation, see `evaluation`.

        Returns:
            The folder of the weights, and the changes.

        Raises:
            TrainingError: there is no such stage, origin or part, or nothing to begin from.
        """
        trained = self.stage(name)
        if origin not in ORIGINS:
            raise TrainingError(f"--from {origin} is not possible. Use checkpoint, weights or shipped.")
        if origin == "shipped":
            here = self.beside(name)
        elif origin == "auto" and not self.workspace.weights(name).exists():
            here = self.beside()
        else:
            here = self
        trained = here.stage(name, trained.parts[0] if part is None else part)
        resumed = origin == "checkpoint" or (origin == "auto" and has_checkpoint(trained))
        changes = more(trained, here.evaluation(pictures), hours, "checkpoint" if resumed else "weights")
        return here.workspace.weights(name), changes

    def trials(self, name: str, changes: Sequence[str], minutes: float) -> Iterator[Trial]:
        """Run a stage shortly, once as it is and once for each change of the settings, all from the same weights.

        Args:
            name: of the stage.
            changes: see `diffexplain.training.course.trials.changed`.
            minutes: of each run.
        """

        def make(workspace: Workspace, settings: Settings) -> Stage:
            return replace(self, workspace=workspace, settings=settings).stage(name)

        return trials(make, self.workspace, self.settings, ["", *changes], minutes, self.report)

    def beside(self, anew: str | None = None) -> Project:
        """Return the project of the weights that ship, in a workspace beside this one, with which it shares scenes and judge.

        Args:
            anew: stage whose shipped weights take the place of what was trained there.

        Raises:
            TrainingError: nothing of that stage ships.
        """
        if anew is not None and anew not in shipped.STAGES:
            raise TrainingError(f"No {anew} ships. Train one first: python -m diffexplain.training {anew} --shipped")
        root = self.workspace.root
        workspace = Workspace(root.with_name(f"{root.name}-shipped"))
        if not workspace.weights("denoiser").exists():
            shipped.copy_into(workspace)
        elif anew is not None:
            shipped.copy_into(workspace, (anew,))
            workspace.checkpoint(anew).unlink(missing_ok=True)  # of weights that are gone
        workspace.borrow(self.workspace, "scenes", "judge")
        return replace(self, workspace=workspace)


def open_project(
    folder: Path | str, setting: str = FULL.name, device: str | None = None, report: Callable[[str], None] = print
) -> Project:
    """Open a folder to make a model in; nothing is written yet.

    Args:
        folder: of the workspace.
        setting: "full", or "tiny" to try the whole path in minutes.
        device: "cuda", "mps" or "cpu"; the best there is if left out.
        report: is given a line now and then.

    Raises:
        TrainingError: there is no such setting.
    """
    if setting not in SETTINGS:
        raise TrainingError(f"There is no setting {setting!r}. There are: {', '.join(SETTINGS)}.")
    return Project(Workspace(Path(folder).resolve()), SETTINGS[setting], choose_device(device), report)


def has_checkpoint(stage: Stage) -> bool:
    """Say whether there is a checkpoint of the same part of the network, whose optimizers can be used."""
    path = stage.workspace.checkpoint(stage.name)
    return path.exists() and bool(checkpoint.read(path)["mark"] == stage.mark)
