"""The page of ``pellucid explain``: sealed, legible wide and narrow, light and dark, and built for everybody."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tab import Tab
from test_axe import RUN

from pellucid.explain.explaining import explain
from pellucid.explain.rendering import as_page
from pellucid.explain.sources import parse_network

HOSTILE = '<script>document.title="taken"</script><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def page_of_a_pass(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A layer that is too wide to be told whole, two rows, and a name that wants to be markup."""
    network = parse_network("3-12-2", activation="gelu")
    told = explain(
        network,
        [[0.5, -1.0, 2.0], [1.0, 0.0, -1.0]],
        [0, 1],
        optimizer="adam(lr=0.01)",
        names=[HOSTILE, "age", "rooms"],
    )
    file = tmp_path_factory.mktemp("pass") / "pass.html"
    file.write_text(as_page(told.record))
    return file


def test_it_asks_nobody_and_runs_nothing(page_of_a_pass: Path, tab: Tab) -> None:
    tab.open(page_of_a_pass)
    assert tab.watched.requests == [tab.address]
    assert tab.watched.complaints == []
    assert tab.watched.dialogs == []
    assert "taken" not in tab.evaluate("document.title")
    assert tab.evaluate("document.scripts.length + document.images.length") == 0
    assert tab.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"
    assert tab.evaluate("document.querySelectorAll('math').length") > 100


def test_it_is_legible_wide_and_narrow_light_and_dark(page_of_a_pass: Path, opened: Callable[..., Tab]) -> None:
    page = opened(page_of_a_pass, width=1200)
    found = {"wide": complaints(page, "cut", "empty", "sideways", "faint")}
    page.emulate(scheme="dark")
    found["dark"] = complaints(page, "faint", "empty")
    page.resize(360)
    page.emulate()
    found["narrow"] = complaints(page, "cut", "empty", "sideways")
    assert found == {"wide": {}, "dark": {}, "narrow": {}}
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_it_is_built_for_everybody(tmp_path: Path, opened: Callable[..., Tab], axe: str) -> None:
    """A small network: axe looks at every element of a formula, and at each for a while."""
    file = tmp_path / "small.html"
    told = explain(parse_network("2-1", activation="tanh"), [0.5, -1.0], [1], optimizer="adam", names=["age", HOSTILE])
    file.write_text(as_page(told.record))
    page = opened(file)
    assert page.evaluate("looks.structure()") == []
    page.evaluate(f"{axe}; 0")
    assert page.evaluate(RUN.format(only="")) == []


def complaints(page: Tab, *checks: str) -> dict[str, list[str]]:
    found = {check: page.evaluate(f"looks.{check}()") for check in checks}
    return {check: all_of_it for check, all_of_it in found.items() if all_of_it}
