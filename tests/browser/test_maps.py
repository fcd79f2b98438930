"""What stands on a map painted on a canvas: names, words, labels and pictures keep clear of each other, of the edges and of the tools."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser

# Notes what is painted over the points since the canvas was last cleaned: [what, left, top, width, height].
_NOTED = """(() => {
  const { prototype } = CanvasRenderingContext2D;
  const after = (method, note) => {
    const before = prototype[method];
    prototype[method] = function (...given) {
      if (this.canvas.className === 'dx-scatter-over') note(this, given);
      return before.apply(this, given);
    };
  };
  after('clearRect', () => (window.painted = []));
  after('drawImage', (_, [, ...box]) => painted.push(['picture', ...box]));
  after('roundRect', (_, box) => painted.push(['label', ...box.slice(0, 4)]));
  after('fillText', (context, [text, x, y]) => {
    const { width } = context.measureText(text);
    painted.push([text, context.textAlign === 'center' ? x - width / 2 : x, y - 6, width, 12]);
  });
})()"""
_CROWDED = """() => {
  const boxes = painted.filter(([, left, top], at) => !(painted[at - 1]?.[0] === 'label' && top > painted[at - 1][2])); // what it says
  const plot = document.querySelector('.dx-scatter').getBoundingClientRect();
  for (const tool of document.querySelectorAll('.dx-tools-map, .dx-reach')) {
    const { left, top, width, height } = tool.getBoundingClientRect();
    boxes.push([tool.className, left - plot.left, top - plot.top, width, height]);
  }
  const found = boxes.filter(([, left, top, width, height]) => left < 0 || top < 0 || left + width > plot.width || top + height > plot.height)
    .map(box => ['cut', box]);
  boxes.forEach(([a, left, top, width, height], at) => boxes.slice(0, at).forEach(([b, x, y, w, h]) => {
    if (Math.min(left + width, x + w) - Math.max(left, x) > 0 && Math.min(top + height, y + h) - Math.max(top, y) > 0)
      found.push([a, left, top, width, height, 'over', b, x, y, w, h]);
  }));
  return found;
}"""
MAPS = [
    ("embedding", "UMAP"),
    ("embedding", "PCA"),
    ("embedding", "Gap"),
    ("sampler", "Around the paths"),
    ("sampler", "Whole map"),
]


@pytest.mark.parametrize(("name", "choice"), MAPS)
def test_nothing_on_a_map_lies_over_another_or_is_cut(
    watched: Watched, offline: Callable[[str], Page], name: str, choice: str
) -> None:
    watched.page.emulate_media(reduced_motion="reduce")
    watched.page.add_init_script(_NOTED)
    page = offline(name)
    expect(page.locator(".dx")).to_have_attribute("data-state", "done", timeout=30_000)
    if name == "sampler":
        page.get_by_role("radio", name="On the map").click()
    for width in (390, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        page.get_by_role("radio", name=choice, exact=True).click()
        for closer in range(3):
            page.wait_for_timeout(300)
            assert page.evaluate("painted.length") >= (3 if choice == "Gap" else 8 - 3 * closer)
            assert page.evaluate(_CROWDED) == [], (width, closer)
            page.locator(".dx-tool").first.click()
        page.locator(".dx-tool").nth(2).click()
