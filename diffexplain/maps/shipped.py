"""The map of the scene world that ships with the package: read from plain arrays in milliseconds, no torch, no UMAP, no pickle."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

import diffexplain.models
from diffexplain.core.modality import Gap
from diffexplain.core.projection import NEIGHBOURS, PcaMap, UmapMap
from diffexplain.live.messages import Picture
from diffexplain.maps.atlas import Atlas
from diffexplain.maps.names import Category, Labels, Name

FOLDER = Path(diffexplain.models.__file__).parent / "bundled_map"
_ARRAYS, _FACTS, _SHEET = "map.safetensors", "map.json", "sheet.webp"
ARRAYS = FOLDER / _ARRAYS


@cache
def shipped_atlas() -> Atlas:
    """Return two thousand pictures of the scene world and their captions, in the space of the bundled CLIP; read once."""
    return read(FOLDER)


def write(atlas: Atlas, folder: Path) -> None:
    """Write an atlas into three files: arrays, facts, pictures. Embeddings are kept in half precision."""
    assert atlas.sheet is not None
    folder.mkdir(parents=True, exist_ok=True)
    shadows = {name: fitted for name, fitted in atlas.maps.items() if isinstance(fitted, PcaMap)}
    arrays = {
        "embeddings": atlas.embeddings.astype(np.float16),
        "kinds": atlas.kinds,
        "partner": atlas.partner,
        "centres": atlas.centres,
        **{name: fitted.points for name, fitted in atlas.maps.items()},
        **{f"{name}_{part}": getattr(fitted, part) for name, fitted in shadows.items() for part in ("mean", "axes", "shares")},
        "near": atlas.near.astype(np.int16),
        "near_cosines": atlas.near_cosines.astype(np.float16),
    }
    facts: dict[str, Any] = {
        "clip": atlas.clip,
        "captions": [[name.en, name.zh] for name in atlas.captions],
        "gap": None if atlas.gap is None else vars(atlas.gap),
        "columns": atlas.columns,
        "tile": atlas.tile,
        "sheet": [atlas.sheet.width, atlas.sheet.height],
        "categories": [],
    }
    for category in atlas.categories:
        arrays[f"category {category.key}"] = category.values
        facts["categories"].append([category.key, [vars(name) for name in category.names], category.colours])
    if atlas.labels is not None:
        arrays["labels"] = atlas.labels.values
        facts["labels"] = [vars(name) for name in atlas.labels.names]
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / _ARRAYS)
    (folder / _ARRAYS).chmod(0o644)  # safetensors leaves it to its owner alone
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    (folder / _FACTS).write_text(text, "utf-8")
    (folder / _SHEET).write_bytes(atlas.sheet.data)


def read(folder: Path) -> Atlas:
    """Return the atlas that `write` has written."""
    arrays = load_file(folder / _ARRAYS)
    facts = json.loads((folder / _FACTS).read_text("utf-8"))
    embeddings = arrays["embeddings"].astype(np.float32)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    kinds, middle = arrays["kinds"], arrays["centres"]
    moved = embeddings - middle[kinds]
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    width, height = facts["sheet"]
    return Atlas(
        clip=facts["clip"],
        embeddings=embeddings,
        kinds=kinds,
        captions=[Name(*both) for both in facts["captions"]],
        partner=arrays["partner"],
        maps={
            "umap": UmapMap(arrays["umap"], embeddings, NEIGHBOURS),
            **{
                name: PcaMap(arrays[name], *(arrays[f"{name}_{part}"] for part in ("mean", "axes", "shares")))
                for name in ("pca", "gap")
            },
            "closed": UmapMap(arrays["closed"], moved, NEIGHBOURS),
        },
        centres=middle,
        gap=None if facts["gap"] is None else Gap(**facts["gap"]),
        near=arrays["near"].astype(np.int32),
        near_cosines=arrays["near_cosines"].astype(np.float32),
        categories=[
            Category(key, [Name(**name) for name in names], colours, arrays[f"category {key}"])
            for key, names, colours in facts["categories"]
        ],
        labels=Labels([Name(**name) for name in facts["labels"]], arrays["labels"]) if "labels" in facts else None,
        sheet=Picture((folder / _SHEET).read_bytes(), "image/webp", width, height),
        columns=facts["columns"],
        tile=facts["tile"],
    )
