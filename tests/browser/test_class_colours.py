"""Classes keep apart: by any two colours, in light and dark, also for those who see fewer colours."""

import io
from itertools import combinations
from pathlib import Path

import pytest
from colour_distance import difference, lab
from pages import Pages
from PIL import Image
from tab import Opened, Tab

from pellucid.report.pictures.palette import CLASS_COLOURS, DIVERGING

SIDE = 20
APART = 15.0
"""ΔE₀₀ between two classes; 1 is just noticeable."""


@pytest.fixture
def swatches(tmp_path: Path) -> Path:
    """A page of squares, one below the other."""
    page = tmp_path / "swatches.html"
    square = "<div style='width:{0}px;height:{0}px;background:rgb{1}'></div>".format
    page.write_text("<body style='margin:0'>" + "".join(square(SIDE, colour) for colour in CLASS_COLOURS))
    return page


@pytest.mark.parametrize("sight", ["none", "deuteranopia", "protanopia", "tritanopia"])
def test_any_two_classes_look_different(sight: str, tab: Tab, swatches: Path) -> None:
    tab.open(swatches)
    tab.see_as(sight)
    height = SIDE * len(CLASS_COLOURS)
    with Image.open(io.BytesIO(tab.screenshot((0, 0, SIDE, height)))) as shot:
        seen = [
            shot.convert("RGB").getpixel((SIDE // 2, SIDE // 2 + SIDE * place)) for place in range(len(CLASS_COLOURS))
        ]
    if sight == "none":
        assert seen == list(CLASS_COLOURS)
    else:
        assert seen != list(CLASS_COLOURS)
    close = {
        (one, other): round(difference(lab(seen[one]), lab(seen[other])), 1)
        for one, other in combinations(range(len(seen)), 2)
        if difference(lab(seen[one]), lab(seen[other])) < APART
    }
    assert close == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_class_stands_out_from_the_paper(scheme: str, pages: Pages, opened: Opened) -> None:
    page = opened(pages["fit-plane"], scheme=scheme)
    paper = "looks.colour(getComputedStyle(document.body).backgroundColor)"
    for colour in CLASS_COLOURS:
        assert page.evaluate(f"looks.contrast({list(colour)}, {paper})") >= 3, colour


def test_the_two_ends_of_a_boundary_look_different_to_all(tab: Tab, tmp_path: Path) -> None:
    page = tmp_path / "ends.html"
    bands = [f"<div style='height:20px;background:rgb{end}'></div>" for end in (DIVERGING[0], DIVERGING[-1])]
    page.write_text(f"<body style='margin:0'>{''.join(bands)}")
    tab.open(page)
    for sight in ("none", "deuteranopia", "protanopia", "tritanopia"):
        tab.see_as(sight)
        with Image.open(io.BytesIO(tab.screenshot((0, 0, 20, 40)))) as shot:
            ends = [lab(shot.convert("RGB").getpixel((10, place))) for place in (10, 30)]
        assert difference(*ends) >= APART, sight
