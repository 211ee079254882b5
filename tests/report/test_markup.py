import pytest

from pellucid.report.markup import Markup, element, join, text


def test_strings_are_escaped_and_markup_is_not() -> None:
    inner = element("b", "<i>")
    assert element("p", "a & b ", inner, title='"<') == '<p title="&quot;&lt;">a &amp; b <b>&lt;i&gt;</b></p>'


def test_attributes_come_as_names_allow() -> None:
    written = element("td", class_="x", aria_label="y", hidden=True, title=None, width=False, colspan=2)
    assert written == '<td class="x" aria-label="y" hidden colspan="2"></td>'


def test_void_elements_are_closed() -> None:
    assert element("line", x1=0) == '<line x1="0"/>'
    assert element("meta", charset="utf-8") == '<meta charset="utf-8"/>'


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\u2028", "\u202e", "\u2066", "\x85", "\ud800"])
def test_letters_that_break_or_turn_a_line_are_shown_as_replaced(letter: str) -> None:
    assert text(f"a{letter}b") == "a\N{REPLACEMENT CHARACTER}b"


def test_joining_leaves_out_what_is_none() -> None:
    assert join("<", None, Markup("<hr/>")) == "&lt;<hr/>"
