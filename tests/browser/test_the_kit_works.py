"""What a reader can do on a page: play a replay, sort tables, show, hide and read curves, choose the colours."""

import pytest
from pages import Pages
from tab import Opened, Tab

REPLAYS = [
    "replay-boundary",
    "replay-classes",
    "replay-values",
    "replay-certainty",
    "replay-26-classes",
    "replay-predictions",
]
CANVAS = "looks.digest(document.querySelector('figure[data-replay] canvas'))"
SENTENCE = "document.querySelector('figure[data-replay] [aria-live]').textContent"
SLIDER = "document.querySelector('figure[data-replay] input[type=range]')"


FRAMES_IN_TWO_SECONDS = f"""new Promise((done) => {{
  const seen = new Set(), start = performance.now();
  const look = (now) => {{
    seen.add({SLIDER}.value);
    if (now - start > 2000) done(seen.size);
    else requestAnimationFrame(look);
  }};
  requestAnimationFrame(look);
}})"""
BUSIEST_LEGEND = """{
  const lines = (figure) => figure.querySelectorAll("[data-line]").length;
  const figures = [...document.querySelectorAll("figure[data-curves]")];
  globalThis.figure = figures.sort((one, other) => lines(one) - lines(other)).at(-1);
}"""


def seen(page: Tab) -> tuple[int, str, str]:
    """Pixels, sentence and where the slider stands."""
    state: list = page.evaluate(f"[{CANVAS}, {SENTENCE}, {SLIDER}.value]")
    return tuple(state)


def scrub(page: Tab, frame: str) -> None:
    page.evaluate(f"{SLIDER}.value = {frame}; {SLIDER}.dispatchEvent(new Event('input', {{ bubbles: true }}))")


@pytest.mark.parametrize("name", REPLAYS)
def test_a_replay_is_scrubbed_by_its_slider(name: str, pages: Pages, opened: Opened) -> None:
    page = opened(pages[name])
    last = seen(page)
    assert page.evaluate("looks.ink(document.querySelector('figure[data-replay] canvas'))") > 8
    assert page.evaluate("document.querySelector('figure[data-replay] > svg')") is None
    scrub(page, "0")
    first = seen(page)
    assert "before the first step" in first[1].lower()
    scrub(page, f"{SLIDER}.max")
    assert seen(page) == last
    scrub(page, "5")
    middle = seen(page)
    assert len({first[0], middle[0], last[0]}) == 3
    assert len({first[1], middle[1], last[1]}) == 3
    assert page.watched.complaints == []


def test_a_replay_is_played_by_keys_and_never_plays_by_itself(pages: Pages, opened: Opened) -> None:
    page = opened(pages["replay-boundary"])
    last = seen(page)
    page.evaluate("new Promise((done) => setTimeout(() => done(1), 400))")
    assert seen(page) == last
    page.evaluate("document.querySelector('figure[data-replay] canvas').focus()")
    page.press("ArrowLeft")
    before = seen(page)
    assert int(before[2]) == int(last[2]) - 1
    assert before[0] != last[0]
    page.press("Home")
    assert seen(page)[2] == "0"
    page.press("ArrowRight")
    assert seen(page)[2] == "1"
    page.press("End")
    assert seen(page) == last
    page.press("Home", "Space")
    page.wait_until(f"Number({SLIDER}.value) > 2", seconds=20)
    assert page.evaluate("document.querySelector('figure[data-replay] [aria-live]').getAttribute('aria-live')") == "off"
    page.press("Space")
    paused = seen(page)
    page.evaluate("new Promise((done) => setTimeout(() => done(1), 400))")
    assert seen(page) == paused


def test_little_motion_is_respected(pages: Pages, opened: Opened) -> None:
    page = opened(pages["replay-boundary"])
    page.emulate(motion="reduce")
    assert page.evaluate("document.getAnimations().length") == 0
    # Two pictures a second at most, counted by the page's own clock from the first change on.
    page.evaluate("document.querySelector('figure[data-replay] canvas').focus()")
    page.press("Home", "Space")
    assert 2 <= page.evaluate(FRAMES_IN_TWO_SECONDS) <= 6


