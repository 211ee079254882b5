"""Formulas in the catalogue's linear notation, read into a tree.

The notation is written for people: names with subscripts (``w_12``, ``z_{1,10}``), ``·``, ``/``, ``−``, ``√( )``,
``Σ_c``, ``|x|``, ``a if c else b``, functions by name with or without brackets, and words in between. What cannot be
read stays text.
"""

from collections.abc import Callable
from functools import lru_cache

from pellucid.explain.notation.letters import FUNCTIONS, SMALL_RAISED
from pellucid.explain.notation.tokens import Token, tokens_of
from pellucid.explain.notation.tree import (
    BRACKETS,
    Applied,
    Call,
    Chain,
    Conditional,
    Group,
    Name,
    Node,
    Number,
    Power,
    Prefix,
    Root,
    Sequence,
    Signed,
    Subscripted,
    Text,
)

__all__ = ["read"]

_LONGEST = 4000
_DEEPEST = 40
_ADDING, _TIMES = "+−-±", "·×/"
_RELATIONS = "=←→<>≤≥≠≈~∈"
_KEYWORDS = frozenset({"if", "else"})
_END = Token("end", "", "")
_OPERANDS = frozenset("([⌊⌈√ΣΠ…∞")


class _UnreadableError(Exception):
    """This is no formula from here on."""


class _HopelessError(Exception):
    """This would take too long to make sense of: brackets that nobody closes, or too deep ones."""


@lru_cache(maxsize=2048)
def read(formula: str) -> Node:
    """The tree of a formula; a :class:`Text` where it cannot be read."""
    if len(formula) > _LONGEST:
        return Text(formula)
    try:
        return _Reader(tokens_of(formula)).whole()
    except (_UnreadableError, _HopelessError):
        return Text(formula)


