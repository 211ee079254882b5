"""Names from strangers' files cannot steer the terminal, and two names that differ stay two."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.printable import grouped, printable, quoted

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text())
def test_a_printable_text_has_one_line_and_no_hidden_character(text: str) -> None:
    shown = printable(text)
    assert not {unicodedata.category(letter) for letter in shown} & HIDDEN
    assert len(shown.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode 数", "plain ünïcode 数"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x1b]0;title\x07after", r"\x1b]0;title\x07after"),
        ("\x9b2Jcleared", r"\x9b2Jcleared"),
        ("two\r\nlines\x00", r"two\r\nlines\x00"),
        ("\u202egnirts zero\u200bwidth\ufeff", r"\u202egnirts zero\u200bwidth\ufeff"),
        ("lone \ud800", r"lone \ud800"),
        ("a\u2028b", r"a\u2028b"),
    ],
)
def test_hidden_characters_are_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(), st.integers(2, 60))
def test_no_more_than_the_limit_is_shown(text: str, limit: int) -> None:
    shown = printable(text, limit=limit)
    assert len(shown) <= limit
    assert shown == printable(text) or shown.endswith("…")


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert printable("a" * 300, limit=200) == "a" * 199 + "…"
    assert printable("a" * 200, limit=200) == "a" * 200


def test_quotation_marks_fit_the_text() -> None:
    assert quoted("Age") == "'Age'"
    assert quoted("the sea's depth") == '"the sea\'s depth"'
    assert quoted("a\nb", limit=3) == r"'a\…'"


def test_thousands_stand_apart_and_stay_on_one_line() -> None:
    assert grouped(26048) == "26\N{NARROW NO-BREAK SPACE}048"
    assert grouped(999) == "999"
    assert "26\N{NARROW NO-BREAK SPACE}048" in f"{grouped(26048)} rows".split(" ")