def test_a_table_is_sorted_by_the_button_in_its_head(pages: Pages, opened: Opened) -> None:
    page = opened(pages["comparison"])
    page.evaluate("globalThis.table = document.querySelector('table[data-sortable].standing')")
    column = page.evaluate(
        "[...table.tHead.rows[0].cells].findIndex((head) => head.textContent.trim() === 'epochs') - 1"
    )
    cells = f"[...table.tBodies[0].rows].map((row) => row.cells[{column}].textContent)"
    unsorted = page.evaluate(cells)
    page.evaluate(f"table.tHead.rows[0].cells[{column}].querySelector('button').focus()")
    page.press("Enter")
    rising = [float(text) for text in page.evaluate(cells)]
    assert page.evaluate("[...table.querySelectorAll('[aria-sort]')].map((head) => head.ariaSort)") == ["ascending"]
    assert rising == sorted(map(float, unsorted))
    page.press("Enter")
    assert [float(text) for text in page.evaluate(cells)] == sorted(rising, reverse=True)
    assert page.evaluate("[...table.querySelectorAll('[aria-sort]')].map((head) => head.ariaSort)") == ["descending"]
    page.press("Enter")
    assert page.evaluate(cells) == unsorted
    assert page.evaluate("table.querySelector('[aria-sort]')") is None


def test_legends_show_and_hide_their_curves(pages: Pages, opened: Opened) -> None:
    page = opened(pages["fit-two-classes"])
    page.evaluate(BUSIEST_LEGEND)
    drawn = "[...figure.querySelectorAll('svg.chart [data-line]')].filter((line) => line.checkVisibility()).length"
    buttons = page.evaluate("figure.querySelectorAll('button[aria-pressed]').length")
    before = page.evaluate(drawn)
    assert before >= 3
    assert buttons >= 3
    for place in range(buttons):
        page.evaluate(f"figure.querySelectorAll('button[aria-pressed]')[{place}].focus()")
        state = page.evaluate("document.activeElement.ariaPressed")
        page.press("Enter")
        assert page.evaluate("document.activeElement.ariaPressed") != state
        assert page.evaluate(drawn) != before, place
        page.press("Space")
        assert page.evaluate("document.activeElement.ariaPressed") == state
        assert page.evaluate(drawn) == before, place


def test_curves_are_read_by_arrow_keys(pages: Pages, opened: Opened) -> None:
    page = opened(pages["fit-two-classes"])
    page.evaluate("document.querySelector('figure[data-curves] svg.chart[tabindex]').focus()")
    told = "document.activeElement.closest('figure').querySelector('[aria-live]').textContent"
    page.press("Home")
    first = page.evaluate(told)
    page.press("ArrowRight")
    second = page.evaluate(told)
    page.press("End")
    last = page.evaluate(told)
    assert len({first, second, last}) == 3
    assert all(any(letter.isdigit() for letter in words) for words in (first, second, last))


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_reader_chooses_the_colours_whatever_the_system_prefers(system: str, pages: Pages, opened: Opened) -> None:
    page = opened(pages["replay-certainty"], scheme=system)
    paper = "looks.contrast(looks.colour(getComputedStyle(document.body).backgroundColor), [0, 0, 0])"
    button = "[...document.querySelectorAll('.themes button')].find((each) => each.textContent === '{}').focus()"
    automatic = page.evaluate(paper), seen(page)[0]
    for theme in ("Light", "Dark"):
        page.evaluate(button.format(theme))
        page.press("Enter")
        assert (page.evaluate(paper) > 15) == (theme == "Light")
        assert page.evaluate("looks.faint()") == []
        assert (seen(page)[0] == automatic[1]) == (theme.lower() == system)
    page.evaluate(button.format("Auto"))
    page.press("Enter")
    assert (page.evaluate(paper), seen(page)[0]) == automatic