class _Reader:
    """Reads by recursive descent: sequence, conditional, relation, sum, product, power, atom."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0
        # What cannot be read is taken back and tried otherwise, which must come to an end.
        self._left = 200 + 50 * len(tokens)

    @property
    def _now(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    @property
    def _then(self) -> Token:
        return self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else _END

    def _take(self) -> Token:
        token = self._now
        self._at += 1
        return token

    def _is(self, *signs: str) -> bool:
        return self._now.kind == "sign" and self._now.text in signs

    def whole(self) -> Node:
        """Everything."""
        return self._sequence(())

    def _sequence(self, closing: tuple[str, ...]) -> Node:
        """Up to a closing sign, which is left to be taken."""
        parts: list[Node] = []
        gaps: list[str] = []
        while self._now is not _END and not self._closes(closing):
            gaps.append(self._now.gap)
            before = self._at
            try:
                parts.append(self._item())
            except _UnreadableError:
                self._at = before
                parts.append(_as_text(self._take()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts), tuple(gaps))

    def _closes(self, closing: tuple[str, ...]) -> bool:
        return self._is(*closing) and not self._divides()

    def _divides(self) -> bool:
        """Whether a bar stands between blanks: the bar of ``p(a | b)``."""
        return self._now.text == "|" and bool(self._now.gap) and bool(self._then.gap)

    def _item(self) -> Node:
        """A formula, or one word or sign of what is none."""
        if self._is_prose():
            return _as_text(self._take())
        value = self._relation()
        if not (self._now.kind == "word" and self._now.text == "if"):
            return value
        before = self._at
        try:
            self._take()
            condition = self._relation()
            if self._now.kind == "word" and self._now.text == "else":
                self._take()
                return Conditional(value, condition, self._deeper(self._item))
            return Conditional(value, condition)
        except _UnreadableError:
            self._at = before
            return value

    def _is_prose(self) -> bool:
        """Whether a word stands among words, rather than being the name of a quantity."""
        token, following = self._now, self._then
        if token.kind != "word":
            return token.kind == "sign" and not self._begins_operand(token)
        if token.text in _KEYWORDS or not token.text.isalnum():
            return True
        if following.kind == "raised" and not following.gap:
            return False
        if following.kind == "sign" and (following.text in _ADDING + _TIMES + _RELATIONS + "^" or not following.gap):
            return False
        if token.text in FUNCTIONS and self._begins_operand(following) and following.kind != "word":
            return following.gap != "" and token.text == "mean"
        if following.kind == "word" and following.text not in _KEYWORDS:
            return not (token.text in FUNCTIONS and following.text in FUNCTIONS)
        previous = self._tokens[self._at - 1] if self._at else _END
        alone = following is _END or following.text in _KEYWORDS or following.kind == "sign"
        return not (alone and previous.kind != "word") and not (previous.text in _KEYWORDS and alone)

    def _begins_operand(self, token: Token) -> bool:
        if token.kind in ("number", "name", "word"):
            return True
        if token.kind != "sign":
            return False
        return token.text in _OPERANDS or token.text in "−-±+" or token.text in "|‖"

    def _relation(self) -> Node:
        return self._chain(self._sum, _RELATIONS)

    def _sum(self) -> Node:
        return self._chain(self._product, _ADDING)

    def _chain(self, operand: Callable[[], Node], signs: str) -> Node:
        operands, operators = [operand()], []
        while (self._now.kind == "sign" and self._now.text in signs) or (signs == _RELATIONS and self._is_bar()):
            before = self._at
            sign = self._take()
            try:
                # A blank before a sign and none behind: it is the sign of something new, as in "then −1 if x < 0".
                if self._now is _END or (signs == _ADDING and sign.gap and not self._now.gap):
                    raise _UnreadableError
                gap = self._now.gap
                operands.append(operand())
            except _UnreadableError:
                self._at = before
                break
            operators.append(f"{sign.gap}{sign.text}{gap}")
        return operands[0] if len(operands) == 1 else Chain(tuple(operands), tuple(operators))

    def _is_bar(self) -> bool:
        return self._is("|") and self._divides()

    def _deeper(self, part: Callable[[], Node]) -> Node:
        """A part, one level further down."""
        self._depth += 1
        self._left -= 1
        if self._depth > _DEEPEST or not self._left:
            raise _HopelessError
        try:
            return part()
        finally:
            self._depth -= 1

    def _product(self) -> Node:
        if self._is("−", "-", "±", "+"):
            sign = self._take()
            if self._now.gap:
                raise _UnreadableError
            return Signed(sign.text, self._deeper(self._product))
        operands, operators = [self._power()], []
        while True:
            if self._now.kind == "sign" and self._now.text in _TIMES:
                before = self._at
                sign = self._take()
                gap = self._now.gap
                try:
                    operands.append(self._factor())
                except _UnreadableError:
                    self._at = before
                    break
                operators.append(f"{sign.gap}{sign.text}{gap}")
            elif self._goes_on():
                operands.append(self._power())
                operators.append("")
            else:
                break
        return operands[0] if len(operands) == 1 else Chain(tuple(operands), tuple(operators))

    def _factor(self) -> Node:
        if self._is("−", "-") and not self._then.gap:
            return Signed(self._take().text, self._power())
        return self._power()

    def _goes_on(self) -> bool:
        """Whether a factor follows without a sign: ``2x``, ``½(1 + t)``, ``½Σp²``, ``QᵀQ``."""
        token = self._now
        if token is _END or token.gap:
            return False
        return token.kind == "name" or (token.kind == "word" and token.text.isalnum()) or self._is("(", "Σ", "Π", "√")

    def _power(self) -> Node:
        base = self._postfix()
        if self._now.kind == "raised" and not self._now.gap:
            return Power(base, read(self._take().text), raised=True)
        if self._is("^"):
            self._take()
            return Power(base, self._exponent())
        return base

    def _exponent(self) -> Node:
        if self._is("−", "-"):
            return Signed(self._take().text, self._postfix())
        return self._postfix()

    def _postfix(self) -> Node:
        node = self._deeper(self._atom)
        while not self._now.gap:
            if self._now.kind == "sub" and self._now.text:
                node = Subscripted(node, self._take().text)
            elif self._is("(") and isinstance(node, Name) and node.base[:1] not in "∂Δ":
                group = self._group()
                node = Call(node, group)
            else:
                break
        return node

    def _atom(self) -> Node:
        token = self._now
        match token.kind:
            case "number":
                return Number(self._take().text)
            case "name" | "word":
                return self._named()
            case "sign" if token.text == "√":
                self._take()
                gap = self._now.gap
                return Root(self._group() if self._is("(") else self._postfix(), gap)
            case "sign" if token.text in "ΣΠ":
                self._take()
                gap = self._now.gap
                return Prefix(token.text, token.sub, gap, self._product())
            case "sign" if token.text in BRACKETS:
                return self._group()
            case "sign" if token.text in "…∞":
                return Name(self._take().text)
        raise _UnreadableError

    def _named(self) -> Node:
        token = self._take()
        primes = 0
        while self._is("′") and not self._now.gap:
            self._take()
            primes += 1
        name = Name(token.text, token.sub, primes, self._level())
        following = self._now
        if token.text not in FUNCTIONS or following is _END or not following.gap or not self._begins_operand(following):
            return name
        prose = following.kind == "word" and following.text not in FUNCTIONS
        if prose or (following.kind == "sign" and following.text in "−-+±([|‖" and following.text not in "(["):
            return name
        return Applied(name, self._deeper(self._power))

    def _level(self) -> str:
        """The layer of ``w_12^(2)``, if one follows."""
        signs = self._tokens[self._at : self._at + 4]
        if [token.text for token in signs[:2] + signs[3:]] != ["^", "(", ")"] or signs[2].kind != "number":
            return ""
        self._at += 4
        return signs[2].text

    def _group(self) -> Group:
        opening = self._take().text
        closing = BRACKETS[opening]
        if opening in "|‖" and self._now.gap:
            raise _UnreadableError
        body = self._sequence((closing,))
        if not self._is(closing):
            raise _UnreadableError
        self._take()
        return Group(opening, body)


def _as_text(token: Token) -> Text:
    if token.kind == "raised":
        small = {plain: letter for letter, plain in SMALL_RAISED.items()}
        return Text("".join(small[letter] for letter in token.text))
    return Text(token.text + (f"_{{{token.sub}}}" if token.sub else ""))
