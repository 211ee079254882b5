"""Every page opens from a file by itself: it asks nobody, complains of nothing, is small, soon ready, well built."""

from pathlib import Path

import pytest
from pages import EACH, Pages, command
from tab import Opened

LARGEST = {"comparison-large": 1_500_000}
LARGEST_FIT = 600_000
BUSY_MILLISECONDS = 1_000
"""What the page's own thread may compute until it is ready. Time on a clock would measure the machine's other work."""
NAMED = {"button", "checkbox", "combobox", "image", "img", "link", "region", "slider", "textbox"}
"""Roles that say nothing without a name."""


@pytest.mark.parametrize("name", EACH)
def test_a_page_asks_nobody_complains_of_nothing_and_is_well_built(name: str, pages: Pages, opened: Opened) -> None:
    assert pages[name].stat().st_size <= LARGEST.get(name, LARGEST_FIT)
    page = opened(pages[name], unfolded=False)
    assert page.busy_milliseconds() <= BUSY_MILLISECONDS
    page.evaluate("looks.unfold()")
    # A picture inside the page is read from the page.
    assert [each for each in page.watched.requests if not each.startswith("data:")] == [page.address]
    assert page.watched.complaints == []
    assert page.watched.dialogs == []
    assert page.watched.windows == []
    assert page.evaluate("looks.structure()") == []
    # What a screen reader meets has a name.
    nodes = page.accessible()
    assert len(nodes) > 100
    assert [node for node in nodes if node["role"] in NAMED and not node["name"].strip()] == []


@pytest.mark.slow
def test_the_report_of_a_whole_table_is_small_and_soon_ready(opened: Opened, tmp_path: Path) -> None:
    table = Path(__file__).parents[3] / "shared" / "data" / "titanic.csv"
    if not table.exists():
        pytest.skip("titanic.csv does not lie beside the repository, in ../shared/data")
    command("fit", table, "--target", "Survived", "--out", tmp_path / "run")
    report = tmp_path / "run" / "report.html"
    assert report.stat().st_size <= LARGEST_FIT
    assert opened(report, unfolded=False).busy_milliseconds() <= BUSY_MILLISECONDS
