import json

import pytest

from pellucid.report.markup import Markup, data_block, element, join, text
from pellucid.report.words import shortened


def test_strings_are_escaped_and_markup_is_not() -> None:
    inner = element("b", "<i>")
    assert element("p", "a & b ", inner, title='"<') == '<p title="&quot;&lt;">a &amp; b <b>&lt;i&gt;</b></p>'


def test_attributes_come_as_names_allow() -> None:
    written = element("td", class_="x", aria_label="y", hidden=True, title=None, width=False, colspan=2)
    assert written == '<td class="x" aria-label="y" hidden colspan="2"></td>'


def test_void_elements_are_closed() -> None:
    assert element("line", x1=0) == '<line x1="0"/>'
    assert element("meta", charset="utf-8") == '<meta charset="utf-8"/>'


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\u200f", "\u061c", "\u2028", "\u202e", "\u2066", "\x85", "\ud800"])
def test_letters_that_break_or_turn_a_line_are_shown_as_replaced(letter: str) -> None:
    assert text(f"a{letter}b") == "a\N{REPLACEMENT CHARACTER}b"


def test_joining_leaves_out_what_is_none() -> None:
    assert join("<", None, Markup("<hr/>")) == "&lt;<hr/>"


def test_words_from_right_to_left_stand_in_an_isolate_of_their_own() -> None:
    assert text("שלום, עולם (3)") == "\u2068שלום, עולם\u2069 (3)"
    assert text("a مرحبا 5") == "a \u2068مرحبا\u2069 5"
    assert text("naïve 名前 5") == "naïve 名前 5"


def test_data_cannot_end_its_block_and_is_read_back() -> None:
    value = {"</script>&<!--": ["\u2028", 1.5, None, True]}
    block = data_block(value)
    inner = block.removeprefix('<script type="application/json">').removesuffix("</script>")
    assert not set(inner) & set("<>&\u2028")
    assert json.loads(inner) == {"</script>&<!--": ["\N{REPLACEMENT CHARACTER}", 1.5, None, True]}
    with pytest.raises(ValueError, match="not JSON compliant"):
        data_block([float("nan")])


def test_long_words_keep_their_ends() -> None:
    assert shortened("a " + "x" * 60) == "a " + "x" * 60
    cut = shortened("a " + "x" * 250 + "y" * 250 + " b")
    assert cut == "a " + "x" * 30 + "…" + "y" * 29 + " b"
