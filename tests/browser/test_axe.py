"""axe-core finds nothing serious on any kind of page, light or dark.

Deque's rules for the Web Content Accessibility Guidelines; installed by make browser and used here alone.
"""

from pathlib import Path

import pytest
from pages import Pages
from tab import Opened

FAULTY = Path(__file__).parent / "faulty.html"
PAGES = ("fit-plane", "comparison", "doctor")
MORE = ("fit-26-classes", "fit-hostile", "replay-predictions", "explain")
"""Made of the same parts, and long."""
RUN = """axe.run(document, {{ resultTypes: ["violations"] {only} }}).then(({{ violations }}) => violations
  .filter(({{ impact }}) => impact === "serious" || impact === "critical")
  .map(({{ id, nodes }}) => `${{id}}: ${{nodes.slice(0, 3).map((node) => node.html + node.failureSummary)}}`))"""


@pytest.mark.parametrize("name", [*PAGES, *(pytest.param(name, marks=pytest.mark.slow) for name in MORE)])
def test_axe_finds_nothing_serious(name: str, axe: str, pages: Pages, opened: Opened) -> None:
    page = opened(pages[name])
    page.evaluate(f"{axe}; 0")
    assert page.evaluate(RUN.format(only="")) == []
    page.emulate(scheme="dark")
    # The colours are all that the dark page does differently.
    assert page.evaluate(RUN.format(only=', runOnly: ["color-contrast"]')) == []


def test_axe_sees_what_is_wrong(axe: str, opened: Opened) -> None:
    page = opened(FAULTY)
    page.evaluate(f"{axe}; 0")
    found = [each.split(":")[0] for each in page.evaluate(RUN.format(only=""))]
    assert {"button-name", "color-contrast", "html-has-lang"} <= set(found)
