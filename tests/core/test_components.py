"""Principal components equal those of scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from diffexplain.core.components import components


@pytest.mark.parametrize(("channels", "side"), [(6, 8), (200, 4)])
def test_components_equal_those_of_scikit_learn(channels, side):
    maps = [torch.randn(channels, side, side, generator=torch.Generator().manual_seed(at)) for at in range(3)]
    found = components(maps)
    places = torch.cat([each.flatten(1).T for each in maps]).double().numpy()
    wanted = PCA(3, svd_solver="full").fit(places)
    assert np.abs(found.directions.numpy() @ wanted.components_.T) == pytest.approx(np.eye(3), abs=2e-3)
    assert found.shares.numpy() == pytest.approx(wanted.explained_variance_ratio_, abs=1e-4)
    along = found.of(maps[1]).flatten(1).T.numpy()
    assert np.abs(along) == pytest.approx(np.abs(wanted.transform(places[side**2 : 2 * side**2])), abs=2e-2)
    assert (found.directions.gather(1, found.directions.abs().argmax(1, keepdim=True)) > 0).all()


def test_fewer_channels_than_components():
    found = components([torch.randn(2, 4, 4)])
    assert found.directions.shape == (3, 2)
    assert not found.directions[2].any()
    assert float(found.shares.sum()) == pytest.approx(1)
