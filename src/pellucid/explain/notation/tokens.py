"""Formulas cut into tokens."""

import re
import unicodedata
from typing import NamedTuple

from pellucid.explain.notation.letters import GREEK, SMALL_LOW, SMALL_RAISED, plain_of

__all__ = ["Token", "tokens_of"]

_NUMBER = re.compile(r"\d+(?:[.]\d+)?(?:e[+\-−]?\d+)?|[½⅓¼¾⅔]")
_MARKS = "\u0302\u0303\u0304\u0307"
_PARTIAL = re.compile(rf"∂\w[{_MARKS}]?(?:_(?:[A-Za-z0-9]+|\{{[^{{}}]*\}})|[₀-₉]+)?/∂(?=[^\W\d_])")
_ORDINAL = re.compile(r"[A-Za-z]-[a-z]{2,}")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_BRACED = re.compile(r"_\{([^{}]*)\}")
_INDEX = re.compile(r"_([A-Za-z0-9Α-ω∞]+)")
_NUMBERED = re.compile(r"_(\d+)(?![^\W_])")
_LOW = "".join(SMALL_LOW)
_UP = "".join(SMALL_RAISED)
_SMALL_LOW = re.compile(f"[{re.escape(_LOW)}]+")
_SMALL_UP = re.compile(f"[{re.escape(_UP)}]+")
_SMALL = frozenset(_LOW + _UP)
_LETTER = rf"[^\W\d_{re.escape(_LOW + _UP)}]"
_WORD = re.compile(rf"{_LETTER}+(?:['’\-]{_LETTER}+|['’](?=\s))*")
_BEFORE = "∂Δ"


class Token(NamedTuple):
    """A token.

    Attributes:
        kind: ``number``, ``name``, ``word``, ``sub`` (an index behind a bracket), ``raised`` or ``sign``.
        text: As written, without its index.
        gap: Blanks before it.
        sub: Index of a name or of a big sign.
    """

    kind: str
    text: str
    gap: str
    sub: str = ""


def tokens_of(formula: str) -> list[Token]:
    """All tokens of a formula."""
    text = unicodedata.normalize("NFC", formula)
    found: list[Token] = []
    at = 0
    while at < len(text):
        start = at
        while at < len(text) and text[at].isspace():
            at += 1
        gap = text[start:at]
        if at == len(text):
            break
        token, at = _next(text, at, gap)
        found.append(token)
    return found


def _next(text: str, at: int, gap: str) -> tuple[Token, int]:
    letter = text[at]
    number = _NUMBER.match(text, at)
    if number:
        return Token("number", number[0], gap), number.end()
    if letter in "ΣΠ":
        sub, end = _index(text, at + 1)
        return Token("sign", letter, gap, sub), end
    if letter in _UP:
        small = _SMALL_UP.match(text, at)
        assert small
        return Token("raised", plain_of(small[0]), gap), small.end()
    if letter == "_" or letter in _LOW:
        sub, end = _index(text, at)
        return (Token("sub", sub, gap), end) if end > at else (Token("sign", letter, gap), at + 1)
    partial = _PARTIAL.match(text, at)
    if partial:
        # A partial derivative is one quantity, not a quotient of two.
        token, end = _named(text, partial.end(), gap)
        return token._replace(kind="name", text=partial[0] + token.text), end
    if letter in _BEFORE and at + 1 < len(text) and _is_letter(text[at + 1]):
        token, end = _named(text, at + 1, gap)
        return token._replace(kind="name", text=letter + token.text), end
    if _is_letter(letter):
        return _named(text, at, gap)
    return Token("sign", letter, gap), at + 1


def _named(text: str, at: int, gap: str) -> tuple[Token, int]:
    """A name with its index, or a word of prose."""
    end = at + 1
    while end < len(text) and (_is_letter(text[end]) or text[end] in _MARKS):
        end += 1
    base = text[at:end]
    bare = base.rstrip(_MARKS)
    single = len(bare) == 1 or base in GREEK
    ordinal = _ORDINAL.match(text, at)
    if ordinal:
        return Token("word", ordinal[0], gap), ordinal.end()
    if not single and not (end < len(text) and text[end] in _LOW):
        whole = _IDENTIFIER.match(text, at)
        if whole and whole.end() > end and not _NUMBERED.match(text, end):
            return Token("name", whole[0], gap), whole.end()
        word = _WORD.match(text, at)
        if word and word.end() > end:
            return Token("word", word[0], gap), word.end()
    if single and end < len(text) and text[end].isdecimal() and len(bare) == 1:
        # w1 is a name; x2 after a factor too.
        while end < len(text) and text[end].isdecimal():
            end += 1
        rest = _IDENTIFIER.match(text, at)
        if rest and rest.end() > end:
            return Token("name", rest[0], gap), rest.end()
        return Token("name", text[at:end], gap), end
    sub, after = _index(text, end)
    return Token("name" if single or sub else "word", base, gap, sub), after


def _index(text: str, at: int) -> tuple[str, int]:
    """An index that begins here, and where it ends."""
    small = _SMALL_LOW.match(text, at)
    if small:
        return plain_of(small[0]), small.end()
    for form in (_BRACED, _INDEX):
        found = form.match(text, at)
        if found and found[1].strip():
            return found[1], found.end()
    return "", at


def _is_letter(letter: str) -> bool:
    return letter.isalpha() and letter not in _SMALL
