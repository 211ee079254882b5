"""A page can be read without a mouse: every control is reached in order, seen to be reached, and left again."""

import pytest
from pages import Pages
from tab import Opened

AT = """(() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const { top, bottom, width } = at.getBoundingClientRect();
  return {
    number: all.indexOf(at), what: looks.where(at), ringed: outlineStyle !== "none" && parseFloat(outlineWidth) >= 1,
    inSight: width > 0 && bottom > 0 && top < innerHeight,
  };
})()"""
REACHABLE = """[...document.querySelectorAll(
  'a[href], button, input, select, summary, [tabindex="0"]'
)].filter((each) => each.checkVisibility() && !each.disabled)"""


@pytest.mark.parametrize("name", ["fit-plane", "comparison"])
def test_tab_visits_everything_in_order_with_a_ring_and_leaves_the_page(
    name: str, pages: Pages, opened: Opened
) -> None:
    page = opened(pages[name], unfolded=False)
    count = page.evaluate(f"(globalThis.all = {REACHABLE}).length")
    assert count > 20
    visited = []
    for _ in range(count + 1):
        page.press("Tab")
        at = page.evaluate(AT)
        if at is None:
            break
        assert at["ringed"], at["what"]
        assert at["inSight"], at["what"]
        visited.append(at["number"])
    assert visited == list(range(count))


def test_what_is_folded_is_opened_and_closed_by_keys(pages: Pages, opened: Opened) -> None:
    page = opened(pages["fit-plane"], unfolded=False)
    page.evaluate("document.querySelector('summary').focus()")
    for key, is_open in (("Enter", True), ("Enter", False), ("Space", True)):
        page.press(key)
        assert page.evaluate("document.querySelector('details').open") is is_open
