from __future__ import annotations

import numpy as np
import pytest

from diffexplain import scenes
from diffexplain.scenes.table import SHEET_ORDER, TILE, find_ground, find_thing


def test_names() -> None:
    assert len(set(scenes.THINGS)) == len(scenes.THINGS) == 246
    assert len(set(scenes.CORE_THINGS)) == len(scenes.CORE_THINGS) == 60
    assert set(scenes.CORE_THINGS) < set(scenes.THINGS)
    assert set(scenes.HELD_OUT) == {"dragon", "robot", "unicorn"}
    assert not set(scenes.HELD_OUT) & set(scenes.CORE_THINGS)
    assert scenes.STYLES == ("soft", "retro", "cartoon", "flat", "glossy")
    assert len(scenes.GROUNDS) == 12


def test_no_two_things_share_a_name_in_chinese() -> None:
    names = [find_thing(name).chinese for name in scenes.THINGS]
    assert all(names)
    assert len(set(names)) == len(names)


def test_every_sprite_is_a_drawing() -> None:
    assert len(SHEET_ORDER) == 1191
    for name, style in SHEET_ORDER:
        drawing = np.asarray(scenes.sprite(name, style))  # (TILE, TILE, 4), 0..255
        assert drawing.shape == (TILE, TILE, 4)
        opaque = drawing[..., 3] > 128
        assert 0.04 < opaque.mean() < 1, (name, style)
        assert max(opaque.any(0).sum(), opaque.any(1).sum()) > 0.88 * TILE, (name, style)
        # fills its tile, so it is cut in the right place


def test_a_sprite_can_be_changed_without_harm() -> None:
    scenes.sprite("fox", "soft").paste((0, 0, 0, 0), (0, 0, TILE, TILE))
    assert np.asarray(scenes.sprite("fox", "soft"))[..., 3].any()


def test_unknown_names() -> None:
    with pytest.raises(scenes.SceneError, match=r"There is no 'oily' drawing of 'fox'. There are: soft"):
        scenes.sprite("fox", "oily")
    with pytest.raises(scenes.SceneError, match="Did you mean 'dragon'"):
        scenes.sprite("dragn", "soft")
    with pytest.raises(scenes.SceneError, match=r"no ground 'mauve'. There are: white"):
        find_ground("mauve")
