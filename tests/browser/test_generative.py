"""The generative models explorer as a file: the training is played again, and the latent planes are walked in without a kernel."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import diffexplain as dx
from tests.browser.conftest import Watched
from tests.browser.waiting import changed, drawn

pytestmark = pytest.mark.browser


def test_the_file_says_in_every_panel_what_was_measured_and_plays_it_again(offline: Callable[[str], Page]) -> None:
    page = offline("generative")
    for name, words in {
        "What they lose": "The generator loses",
        "Diffusion in 1, 5 and 20 steps": "In one step its samples are",
        "Walk in the latent space": "after 120 updates, that place becomes this",
    }.items():
        page.get_by_role("radio", name=name, exact=True).click()
        expect(page.locator(".dx-closer")).to_contain_text(words)
    expect(page.locator(".dx-ways + .dx-prose")).to_contain_text("After 120 updates the nearest is")
    sample = page.get_by_role("img", name="VAE: sample 1", exact=True)
    last = drawn(sample)
    page.get_by_role("slider", name="Looks so far").focus()
    page.keyboard.press("Home")
    expect(page.locator(".dx-ways + .dx-prose")).to_contain_text("Press Train")
    changed(lambda: drawn(sample), last)


def test_the_planes_are_walked_in_together_by_pointer_and_keys(offline: Callable[[str], Page]) -> None:
    page = offline("generative")
    plane = page.get_by_role("application", name=re.compile("^VAE: the latent plane"))
    becomes = page.locator(".dx-decoded .dx-square").first
    plane.scroll_into_view_if_needed()
    plane.hover(position={"x": 4, "y": 4})
    expect(plane).to_have_accessible_name(re.compile(r"at \u2212\d\.\d across and \d\.\d up"))
    before = drawn(becomes)  # of the autoencoder
    plane.focus()
    page.keyboard.press("End")
    expect(plane).to_have_accessible_name(re.compile(r"at \d\.\d across and \d\.\d up"))
    changed(lambda: drawn(becomes), before)


def test_on_points_the_clusters_are_counted_and_the_plane_lies_among_them_as_a_net(watched: Watched, tmp_path: Path) -> None:
    explorer = dx.GenerativeModelsExplorer(data="clusters", count=60, width=8, batch=8, goal=60).wait(120)
    watched.page.goto(explorer.to_html(tmp_path / "clusters.html").as_uri())
    explorer.close()
    expect(watched.page.locator(".dx-way").first).to_contain_text(re.compile(r"It knows \d of 8 clusters"))
    net = watched.page.locator(".dx-decoded .dx-mesh").first
    assert (net.get_attribute("d") or "").count("M") == 22
    assert watched.errors == []
