"""All figures of a model, on pictures that nobody was trained on. Each part is kept as soon as it is there.

A part is computed anew when the weights it depends on have changed, or when another number of pictures is asked for; otherwise its
figures are taken from the file, so that a killed evaluation goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from diffexplain.learn import controlnet as control
from diffexplain.models import bundled_path
from diffexplain.scenes import GROUNDS, THINGS, stream
from diffexplain.training.data import captions, scene_sets
from diffexplain.training.evaluation import cost
from diffexplain.training.evaluation.drawing import draw
from diffexplain.training.evaluation.figures import mean_of, psnr, share_of, ssim
from diffexplain.training.evaluation.questions import KINDS, SEED, Exam, Question, exam, mark
from diffexplain.training.networks import clip, denoiser, judge, pipeline, vae
from diffexplain.training.workspace import fingerprint, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from diffexplain.training.networks.judge import Verdict
    from diffexplain.training.settings import Settings
    from diffexplain.training.workspace import Workspace

_FORMAT = 3
_TITLES = {
    "vae": "pictures through the autoencoder",
    "clip": "retrieval",
    "agreement": "text agreement",
    "diversity": "diversity over seeds",
    "guidance": "agreement against guidance",
    "steps": "agreement against steps",
    "cost": "cost of a run",
    "controlnet": "edges",
}
PARTS = tuple(_TITLES)
FOR_STAGE = {"vae": ("vae",), "clip": ("clip",), "denoiser": ("agreement", "diversity"), "controlnet": ("controlnet",)}


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What is evaluated, where, and how thoroughly.

    Attributes:
        workspace: whose weights.
        settings: of it.
        device: to compute on.
        pictures: how many are drawn for each kind of question.
        report: is given a line now and then.
    """

    workspace: Workspace
    settings: Settings
    device: torch.device
    pictures: int
    report: Callable[[str], None]

    def figures(self, parts: Sequence[str] = PARTS) -> dict[str, Any]:
        """Return the figures of these parts, as plain data; those of ControlNet only where there is one."""
        figures: dict[str, Any] = {"about": self.about()}
        for part in parts:
            if part == "controlnet" and not self.workspace.weights("controlnet").exists():
                continue
            figures[part] = self._kept(part)
        return figures

    def write(self, figures: dict[str, Any]) -> Path:
        """Write the figures where the card is made from."""
        path = self.workspace.evaluation / "evaluation.json"
        write_whole(path, json.dumps(figures, indent=1))
        return path

    def about(self) -> dict[str, Any]:
        """Return what the figures are about."""
        look = self.settings.examination
        return {
            "weights": self._mark(*pipeline.PARTS),
            "judge": self._mark("judge"),
            "side": self._side,
            "pictures": self.pictures,
            "steps": look.steps,
            "guidance": look.guidance,
            "sampler": f"DDIM, {pipeline.scheduler().config.timestep_spacing} timesteps",
        }

    def drawn(
        self, name: str, questions: Sequence[Question], *, steps: int | None = None, guidance: float | None = None
    ) -> np.ndarray:
        """Draw pictures of these questions, seeds 0, 1, 2 ..."""
        look = self.settings.examination
        return draw(
            self.workspace.evaluation / "pictures" / f"{name}.npy",
            lambda: self._pipeline,
            [question.prompt for question in questions],
            source=self._mark("tokenizer", *pipeline.PARTS) + self._sampler,
            side=self._side,
            steps=look.steps if steps is None else steps,
            guidance=look.guidance if guidance is None else guidance,
            progress=lambda done, total: self.report(f"drawing, {name}: {done:,} of {total:,}"),
        )

    def judged(self, pictures: np.ndarray) -> Verdict:
        """Return what the judge sees."""
        return judge.judge(self._judge, pictures)

    def vae(self) -> dict[str, Any]:
        """Compute PSNR and SSIM of held-out scenes that were encoded and decoded."""
        clean = vae.seen(self._vae, self._held_out.pictures[: self.settings.examination.held_out])
        reconstructed = vae.reconstruct(self._vae, clean)
        return {"psnr": asdict(mean_of(psnr(reconstructed, clean))), "ssim": asdict(mean_of(ssim(reconstructed, clean)))}

    def clip(self) -> dict[str, Any]:
        """Count how often the caption of a picture is the nearest of so many, or among the five nearest; and the picture of a caption.

        Order: is a picture nearer to its caption than to the one that says right for left, or below for above?
        """
        model = clip.load(self.workspace.weights("clip"), self.device)
        count = self.settings.examination.gallery
        tokens = captions.tokens(self.workspace, "held_out", self._held_out)[:count]
        wrong = captions.tokens(self.workspace, "held_out", self._held_out, "opposite")[:count]
        pictures = clip.embed_pictures(model, self._held_out.pictures[:count])
        figures: dict[str, Any] = {}
        for number, language in enumerate(("english", "chinese")):
            cosines = pictures @ clip.embed_tokens(model, tokens[:, number]).T  # (pictures, texts)
            ways = {"text_of_picture": cosines, "picture_of_text": cosines.T}
            figures[language] = {
                way: {f"recall_{among}": asdict(share_of(clip.hits(matrix, among).numpy())) for among in (1, 5)}
                for way, matrix in ways.items()
            }
            figures[language]["order"] = asdict(
                share_of(clip.ordered(model, pictures, tokens[:, number], wrong[:, number]).numpy())
            )
        return {"gallery": len(pictures), **figures}

    def agreement(self) -> dict[str, Any]:
        """Compute what the judge finds in generated pictures, in the scenes the questions come from, and in those through the autoencoder."""
        figures: dict[str, Any] = {}
        for kind in KINDS:
            asked = exam(kind, self.pictures, self._side)
            ways = {
                "generated": self.drawn(kind, asked.questions),
                "scenes": asked.pictures,
                "decoded": vae.reconstruct(self._vae, asked.pictures),
            }
            figures[kind] = {way: self._shares(asked, pictures) for way, pictures in ways.items()}
        return figures

    def diversity(self) -> dict[str, Any]:
        """Compute how far apart pictures of one prompt are, beside scenes with the same thing on the same ground.

        In colours: root mean square difference of pixels, 0 to 255. In content: 1 less the cosine of the judge's features.
        """
        seeds = self.settings.examination.seeds
        prompts = max(2, self.pictures // seeds)
        questions = exam("core", prompts, self._side).questions
        generated = self.drawn("diversity", [question for question in questions for _ in range(seeds)])
        scenes = np.concatenate([_alike(question, seeds, self._side) for question in questions])
        return {
            "prompts": prompts,
            "seeds": seeds,
            **{
                way: self._apart(pictures.reshape(prompts, seeds, *pictures.shape[1:]))
                for way, pictures in (("generated", generated), ("scenes", scenes))
            },
        }

    def guidance(self) -> list[dict[str, Any]]:
        """Compute agreement for core things at several guidance scales."""
        scales = self.settings.examination.sweep_guidance
        return [{"guidance": scale, **self._swept(guidance=scale)} for scale in scales]

    def steps(self) -> list[dict[str, Any]]:
        """Compute agreement for core things with several numbers of steps."""
        counts = self.settings.examination.sweep_steps
        return [{"steps": count, **self._swept(steps=count)} for count in counts]

    def cost(self) -> dict[str, Any]:
        """Count the multiply-adds of the denoiser, and of the one that ships."""
        steps = self.settings.examination.steps
        unet = denoiser.load(self.workspace.weights("denoiser"), self.device)
        shipped = denoiser.load(bundled_path() / "unet", self.device)
        return {
            "parameters": sum(parameter.numel() for parameter in unet.parameters()),
            "call": cost.of_call(unet),
            "run": cost.of_run(unet, steps),
            "shipped_run": cost.of_run(shipped, steps),
        }

    def controlnet(self) -> dict[str, Any]:
        """Compute how many of the edges that were asked for are in the picture, and how many of the picture's were asked for (F1)."""
        asked = exam("core", self.pictures, self._side)
        wanted = control.edges(torch.from_numpy(asked.pictures).permute(0, 3, 1, 2).float() / 255)
        controlled = draw(
            self.workspace.evaluation / "pictures" / "controlnet.npy",
            lambda: pipeline.assemble(self.workspace, self.device, controlled=True),
            [question.prompt for question in asked.questions],
            source=self._mark("tokenizer", *pipeline.PARTS, "controlnet") + self._sampler,
            side=self._side,
            steps=self.settings.examination.steps,
            guidance=self.settings.examination.guidance,
            control=wanted,
        )
        ways = {
            "with": controlled,
            "without": self.drawn("core", asked.questions),
            "decoded": vae.reconstruct(self._vae, asked.pictures),
        }
        return {way: asdict(mean_of(_likeness(wanted, pictures))) for way, pictures in ways.items()}

    def _kept(self, part: str) -> Any:
        path = self.workspace.evaluation / "parts" / f"{part}.json"
        marks = self._mark("tokenizer", *pipeline.PARTS, "controlnet", "judge"), self._sampler
        source = [_FORMAT, self.pictures, *marks, self.settings.name]
        if path.exists():
            kept = json.loads(path.read_text())
            if kept["source"] == source:
                return kept["figures"]
        self.report(f"evaluating: {_TITLES[part]}")
        figures = getattr(self, part)()
        write_whole(path, json.dumps({"source": source, "figures": figures}, indent=1))
        return json.loads(path.read_text())["figures"]

    def _shares(self, asked: Exam, pictures: np.ndarray) -> dict[str, Any]:
        marks = mark(asked.questions, self.judged(pictures))
        shares = {name: asdict(share_of(getattr(marks, name))) for name in ("things", "near", "ground")}
        if len(asked.questions[0].things) > 1:
            ordered = np.array([question.ordered for question in asked.questions])
            shares |= {"relation": asdict(share_of(marks.relation)), "order": asdict(share_of(marks.order[ordered]))}
        return shares

    def _swept(self, **how: Any) -> dict[str, Any]:
        asked, look = exam("core", self.pictures, self._side), self.settings.examination
        usual = all(getattr(look, name) == value for name, value in how.items())
        name = "core" if usual else " ".join(f"{key} {value:g}" for key, value in how.items())
        marks = mark(asked.questions, self.judged(self.drawn(name, asked.questions, **how)))
        return {figure: asdict(share_of(getattr(marks, figure))) for figure in ("things", "ground")}

    def _apart(self, pictures: np.ndarray) -> dict[str, Any]:
        """Compare all pairs of each prompt: (prompts, seeds, S, S, 3)."""
        colours, contents = [], []
        for row in pictures:
            points = self.judged(row).features
            points = points / np.linalg.norm(points, axis=1, keepdims=True)
            values = row.astype(np.float64)
            pairs = [(i, j) for i in range(len(row)) for j in range(i)]
            colours.append(np.mean([np.sqrt(np.square(values[i] - values[j]).mean()) for i, j in pairs]))
            contents.append(np.mean([1 - points[i] @ points[j] for i, j in pairs]))
        return {"colours": asdict(mean_of(np.array(colours))), "content": asdict(mean_of(np.array(contents)))}

    def _mark(self, *stages: str) -> str:
        folders = [self.workspace.tokenizer if stage == "tokenizer" else self.workspace.weights(stage) for stage in stages]
        return fingerprint(*(folder for folder in folders if folder.exists()))

    @cached_property
    def _sampler(self) -> str:
        """Like `_mark`, of how a pipeline draws besides its weights."""
        return f"; sampler {hashlib.sha256(pipeline.scheduler().to_json_string().encode()).hexdigest()[:16]}"

    @cached_property
    def _held_out(self) -> scene_sets.Scenes:
        return scene_sets.make(self.workspace, "held_out", self.settings.sets["held_out"])

    @cached_property
    def _vae(self) -> Any:
        return vae.load(self.workspace.require(self.workspace.weights("vae"), "vae"), self.device)

    @property
    def _side(self) -> int:
        return int(self._vae.config.sample_size)

    @cached_property
    def _judge(self) -> Any:
        return judge.load(self.workspace.require(self.workspace.weights("judge"), "judge"), self.device)

    @cached_property
    def _pipeline(self) -> Any:
        return pipeline.assemble(self.workspace, self.device)


def _alike(question: Question, count: int, side: int) -> np.ndarray:
    """Return scenes with the same one thing on the same ground."""
    name, ground = THINGS[question.things[0]], GROUNDS[question.ground]
    fitting = (scene for scene in stream(SEED, [name], side) if scene.ground == ground and len(scene.objects) == 1)
    return np.stack([np.asarray(scene.image) for scene in islice(fitting, count)])


def _likeness(wanted: torch.Tensor, pictures: np.ndarray) -> np.ndarray:
    """Compute (N,) F1 of edges, where one that is off by a pixel counts as found."""
    drawn = control.edges(torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float() / 255)[:, :1]
    wanted = wanted[:, :1]
    near_drawn, near_wanted = (torch.nn.functional.max_pool2d(lines, 3, stride=1, padding=1) for lines in (drawn, wanted))
    recall = (wanted * near_drawn).sum((1, 2, 3)) / wanted.sum((1, 2, 3)).clamp(min=1)
    precision = (drawn * near_wanted).sum((1, 2, 3)) / drawn.sum((1, 2, 3)).clamp(min=1)
    values: np.ndarray = (2 * recall * precision / (recall + precision).clamp(min=1e-9)).double().numpy()
    return values
