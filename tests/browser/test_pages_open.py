"""Every page opens from a file by itself: it asks nobody, complains of nothing, is small, soon ready, well built."""

from collections.abc import Callable

import pytest
from pages import EACH, Pages
from tab import Tab

LARGEST = {"comparison-large": 1_500_000}
LARGEST_FIT = 600_000
BUSY_MILLISECONDS = 1_000
"""What the page's own thread may compute until it is ready. Time on a clock would measure the machine's other work."""
NAMED = {"button", "checkbox", "combobox", "image", "img", "link", "region", "slider", "textbox"}
"""Roles that say nothing without a name."""


@pytest.fixture(name="page", params=EACH)
def page_fixture(request: pytest.FixtureRequest, pages: Pages, tab: Tab) -> Tab:
    """A page freshly opened, as its reader gets it."""
    tab.open(pages[request.param])
    return tab


def test_a_page_asks_nobody_and_complains_of_nothing(page: Tab) -> None:
    # A picture inside the page is read from the page.
    assert [each for each in page.watched.requests if not each.startswith("data:")] == [page.address]
    assert page.watched.complaints == []
    assert page.watched.dialogs == []
    assert page.watched.windows == []
    assert page.busy_milliseconds() <= BUSY_MILLISECONDS


@pytest.mark.parametrize("name", EACH)
def test_a_page_is_small(name: str, pages: Pages) -> None:
    assert pages[name].stat().st_size <= LARGEST.get(name, LARGEST_FIT)


def test_what_a_screen_reader_meets_has_a_name(page: Tab) -> None:
    nodes = page.accessible()
    assert len(nodes) > 100
    assert [node for node in nodes if node["role"] in NAMED and not node["name"].strip()] == []


@pytest.mark.parametrize("name", EACH)
def test_a_page_is_well_built(name: str, pages: Pages, opened: Callable[..., Tab]) -> None:
    assert opened(pages[name]).evaluate("looks.structure()") == []
