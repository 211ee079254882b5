"""Formulas as MathML Core, escaped by construction."""

import unicodedata
from html import escape

from pellucid.explain.notation.letters import FRACTIONS, FUNCTIONS, GREEK
from pellucid.explain.notation.reading import read
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

__all__ = ["to_mathml"]

_MARKS = {"\u0302": "^", "\u0303": "~", "\u0304": "¯", "\u0307": "˙"}

_MINUS = '<mo form="prefix">−</mo>'
_GAP = '<mspace width="0.17em"></mspace>'


def to_mathml(formula: str, *, block: bool = True) -> str:
    """One ``math`` element, with the formula in linear notation as its alternative text."""
    display = ' display="block"' if block else ' displaystyle="true"'
    label = escape(_safe(formula))
    return f'<math{display} alttext="{label}">{_row(_made(read(formula)))}</math>'


def _made(node: Node) -> str:
    match node:
        case Number(text):
            return _number(text)
        case Name(base, sub, primes, level):
            return _named(base, sub, primes, level)
        case Text(text):
            return _leaf("mtext", text)
        case Group(opening, body):
            inside = _made(body)
            # Brackets grow around fractions; around small digits they would be too loud.
            grows = "" if "<mfrac>" in inside else ' stretchy="false"'
            ends = (f"<mo{grows}>{escape(sign)}</mo>" for sign in (opening, BRACKETS[opening]))
            return _row(inside.join(ends))
        case Power(base, exponent, _):
            inside = _made(Group("(", base) if isinstance(base, Name) and base.level else base)
            return f"<msup>{_row(inside)}{_row(_made(_bare(exponent)))}</msup>"
        case Root(body, _):
            return f"<msqrt>{_made(_bare(body))}</msqrt>"
        case Subscripted(body, sub):
            return f"<msub>{_row(_made(body))}{_row(_made(read(sub)))}</msub>"
        case Call(function, arguments):
            return _row(f"{_made(function)}{_made(arguments)}")
        case Applied(function, body):
            return _row(f"{_made(function)}{_GAP}{_made(body)}")
        case Prefix(sign, sub, _, body):
            mark = _sign(sign)
            under = f"<munder>{mark}{_row(_made(read(sub)))}</munder>" if sub else mark
            return _row(f"{under}{_made(body)}")
        case Signed(sign, body):
            return _row(f'<mo form="prefix">{escape(sign)}</mo>{_made(body)}')
        case Chain():
            return _chain(node)
        case Conditional(value, condition, otherwise):
            end = "" if otherwise is None else f"{_words(' else ')}{_made(otherwise)}"
            return _row(f"{_made(value)}{_words(' if ')}{_made(condition)}{end}")
        case Sequence(parts, gaps):
            return _row("".join(_spaced(gap, part) for gap, part in zip(gaps, parts, strict=True)))


def _chain(node: Chain) -> str:
    """Quotients become fractions, each of the factors since the last one."""
    done: list[str] = []
    run: list[str] = [_made(node.operands[0])]
    first = node.operands[0]
    alone: Node | None = first
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        sign = operator.strip()
        if sign == "/":
            above = _made(_bare(alone)) if alone is not None else "".join(run)
            done.append(f"<mfrac>{_row(above)}{_row(_made(_bare(operand)))}</mfrac>")
            run, alone = [], None
            continue
        fresh = not run and bool(done)
        if sign:
            (done if fresh else run).append(_sign(sign))
        run.append(_made(operand))
        alone = operand if fresh else None
    return _row("".join(done + run))


def _bare(node: Node) -> Node:
    """Without the round brackets that a fraction's bar, a root or an exponent makes superfluous."""
    return node.body if isinstance(node, Group) and node.opening == "(" else node


def _named(base: str, sub: str, primes: int, level: str) -> str:
    if "/" in base:
        above, _, below = base.partition("/")
        return f"<mfrac>{_row(_made(read(above)))}{_row(_named(below, sub, primes, level))}</mfrac>"
    for sign in "∂Δ":
        if base.startswith(sign) and len(base) > 1:
            return _row(f"<mi>{sign}</mi>{_named(base[1:], sub, primes, level)}")
    core = _marked(GREEK.get(base, base))
    if base in FUNCTIONS and len(base) > 1:
        core = f"<mi>{escape(base)}</mi>"
    if primes:
        core = _row(f'{core}<mo lspace="0" rspace="0">{"′" * primes}</mo>')
    above = _row(f"<mo>(</mo><mn>{escape(level)}</mn><mo>)</mo>") if level else ""
    below = _row(_made(read(sub))) if sub else ""
    tag = "msubsup" if above and below else "msup" if above else "msub" if below else ""
    return f"<{tag}>{core}{below}{above}</{tag}>" if tag else core


def _marked(base: str) -> str:
    parts = unicodedata.normalize("NFD", base)
    if len(parts) == 2 and parts[1] in _MARKS:
        return f'<mover accent="true"><mi>{escape(parts[0])}</mi><mo>{_MARKS[parts[1]]}</mo></mover>'
    return _leaf("mi", base)


def _number(text: str) -> str:
    if text in FRACTIONS:
        above, below = FRACTIONS[text]
        return f"<mfrac><mn>{above}</mn><mn>{below}</mn></mfrac>"
    sign = _MINUS if text.startswith("−") else ""
    mantissa, e, power = text.removeprefix("−").partition("e")
    if not e:
        return _row(f"{sign}<mn>{mantissa}</mn>") if sign else f"<mn>{mantissa}</mn>"
    exponent = (_MINUS if power.startswith(("−", "-")) else "") + f"<mn>{power.lstrip('+-−')}</mn>"
    return _row(f"{sign}<mn>{mantissa}</mn><mo>·</mo><msup><mn>10</mn>{_row(exponent)}</msup>")


def _spaced(gap: str, part: Node) -> str:
    if not gap:
        return _made(part)
    if isinstance(part, Text):
        return _leaf("mtext", f"\N{NO-BREAK SPACE}{part.text}")
    return f"{_words(' ')}{_made(part)}"


def _words(text: str) -> str:
    return f"<mtext>{escape(text.replace(' ', chr(160)))}</mtext>"


def _sign(sign: str) -> str:
    return f"<mo>{escape(sign)}</mo>"


def _leaf(tag: str, text: str) -> str:
    return f"<{tag}>{escape(_safe(text))}</{tag}>"


def _row(inside: str) -> str:
    return f"<mrow>{inside}</mrow>"


def _safe(text: str) -> str:
    """Without characters that no page may hold or that could turn a line around."""
    return "".join(
        letter if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else "\ufffd"
        for letter in text
    )
