"""An embedding explorer's recording with as many points as one likes: what the page is measured with."""

from __future__ import annotations

import dataclasses

import numpy as np

from diffexplain.explorers.embedding.messages import map_message
from diffexplain.explorers.gallery_sheet import offer
from diffexplain.live.exported_run import ExportedRun
from diffexplain.live.messages import encode
from diffexplain.live.status import Status
from diffexplain.maps.atlas import MAPS
from diffexplain.maps.shipped import shipped_atlas


def recording(count: int) -> ExportedRun:
    """The map that ships, filled up with texts beside its own to `count` points (at least 3,569); for `diffexplain.export.to_html`."""
    found = map_message(shipped_atlas())
    random = np.random.default_rng(0)
    known = len(found.kinds)
    more = random.integers(known - 500, known, count - known)

    def longer(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, values[more]])

    beside = found.places[:, more] + random.normal(0, 0.02, (len(MAPS), len(more), 2)).astype(np.float32)
    assert found.labels is not None
    crowd = dataclasses.replace(
        found,
        kinds=longer(found.kinds),
        captions=[*found.captions, *(found.captions[at] for at in more)],
        partner=longer(found.partner),
        places=np.concatenate([found.places, beside], 1),
        near=longer(found.near),
        near_cosines=longer(found.near_cosines),
        categories=[dataclasses.replace(category, values=longer(category.values)) for category in found.categories],
        labels=dataclasses.replace(found.labels, values=longer(found.labels.values)),
    )
    limits = {"text": 10_000, "seed": 2**53 - 1, "prompts": 4, "seeds": 4}
    traits = {
        "_key": "0",
        "_controls": {"gallery": offer(), "own": False, "limits": limits},
        "language": "en",
        "projection": "umap",
        "colour": "concept",
        "step": -1,
        "search": "",
        "picture": "",
        "prompts": [],
        "seeds": [0],
        "steps": 20,
        "guidance_scale": 4.0,
    }
    return ExportedRun("embedding", "crowd", "", traits, [encode(crowd, 0, 0), encode(Status("done"), 1, 0)], "")
