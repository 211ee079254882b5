import pytest

from pellucid.encoding import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode 数", "plain ünïcode 数"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x9b2Jcleared", "cleared"),
        ("two\r\nlines\x00\x07", "twolines"),
        ("\u202egnirts\u202c zero\u200bwidth\ufeff", "gnirts zerowidth"),
        ("lone \ud800", "lone "),
    ],
)
def test_commands_and_hidden_characters_are_not_shown(text, shown):
    assert printable(text) == shown


def test_long_text_is_cut_with_an_ellipsis():
    assert printable("a" * 300) == "a" * 199 + "…"
    assert len(printable("\x1b" * 10_000 + "a" * 10, limit=40)) <= 40
    assert printable("a" * 200) == "a" * 200
