"""Names and categories from a table are shown and never obeyed, however they are written."""

from pages import Pages
from tab import Opened
from tables_for_pages import HOSTILE, LONG


def test_a_hostile_table_does_nothing(pages: Pages, opened: Opened) -> None:
    page = opened(pages["fit-hostile"])
    # Nothing has swallowed a part of the page.
    assert page.evaluate("document.querySelectorAll('main > section').length") >= 8
    assert page.evaluate("document.querySelectorAll('main > footer').length") == 1
    # Whatever waits for a focus, a pointer or a key gets it.
    page.press(*["Tab"] * 60)
    page.evaluate("document.querySelectorAll('*').forEach((each) => each.dispatchEvent(new MouseEvent('mouseover')))")
    page.evaluate("document.querySelectorAll('button').forEach((each) => each.click())")
    page.evaluate("new Promise((done) => setTimeout(() => done(1), 100))")
    assert page.watched.dialogs == []
    assert [each for each in page.watched.requests if not each.startswith("data:")] == [page.address]
    assert page.watched.complaints == []
    assert page.watched.windows == []
    assert (
        page.evaluate("document.querySelectorAll('img, iframe, [onerror], [onload], [onfocus], [autofocus]').length")
        == 0
    )
    assert (
        page.evaluate("document.scripts.length - document.querySelectorAll('script[type=\"application/json\"]').length")
        == 1
    )


def test_hostile_names_are_shown_as_they_are_written(pages: Pages, opened: Opened) -> None:
    shown = opened(pages["fit-hostile"]).evaluate("document.body.innerText")
    # Words that run from right to left are set apart, so that they turn nothing but themselves.
    assert shown.count("\u2068") == shown.count("\u2069")
    words = shown.replace("\u2068", "").replace("\u2069", "")
    for name in HOSTILE:
        if name == LONG:
            assert LONG[:20] in words
        elif "\u202e" in name:
            assert "evil \u05e9\u05dc\u05d5\u05dd" in words
        else:
            assert name in words
    # A mark that turns the direction of writing would turn the rest of the line around.
    assert not set(words) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067")


def test_a_word_of_five_hundred_letters_stays_legible(pages: Pages, opened: Opened) -> None:
    page = opened(pages["fit-hostile"], width=360)
    tallest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('th, td, figcaption, text, dt, .chart-title')]"
        ".filter((each) => each.textContent.includes('Donaudampf')).map((each) => each.getBoundingClientRect().height))"
    )
    assert 0 < tallest < 300
    assert page.evaluate("looks.sideways()") == []
