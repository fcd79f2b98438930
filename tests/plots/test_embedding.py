"""The figures hold what the map holds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import diffexplain as dx
from diffexplain.core.record import record
from diffexplain.maps.shipped import shipped_atlas
from diffexplain.models.clip import bundled_clip


@pytest.mark.parametrize("projection", ["umap", "pca", "gap", "closed"])
@pytest.mark.parametrize("colour", ["concept", "kind"])
def test_every_point_is_drawn_once(projection: str, colour: str) -> None:
    figure = dx.plots.embedding(projection=projection, colour=colour)
    drawn = np.concatenate([np.stack([trace.x, trace.y], 1) for trace in figure.data])
    points = shipped_atlas().maps[projection].points
    np.testing.assert_allclose(np.sort(drawn[:, 0]), np.sort(points[:, 0]), atol=1e-5)
    assert len(drawn) == len(points)
    assert sum(len(trace.text) for trace in figure.data) == len(points)


def test_names_are_in_the_language_in_force() -> None:
    from diffexplain.i18n import speaking

    with speaking("zh"):
        names = {trace.name for trace in dx.plots.embedding(colour="ground").data}
    assert "红色" in names


def test_trajectories_are_where_clip_sees_the_steps() -> None:
    pipe = dx.load(device="cpu")
    pipe.set_progress_bar_config(disable=True)
    with record(pipe) as trace:
        pipe("a fox", num_inference_steps=3, generator=torch.Generator().manual_seed(1))
    figure = dx.plots.trajectories([trace, trace], pipe.vae, projection="pca")
    paths = [drawn for drawn in figure.data if drawn.mode == "lines+markers"]
    assert [len(path.x) for path in paths] == [3, 3]
    assert "a fox" in paths[0].name
    final = shipped_atlas().maps["pca"].place(bundled_clip().embed_pictures([trace.image]).numpy())[0]
    assert np.hypot(paths[0].x[-1] - final[0], paths[0].y[-1] - final[1]) < 0.05


def test_an_unknown_projection_is_refused() -> None:
    with pytest.raises(ValueError, match="umap, pca, gap, closed"):
        dx.plots.embedding(projection="tsne")
