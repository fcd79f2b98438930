"""What hinders reading and use of a page: what is wider than it, small text, text that is cut off, text over other text, and what axe-core finds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SMALLEST = 12  # px

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
STICKS_OUT = """(() => { const explorer = document.querySelector('.dx'), { right } = explorer.getBoundingClientRect();
  const cut = each => each !== explorer && (getComputedStyle(each).overflowX !== 'visible' || cut(each.parentElement));
  return [...explorer.querySelectorAll('*')].filter(each => each.checkVisibility() && each.getBoundingClientRect().right > right + 1
    && !cut(each.parentElement)).map(each => each.outerHTML.slice(0, 120)) })()"""
FOCUSABLE = """[...document.querySelectorAll('.dx :is(a[href], button, input, select, textarea, [tabindex])')]
  .filter(each => !each.disabled && each.tabIndex >= 0 && each.checkVisibility())"""

_AXE = Path(__file__).parents[2] / "diffexplain" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

# Every piece of text in sight with the rectangle of its letters, and what of it an ancestor cuts off. Text that is wider than high is
# measured by its letters and not by its lines, which overlap where they stand close.
_PIECES = """(() => {
  const nodes = document.createTreeWalker(document.querySelector('.dx'), NodeFilter.SHOW_TEXT), pieces = [];
  while (nodes.nextNode()) {
    const node = nodes.currentNode, element = node.parentElement, style = getComputedStyle(element);
    if (!node.data.trim() || ['STYLE', 'OPTION', 'TEXTAREA'].includes(element.tagName)) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const { left, top, right, bottom, height } of range.getClientRects()) {
      const seen = { left, top, right, bottom };
      let scrolls = false, floats = 0;
      for (let each = element; each && !each.matches('.dx'); each = each.parentElement) {
        const { overflowX, overflowY, position, display } = getComputedStyle(each), box = each.getBoundingClientRect();
        if (['absolute', 'sticky', 'fixed'].includes(position) && !(each instanceof SVGElement)) floats += each.matches('.dx-popover') ? 100 : 1; // what is opened lies over all else
        if (display === 'inline' || display === 'contents' || (each instanceof SVGElement && each.tagName !== 'svg')) continue;
        if (overflowX !== 'visible') [seen.left, seen.right] = [Math.max(seen.left, box.left), Math.min(seen.right, box.right)];
        if (overflowY !== 'visible') [seen.top, seen.bottom] = [Math.max(seen.top, box.top), Math.min(seen.bottom, box.bottom)];
        scrolls ||= overflowX === 'auto' || overflowX === 'scroll' || overflowY === 'auto';
      }
      const scale = element instanceof SVGElement ? element.getScreenCTM().d : 1;
      if (seen.right - seen.left < 2 && seen.bottom - seen.top < 2) continue; // for screen readers alone
      pieces.push({ text: node.data.trim().slice(0, 60), element, left, top, right, bottom, height, seen, scrolls, floats,
        size: parseFloat(style.fontSize) * scale, titled: element.closest('[title]:not([title=""])')?.title.includes(node.data.trim()) });
    }
  }
  return pieces;
})()"""
_HINDERED = f"""(smallest => {{
  const pieces = {_PIECES};
  const small = pieces.filter(({{ size }}) => size < smallest - 0.01).map(({{ text, size }}) => `small, ${{size.toFixed(1)}} px: ${{text}}`);
  const cut = pieces.filter(({{ seen, left, right, scrolls, titled }}) =>
    !scrolls && !titled && (seen.left > left + 1.5 || seen.right < right - 1.5)).map(({{ text }}) => `cut off: ${{text}}`);
  const inner = ({{ seen: {{ left, top, right, bottom }}, height }}) => [left + 1, top + 0.22 * height, right - 1, bottom - 0.22 * height];
  const over = [];
  for (let at = 0; at < pieces.length; at += 1) {{
    for (let other = 0; other < at; other += 1) {{
      if (pieces[at].floats !== pieces[other].floats || pieces[at].element === pieces[other].element) continue;
      const [a, b] = [inner(pieces[at]), inner(pieces[other])];
      if (Math.min(a[2], b[2]) - Math.max(a[0], b[0]) > 0 && Math.min(a[3], b[3]) - Math.max(a[1], b[1]) > 0)
        over.push(`one over the other: ${{pieces[other].text}} | ${{pieces[at].text}}`);
    }}
  }}
  const squeezed = [...document.querySelectorAll('.dx .dx-square')].filter(each => each.checkVisibility()).filter(each => {{
    const {{ width, height }} = each.getBoundingClientRect();
    return width < 16 || Math.abs(width - height) > 1.5;
  }}).map(each => `squeezed: ${{each.getAttribute('aria-label')}}`);
  return [...new Set([...small, ...cut, ...over, ...squeezed])];
}})"""
# The whole page at first, then what surrounds the parts that are in sight for the first time, as they are now.
_VIOLATIONS = """async () => {
  const known = (window.examined ??= new Set()), first = known.size === 0;
  const look = each => `${each.tagName}.${each.getAttribute('class')}.${each.getAttribute('aria-expanded')}.${each.disabled}`;
  const fresh = [...document.querySelectorAll('.dx *')].filter(each => each.checkVisibility() && !known.has(look(each)));
  const among = new Set(fresh), around = [...new Set(fresh.map(each => each.parentElement).filter(each => !among.has(each)))];
  for (const each of fresh) known.add(look(each));
  if (!around.length) return [];
  const { violations } = await axe.run(first ? document : { include: around }, { resultTypes: ['violations'] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, any, all, none }) =>
    `${id}: ${html.slice(0, 160)} ${[...any, ...all, ...none].map(each => each.message).join('; ')}`));
}"""


def hindered(page: Page) -> list[str]:
    """Text of the explorer that is smaller than 12 px as drawn, cut off without a title that says it whole, or over other text; squeezed pictures."""
    return list(page.evaluate(f"{_HINDERED}({SMALLEST})"))


class Accessibility:
    """Runs axe-core on a page, and after that on what it has not looked at yet."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.evaluate(_source())

    def violations(self) -> list[str]:
        """What axe-core objects to: contrast, names, roles, the order of the tab key, regions that no key scrolls."""
        return list(self.page.evaluate(_VIOLATIONS))


@cache
def _source() -> str:
    assert _AXE.exists(), "axe-core is not installed: run `make browser`, or `npm ci` in diffexplain/frontend"
    return _AXE.read_text("utf-8")
