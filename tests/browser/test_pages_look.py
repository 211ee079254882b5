"""How pages look: nothing overlaps, is cut, too faint or too wide, no panel is empty, wide or narrow, light or dark.

With PELLUCID_SCREENSHOTS set to a folder, every page is also photographed there, for a person to look at.
"""

import os
from pathlib import Path

import pytest
from pages import EACH, Pages
from tab import Opened, Tab

WIDE, NARROW = 1200, 360
PRINTED = 718
"""CSS pixels of a line on A4 with the browser's own margins."""
pytestmark = pytest.mark.parametrize("name", EACH)


def complaints(page: Tab, *checks: str) -> dict[str, list[str]]:
    found = {check: page.evaluate(f"looks.{check}()") for check in checks}
    return {check: all_of_it for check, all_of_it in found.items() if all_of_it}


def test_nothing_overlaps_is_cut_faint_or_empty_on_any_screen_or_on_paper(
    name: str, pages: Pages, opened: Opened
) -> None:
    page = opened(pages[name], width=WIDE)
    photograph(page, f"{name}-wide")
    wide = complaints(page, "overlaps", "cut", "empty", "sideways", "faint")
    page.emulate(scheme="dark")
    assert page.evaluate("looks.contrast(looks.colour(getComputedStyle(document.body).backgroundColor), [0, 0, 0])") < 2
    photograph(page, f"{name}-dark")
    dark = complaints(page, "faint", "empty")
    page.resize(NARROW)
    page.emulate()
    photograph(page, f"{name}-narrow")
    narrow = complaints(page, "overlaps", "cut", "empty", "sideways")
    page.resize(PRINTED)
    printed = page.pdf()
    assert printed.startswith(b"%PDF-")
    photograph(printed, f"{name}-print")
    page.emulate(media="print")
    # Paper cannot be scrolled.
    paper = complaints(page, "overlaps", "cut", "empty", "sideways", "faint")
    assert (wide, dark, narrow, paper) == ({}, {}, {}, {})


def photograph(page: Tab | bytes, name: str) -> None:
    folder = os.environ.get("PELLUCID_SCREENSHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    if isinstance(page, bytes):
        (Path(folder) / f"{name}.pdf").write_bytes(page)
    else:
        (Path(folder) / f"{name}.png").write_bytes(page.screenshot())
