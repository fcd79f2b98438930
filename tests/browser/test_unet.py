"""The U-Net explorer in JupyterLab and as a file: by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import Page, expect

import diffexplain as dx
from tests.browser.notebook import new_run, run_cell, wait_until_done
from tests.browser.waiting import changed, seen
from tests.core.test_anatomy import counted

pytestmark = pytest.mark.browser

CELL = """import torch
torch.set_num_threads(1)
import diffexplain as dx
explorer = dx.UNetExplorer(seed=7, steps=3, weaken="nothing")
explorer"""
PIXELS = "canvas => canvas.toDataURL()"


def test_it_is_live(live: Page) -> None:
    explorer = run_cell(live, CELL)
    wait_until_done(live)
    nodes = explorer.locator(".dx-node")
    expect(nodes).to_have_count(9)
    expect(explorer.locator(".dx-node[aria-pressed=true] b")).to_have_text("up 2")
    explorer.get_by_role("radio", name="Without a part").click()
    expect(explorer.locator(".dx-lane")).to_have_count(1)
    with new_run(live):
        explorer.get_by_role("radio", name="skip connections").click()
    wait_until_done(live)
    expect(explorer.locator(".dx-lanes-bars b")).to_have_count(4)
    expect(explorer.locator(".dx-lanes-bars b").first).to_contain_text("%")
    explorer.locator(".dx-node", has_text="up 2").click()
    with new_run(live):
        explorer.get_by_role("radio", name="up 2").click()
    wait_until_done(live)
    expect(explorer.locator(".dx-lanes-bars li > span:first-child")).to_have_text(["up 2"])
    with new_run(live):
        explorer.get_by_label("How much is left").fill("1")
    wait_until_done(live)
    expect(explorer.locator(".dx-lanes-bars b")).to_have_text(["the same to the bit"])


@pytest.fixture
def page(offline: Callable[[str], Page]) -> Page:
    page = offline("unet")
    expect(page.locator(".dx-node")).to_have_count(9)
    return page


def test_each_block_shows_what_it_hands_on_at_each_step(page: Page) -> None:
    maps = page.locator(".dx-node canvas")
    assert len({seen(maps.nth(at), PIXELS) for at in range(9)}) == 9
    first = page.locator(".dx-node canvas").nth(1)
    before = str(seen(first, PIXELS))
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("End")
    changed(lambda: str(seen(first, PIXELS)), before)
    page.locator(".dx-node", has_text="down 2").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".dx-inside figure b")).to_have_text("down 2, step 4 of 4")
    expect(page.locator(".dx-channel")).to_have_count(12)
    expect(page.locator(".dx-foot p")).to_contain_text("of what down 2 hands on")


def test_skip_connections_of_the_selected_block_stand_out(page: Page) -> None:
    expect(page.locator(".dx-bridge.dx-on")).to_have_count(1)
    page.locator(".dx-node", has_text="middle").click()
    expect(page.locator(".dx-bridge.dx-on")).to_have_count(0)
    page.locator(".dx-node", has_text="up 3").click()
    expect(page.locator(".dx-bridge.dx-on")).to_have_count(1)
    assert "skip connection from entrance to up 3" in str(page.locator(".dx-bridge").first.get_attribute("title"))


def test_sizes_can_be_sorted_and_lead_back_to_the_block(page: Page) -> None:
    page.get_by_role("radio", name="Sizes and costs").click()
    page.get_by_role("button", name="Parameters").dblclick()
    expect(page.locator(".dx-sizes tbody tr").first).to_contain_text("up 1")
    page.locator(".dx-sizes tbody tr").first.click()
    expect(page.locator(".dx-node[aria-pressed=true] b")).to_have_text("up 1")


def test_sizes_are_those_of_the_network(page: Page) -> None:
    unet = dx.load().unet
    call = torch.zeros(1, unet.config.in_channels, unet.config.sample_size, unet.config.sample_size), torch.tensor(0)
    adds = counted(unet, (*call, torch.zeros(1, 24, unet.config.cross_attention_dim)), {})
    own = sum(each.numel() for each in unet.parameters())
    page.get_by_role("radio", name="Sizes and costs").click()
    lead = page.locator(".dx-closer-panel:visible p").first
    expect(lead).to_contain_text(f"{own / 1e6:.1f}\u00a0M learned numbers do {adds / 1e6:.0f}\u00a0M multiplications")
    for at, block in enumerate(unet.up_blocks):
        row = page.locator(".dx-sizes tbody tr", has_text=f"up {at + 1}")
        parameters = sum(each.numel() for each in block.parameters())
        shown = row.locator(".dx-number").first.inner_text().split()
        assert float(shown[0]) * {"K": 1e3, "M": 1e6}[shown[1]] == pytest.approx(parameters, rel=0.005)


def test_where_the_prompt_has_not_come_in_nothing_is_said_to_answer_to_it(page: Page) -> None:
    channels = page.locator(".dx-channel")
    expect(channels).to_have_count(12)
    page.locator(".dx-node", has_text="down 1").click()
    expect(channels).to_have_count(6)
    expect(page.locator(".dx-closer-panel:visible")).to_contain_text("The prompt changes nothing here")
