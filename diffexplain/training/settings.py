"""How much of everything: `FULL` makes the model that ships, `TINY` proves the whole path in minutes."""

from __future__ import annotations

from dataclasses import dataclass

NETWORKS = ("vae", "clip", "denoiser", "controlnet", "judge")  # in the order in which they are trained; each has a course


@dataclass(frozen=True)
class SceneSet:
    """Scenes that are made once.

    Attributes:
        seed: of the stream; sets with different seeds share nothing.
        count: how many scenes.
        mix: "even", every thing as often as any other, or "core", the sixty core things eleven times as often.
        side: of a picture, in pixels: as the autoencoder that is trained on them sees it, and 64 or a multiple, to which CLIP and the
            judge see it reduced.
    """

    seed: int
    count: int
    mix: str = "even"
    side: int = 64


@dataclass(frozen=True)
class Course:
    """How long and how fast a network is trained.

    Attributes:
        samples: how many pictures it sees in all.
        batch: how many at a time.
        rate: full learning rate.
        warm_up: samples over which the rate rises.
        log_every: samples between two lines of the log.
        held_out_every: samples between two looks at pictures that are kept apart.
        expected: how long that takes, in words: as measured or, of ControlNet, estimated.
    """

    samples: int
    batch: int
    rate: float
    warm_up: int
    log_every: int
    held_out_every: int
    expected: str


@dataclass(frozen=True)
class DenoiserCourse(Course):
    """A course with two choices more.

    Attributes:
        optimizer: "muon", for weight matrices, with AdamW for the rest; or "adamw".
        compiled: whether the network runs through `torch.compile`.
    """

    optimizer: str = "muon"
    compiled: bool = False


@dataclass(frozen=True)
class Widths:
    """Sizes of the networks.

    Attributes:
        vae: channels of each level; latents have half the side a level below the first.
        vae_groups: of its group norms. With one channel a group the last norm would take away the colour of the ground.
        clip: of both towers.
        clip_layers: of each tower.
        unet: channels of each level.
        groups: of group norms in the U-Net.
        judge: channels of each level.
    """

    vae: tuple[int, ...] = (32, 32, 64, 64)
    vae_groups: int = 16
    clip: int = 192
    clip_layers: int = 4
    unet: tuple[int, int, int] = (64, 128, 192)
    groups: int = 16
    judge: tuple[int, int, int, int] = (32, 64, 128, 192)


@dataclass(frozen=True)
class Examination:
    """How much is asked in an evaluation.

    Attributes:
        pictures: generated for each question, unless another number is asked for.
        held_out: real pictures for VAE and judge.
        gallery: pictures among which CLIP has to find the right one.
        steps: of the sampler.
        guidance: scale.
        sweep_steps: to compare.
        sweep_guidance: to compare.
        seeds: pictures of one prompt, for diversity.
    """

    pictures: int = 200
    held_out: int = 500
    gallery: int = 1000
    steps: int = 20
    guidance: float = 4.0
    sweep_steps: tuple[int, ...] = (5, 10, 20, 40)
    sweep_guidance: tuple[float, ...] = (1.0, 2.0, 4.0, 6.0, 9.0)
    seeds: int = 8


@dataclass(frozen=True)
class Settings:
    """All of it.

    Attributes:
        name: of the setting.
        sets: scenes, by name: "even" and "core" to train on, "held_out" to look at.
        latents: how many scenes of each set the denoiser learns from; their latents and text states lie in memory.
        shares: how often the denoiser is shown each set.
        pairs: share of scenes of two things among those that CLIP and the denoiser are shown; in the sets it is 38 %.
        chinese: share of Chinese captions shown to the denoiser; CLIP gets half and half.
        dropped: share of captions left out, for guidance.
        merges: English merges of the tokenizer.
        vae: course of the autoencoder.
        clip: course of CLIP.
        denoiser: course of the U-Net.
        controlnet: course of the ControlNet.
        judge: course of the classifier that evaluates.
        widths: of the networks.
        examination: of the evaluation.
        keep_seconds: between two checkpoints.
        average: limit of the decay of the averaged weights.
    """

    name: str
    sets: dict[str, SceneSet]
    latents: dict[str, int]
    shares: dict[str, float]
    vae: Course
    clip: Course
    denoiser: DenoiserCourse
    controlnet: Course
    judge: Course
    widths: Widths = Widths()
    examination: Examination = Examination()
    merges: int = 1100
    pairs: float = 0.6
    chinese: float = 0.3
    dropped: float = 0.1
    keep_seconds: float = 300.0
    average: float = 0.999

    @property
    def latent_side(self) -> int:
        """Of latents, in cells: what the autoencoder leaves of a picture's side."""
        return self.sets["held_out"].side >> (len(self.widths.vae) - 1)


FULL = Settings(
    name="full",
    sets={
        "even": SceneSet(11, 100_000, side=128),
        "core": SceneSet(31, 25_000, "core", side=128),
        "held_out": SceneSet(12, 2_000, side=128),
    },
    latents={"even": 30_000, "core": 25_000},
    shares={"even": 0.7, "core": 0.3},
    chinese=0.5,
    vae=Course(240_000, 16, 2e-3, 800, 1_600, 16_000, "about 85 minutes on one core"),
    clip=Course(1_000_000, 128, 1e-3, 12_800, 6_400, 64_000, "about 100 minutes on one core"),
    denoiser=DenoiserCourse(400_000, 96, 1e-3, 9_600, 2_400, 24_000, "two to four hours on two cores"),
    controlnet=Course(100_000, 48, 5e-4, 4_800, 2_400, 24_000, "about an hour and a half on two cores"),
    judge=Course(170_000, 64, 2e-3, 3_200, 3_200, 32_000, "about an hour on one core"),
)

_SHORT = "seconds"
TINY = Settings(
    name="tiny",
    sets={"even": SceneSet(11, 256), "core": SceneSet(31, 128, "core"), "held_out": SceneSet(12, 128)},
    latents={"even": 128, "core": 128},
    shares={"even": 0.55, "core": 0.45},
    vae=Course(256, 16, 2e-3, 32, 64, 128, _SHORT),
    clip=Course(512, 64, 1e-3, 64, 128, 256, _SHORT),
    denoiser=DenoiserCourse(512, 32, 2e-3, 64, 128, 256, _SHORT),
    controlnet=Course(128, 32, 1e-3, 32, 64, 128, _SHORT),
    judge=Course(512, 32, 2e-3, 64, 128, 256, _SHORT),
    widths=Widths(vae=(8, 8, 16, 16), vae_groups=4, clip=32, clip_layers=1, unet=(8, 16, 16), groups=4, judge=(8, 16, 16, 32)),
    examination=Examination(
        pictures=4, held_out=64, gallery=64, steps=3, sweep_steps=(2, 3), sweep_guidance=(1.0, 4.0), seeds=2
    ),
    keep_seconds=5.0,
    average=0.9,
)
SETTINGS = {setting.name: setting for setting in (FULL, TINY)}
