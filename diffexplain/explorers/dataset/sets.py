"""The seven data sets that text-to-image grew up on, as data. Where the literature differs, both figures stand here, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from diffexplain.i18n import Words, say

Unit: TypeAlias = Literal["pairs", "captions", "pictures", "videos"]

_COCO = "Chen et al. 2015, arXiv:1504.00325"
_GENOME = "Krishna et al. 2017, arXiv:1602.07332"
_GENOME_CARD = "huggingface.co/datasets/ranjaykrishna/visual_genome"
_CONCEPTUAL_3M_CARD = "huggingface.co/datasets/google-research-datasets/conceptual_captions"
_CONCEPTUAL_12M_CARD = "huggingface.co/datasets/google-research-datasets/conceptual_12m"
_CONCEPTUAL_12M_README = "github.com/google-research-datasets/conceptual-12m"
_FLICKR = "Thomee and Shamma 2014, code.flickr.com"
_LAION_400M = "laion.ai/blog/laion-400-open-dataset"
_LAION_5B = "laion.ai/blog/laion-5b"
_LAION_5B_PAPER = "Schuhmann et al. 2022, arXiv:2210.08402"
_LEMON = "Hu et al. 2021, arXiv:2111.12233"


@dataclass(frozen=True)
class Figure:
    """How large a data set is said to be.

    Attributes:
        count: the number.
        unit: of what.
        what: which of them, or who counts so; empty where the unit says it all.
        source: where it is from.
    """

    count: int
    unit: Unit
    what: Words | str
    source: str


@dataclass(frozen=True)
class Claim:
    """What is said of a data set.

    Attributes:
        text: a sentence or two.
        source: where it is from.
    """

    text: Words | str
    source: str


@dataclass(frozen=True)
class DataSet:
    """A data set of the field.

    Attributes:
        name: what it is called.
        year: of its first release.
        figures: its sizes; the first is what it is usually said to have.
        licence: in short, for a table.
        terms: who may do what with it.
        made: how.
        wrong: what is wrong with it, or known to be missing.
    """

    name: str
    year: int
    figures: list[Figure]
    licence: Words | str
    terms: Claim
    made: Claim
    wrong: list[Claim]


COCO = DataSet(
    name="COCO Captions",
    year=2015,
    figures=[
        Figure(330_000, "pairs", say("counted as one a picture"), _LAION_5B_PAPER),
        Figure(330_000, "pictures", say("when completed"), _COCO),
        Figure(1_500_000, "captions", say("when completed: “over one and a half million”"), _COCO),
        Figure(616_435, "captions", say("public, for training and validation"), _COCO),
        Figure(616_767, "captions", say("public, as another project counts them"), "SPEECH-COCO, which adds speech to each"),
    ],
    licence="CC BY 4.0",
    terms=Claim(
        say(
            "The captions are under CC BY 4.0. The pictures belong to those who put them on Flickr, whose terms of use hold for them."
        ),
        "cocodataset.org, terms of use",
    ),
    made=Claim(
        say("Written by hand: workers of Amazon Mechanical Turk described each picture, five of them independently."), _COCO
    ),
    wrong=[
        Claim(say("What people must write stays small."), _LAION_5B_PAPER),
        Claim(
            say("Captions differ in wording and tone for people with lighter and with darker skin, and models repeat it."),
            "Zhao, Wang and Russakovsky 2021, arXiv:2106.08503",
        ),
        Claim(say("Models exaggerate what it says of women and men."), "Burns et al. 2018, arXiv:1803.09797"),
    ],
)

VISUAL_GENOME = DataSet(
    name="Visual Genome",
    year=2016,
    figures=[
        Figure(5_000_000, "pairs", say("“5M examples”"), _LAION_5B_PAPER),
        Figure(5_408_689, "captions", say("descriptions of regions in its files"), "counted in region_descriptions.json"),
        Figure(108_077, "pictures", "", _GENOME_CARD),
    ],
    licence="CC BY 4.0",
    terms=Claim(say("All of its annotations are under CC BY 4.0."), _GENOME_CARD),
    made=Claim(
        say(
            "Crowd workers drew boxes in each picture and wrote what is in them: objects, attributes, relations, questions and answers."
        ),
        _GENOME,
    ),
    wrong=[
        Claim(
            say("Its sentences are about regions, some fifty in each of only 108,077 pictures: each tells of a corner."),
            _GENOME_CARD,
        ),
        Claim(say("What people must write stays small."), _LAION_5B_PAPER),
    ],
)

CONCEPTUAL_CAPTIONS = DataSet(
    name="Conceptual Captions",
    year=2018,
    figures=[
        Figure(12_000_000, "pairs", say("CC12M, of 2021, rounded"), _CONCEPTUAL_12M_README),
        Figure(12_423_374, "pairs", say("CC12M, in its file"), _CONCEPTUAL_12M_CARD),
        Figure(3_300_000, "pairs", say("CC3M, of 2018, rounded"), "huggingface.co/datasets/pixparse/cc3m-wds"),
        Figure(3_318_333, "pairs", say("CC3M, in its file for training"), _CONCEPTUAL_3M_CARD),
        Figure(
            2_905_954, "pairs", say("CC3M, that could still be fetched in 2021"), "huggingface.co/datasets/pixparse/cc3m-wds"
        ),
    ],
    licence=say("free for any purpose"),
    terms=Claim(
        say(
            "The list may be used for any purpose. It holds addresses and captions; Google owns none of the pictures and can't hand them out."
        ),
        f"huggingface.co/datasets/pixparse/cc3m-wds; {_CONCEPTUAL_12M_README}",
    ),
    made=Claim(
        say(
            "Alt-texts of pictures from billions of web pages, filtered by rules. In CC3M names gave way to general words; CC12M loosened "
            "the rules and hides the names of persons only."
        ),
        "Sharma et al. 2018, aclanthology.org/P18-1238; Changpinyo et al. 2021, arXiv:2102.08981",
    ),
    wrong=[
        Claim(say("Pictures vanish: in 2021 one in eight of CC3M was gone."), "huggingface.co/datasets/pixparse/cc3m-wds"),
        Claim(say("About 63,000 addresses stand in both parts."), _CONCEPTUAL_12M_README),
        Claim(
            say("In CC3M names of people, venues and places gave way to general words: none can be learned from it."),
            "Changpinyo et al. 2021, arXiv:2102.08981",
        ),
    ],
)

YFCC100M = DataSet(
    name="YFCC100M",
    year=2014,
    figures=[
        Figure(99_206_564, "pictures", say("as Flickr counts them"), _FLICKR),
        Figure(99_171_688, "pictures", say("in the copy of Multimedia Commons"), "dsiac.org/?p=17709"),
        Figure(
            14_829_396, "pictures", say("with a title or a description in English"), "github.com/openai/CLIP, data/yfcc100m.md"
        ),
        Figure(793_436, "videos", say("as Flickr counts them"), _FLICKR),
        Figure(787_479, "videos", say("in the copy of Multimedia Commons"), "dsiac.org/?p=17709"),
    ],
    licence=say("Creative Commons"),
    terms=Claim(
        say(
            "Each picture has a Creative Commons licence of its own; 31.8 % may be used commercially, 17.3 % ask for nothing but the name."
        ),
        _FLICKR,
    ),
    made=Claim(
        say("What people put on Flickr from 2004 to 2014, with their titles, tags and descriptions. Nobody wrote captions."),
        "records.mlab.no, a guide to it; Thomee et al. 2016, arXiv:1503.01817",
    ),
    wrong=[
        Claim(say("The text often has little or nothing to do with what the picture shows."), _LAION_5B_PAPER),
        Claim(
            say("Only 15 % have a title or a description in English sentences."),
            "github.com/openai/CLIP, data/yfcc100m.md",
        ),
        Claim(
            say("Faces in it served to train face recognition, and nobody in the pictures had been asked."),
            "exposing.ai/ibm_dif",
        ),
    ],
)

ALT200M = DataSet(
    name="ALT200M",
    year=2021,
    figures=[Figure(200_000_000, "pairs", say("“up to 200 million”"), _LEMON)],
    licence=say("private"),
    terms=Claim(
        say("Microsoft’s own: the paper names no place to get it from, and lists of data sets call it private."), _LEMON
    ),
    made=Claim(say("Collected automatically from the alt attributes of pictures on the web."), _LEMON),
    wrong=[
        Claim(say("Nobody outside can check what is in it, or repeat what was found with it."), _LEMON),
        Claim(say("Its makers themselves call it noisy."), _LEMON),
    ],
)

LAION_400M = DataSet(
    name="LAION-400M",
    year=2021,
    figures=[
        Figure(400_000_000, "pairs", "", "Schuhmann et al. 2021, arXiv:2111.02114"),
        Figure(413_000_000, "pairs", say("“unique samples” in its statistics"), _LAION_400M),
    ],
    licence="CC BY 4.0",
    terms=Claim(
        say("The list of addresses and texts is under CC BY 4.0; the pictures are under their own copyright."), _LAION_400M
    ),
    made=Claim(
        say(
            "Pictures with alt-text from Common Crawl, 2014 to 2021. What OpenAI’s CLIP gave a cosine below 0.3 was dropped: people had looked "
            "and found this a good threshold."
        ),
        _LAION_400M,
    ),
    wrong=[
        Claim(
            say("An audit found pornography, slurs and malign stereotypes."),
            "Birhane, Prabhu and Kahembwe 2021, arXiv:2110.01963",
        ),
        Claim(say("One picture at two addresses is in it twice."), _LAION_400M),
        Claim(
            say("Such a filter drops more of what is about older women, LGBTQ+ people and countries outside the West."),
            "Hong et al. 2024, arXiv:2405.08209 (DataComp)",
        ),
    ],
)

LAION_5B = DataSet(
    name="LAION-5B",
    year=2022,
    figures=[
        Figure(5_850_000_000, "pairs", "", _LAION_5B),
        Figure(2_320_000_000, "pairs", say("in English"), _LAION_5B),
        Figure(2_260_000_000, "pairs", say("in more than 100 other languages"), _LAION_5B),
        Figure(1_270_000_000, "pairs", say("of unknown language"), _LAION_5B),
        Figure(5_526_641_167, "pairs", say("Re-LAION-5B, of 2024"), "laion.ai/blog/relaion-5b"),
    ],
    licence="CC BY 4.0",
    terms=Claim(
        say(
            "The list of addresses and texts is under CC BY 4.0; the pictures are under their own copyright. For research, say its makers, not "
            "for products."
        ),
        _LAION_5B,
    ),
    made=Claim(
        say(
            "More than 50 billion pictures with alt-text from Common Crawl. About 90 % were dropped: English pairs below 0.28 by OpenAI’s CLIP, "
            "all others below 0.26 by a multilingual one."
        ),
        _LAION_5B,
    ),
    wrong=[
        Claim(
            say(
                "It held links to pictures of child abuse, at least 1,679 known and more than 3,200 suspected ones, and was withdrawn in December "
                "2023. Re-LAION-5B came without 2,236 links."
            ),
            "Stanford Internet Observatory 2023, as reported by TechCrunch and others; laion.ai/blog/relaion-5b",
        ),
        Claim(
            say("There is more hateful text in it than in LAION-400M, by nearly 12 %."), "Birhane et al. 2023, arXiv:2311.03449"
        ),
        Claim(say("Of the English part 6.1 % have a watermark and 2.9 % are unsafe, by its makers’ own detectors."), _LAION_5B),
    ],
)

DATA_SETS: tuple[DataSet, ...] = (COCO, VISUAL_GENOME, CONCEPTUAL_CAPTIONS, YFCC100M, ALT200M, LAION_400M, LAION_5B)
