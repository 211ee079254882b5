"""Text on a terminal: names from strangers' files cannot steer it, and no line is wider than asked for."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.cli.layout import Ink, cells, ink_for, joined, padded, wrapped


@given(st.lists(st.text("abcdef漢字", min_size=1, max_size=12), min_size=1), st.integers(20, 90))
def test_no_line_is_wider_than_asked_for_and_no_word_is_lost(words: list[str], width: int) -> None:
    words = [word for word in words if cells(word) <= 16] or ["a"]
    lines = wrapped(words, width, first="  ", rest="    ")
    assert max(map(cells, lines)) <= width
    assert " ".join(line.strip() for line in lines).split() == words


def test_what_does_not_fit_is_counted() -> None:
    lines = wrapped(["word"] * 100, 20, first="used ", rest="     ", most=2)
    assert lines == ["used word word word", "     word word word", "     … and 94 more"]
    assert wrapped(["word"] * 2003, 20, most=1)[-1] == "… and 1\N{NARROW NO-BREAK SPACE}999 more"


def test_wide_characters_take_two_cells() -> None:
    assert cells("漢字") == 4
    assert padded("漢", 4) == "漢  "
    assert padded("ab", 4, right=True) == "  ab"


def test_names_with_blanks_are_set_apart_by_commas() -> None:
    assert joined(["Pclass", "Sex"]) == ["Pclass", "Sex"]
    assert joined(["body mass", "sex"]) == ["body mass,", "sex"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "on"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": ""}, True)]
)
def test_colour_needs_a_terminal_and_leave(
    variables: dict[str, str], on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ink_for(Terminal()).on is on
    assert ink_for(io.StringIO()).on is False


def test_ink_that_is_off_changes_nothing() -> None:
    assert Ink().good("better") == "better"
    assert Ink(on=True).good("better") == "\x1b[32mbetter\x1b[0m"
