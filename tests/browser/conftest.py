"""A browser for each process of the tests, a tab for each test, and the pages that they look at."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cdp import Browser, find_browser
from pages import Pages, shared_folder
from tab import Opened, Tab

LOOKS = (Path(__file__).parent / "looks.js").read_text().strip()


def missing(what: str) -> None:
    """Skips with a reason; fails where a browser was promised."""
    reason = f"{what}; make browser installs it"
    if os.environ.get("PELLUCID_BROWSER_REQUIRED"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of this process."""
    executable = find_browser()
    if executable is None:
        missing("no Chromium was found on the PATH or in PELLUCID_BROWSER")
        return
    # Not below pytest's folder: a path of a socket has to be short, and pytest keeps what it made.
    folder = Path(tempfile.mkdtemp(prefix="pellucid-browser-"))
    running = Browser(executable, folder / "profile")
    yield running
    running.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pages(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The pages by name; without a browser none is made."""
    return Pages(shared_folder(tmp_path_factory))


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    """An empty tab."""
    fresh = Tab(browser)
    yield fresh
    fresh.close()


@pytest.fixture
def opened(tab: Tab) -> Opened:
    """Opens a page in a window so wide, light or dark, all that is folded unfolded, with ``looks`` at hand."""

    def open_page(page: Path, *, width: int = 1200, scheme: str = "light", unfolded: bool = True) -> Tab:
        tab.resize(width)
        tab.emulate(scheme=scheme)
        tab.open(page)
        tab.evaluate(f"globalThis.looks = {LOOKS}; 0")
        if unfolded:
            tab.evaluate("looks.unfold()")
        return tab

    return open_page


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core."""
    file = Path(__file__).parents[2] / ".venv" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
    if not file.exists():
        missing("axe-core is not in .venv/browser")
    return file.read_text()
