"""The checks find every fault of a page made to have them all: none of them is blind."""

from pathlib import Path

import pytest
from colour_distance import difference
from tab import Opened, Tab

FAULTY = Path(__file__).parent / "faulty.html"


def test_requests_alerts_warnings_and_exceptions_are_seen(tab: Tab) -> None:
    tab.open(FAULTY)
    assert tab.watched.dialogs == ["opened"]
    assert "http://example.org/fetched" in tab.watched.requests
    assert "http://example.org/picture.png" in tab.watched.requests
    complaints = "\n".join(tab.watched.complaints)
    assert "console.warning: complained" in complaints
    assert "Error: thrown" in complaints


def test_what_a_policy_forbids_is_seen_as_an_attempt(tab: Tab, tmp_path: Path) -> None:
    sealed = tmp_path / "sealed.html"
    policy = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'">"""
    sealed.write_text(
        f'<html data-kit="ready">{policy}<script>alert("ran")</script><img src="http://example.org/picture.png" alt="">'
    )
    tab.open(sealed)
    assert tab.watched.dialogs == []
    assert "http://example.org/picture.png" in tab.watched.requests
    complaints = "\n".join(tab.watched.complaints)
    assert "Executing inline script violates" in complaints
    assert "Loading the image 'http://example.org/picture.png' violates" in complaints


FOUND = {
    "overlaps": ['"Written first" lies on "Written over it"', '"left label" lies on "right label"'],
    "cut": ['"Longer than its box is wide" is cut', '"beyond the edge" is cut'],
    "sideways": ["the page is 1500 wide in a window of 1200", "reaches 1500"],
    "faint": ['"Faint on white" has 2.32 : 1', '"on dark" has 1.32 : 1'],
    "empty": ["nothing is drawn", "blank", "without a picture"],
    "structure": [
        "from h1 to h4",
        "not one h1 and one main",
        "the language is not told",
        'no scope: "No scope"',
        'asks for "http://example.org/picture.png"',
    ],
}


def test_every_check_finds_its_faults_and_nothing_else(opened: Opened) -> None:
    page = opened(FAULTY)
    for check, faults in FOUND.items():
        found = page.evaluate(f"looks.{check}()")
        for fault in faults:
            assert any(each.startswith(fault) for each in found), found
        assert len(found) == len(faults), found


PUBLISHED = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]
"""Pairs 1, 13, 17, 31, 25 and 34 of the test data in Sharma, Wu and Dalal (2005), table 1."""


@pytest.mark.parametrize(("first", "second", "published"), PUBLISHED)
def test_the_distance_of_colours_is_the_published_one(first: tuple, second: tuple, published: float) -> None:
    assert difference(first, second) == pytest.approx(published, abs=5e-5)
    assert difference(second, first) == pytest.approx(published, abs=5e-5)
