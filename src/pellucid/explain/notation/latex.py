"""Formulas as LaTeX, for between dollar signs."""

import unicodedata

from pellucid.explain.notation.letters import FRACTIONS, FUNCTIONS, GREEK, SMALL_LOW, SMALL_RAISED
from pellucid.explain.notation.reading import read
from pellucid.explain.notation.tree import (
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

__all__ = ["escape_latex", "to_latex"]

_GREEK = {letter: name for name, letter in GREEK.items()} | {"ε": "varepsilon", "Φ": "Phi", "Δ": "Delta", "Σ": "Sigma"}
_KNOWN = frozenset(["log", "exp", "sin", "cos", "tan", "tanh", "cosh", "sinh", "max", "min"])
_ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0307": "dot"}
_BRACKETS = {
    "(": ("(", ")"),
    "[": ("[", "]"),
    "|": ("|", "|"),
    "‖": (r"\|", r"\|"),
    "⌊": (r"\lfloor", r"\rfloor"),
    "⌈": (r"\lceil", r"\rceil"),
}
_SIGNS = {
    "·": r" \cdot ",
    "×": r" \times ",
    "−": "-",
    "←": r" \leftarrow ",
    "→": r" \to ",
    "≤": r" \leq ",
    "≥": r" \geq ",
    "≠": r" \ne ",
    "≈": r" \approx ",
    "~": r" \sim ",
    "±": r" \pm ",
    "∈": r" \in ",
    "|": r" \mid ",
    "…": r"\ldots",
    "∞": r"\infty",
    "Σ": r"\sum",
    "Π": r"\prod",
    "∂": r"\partial ",
    "Δ": r"\Delta ",
}
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\^{}",
    "~": r"\~{}",
}
# Signs that text mode of pdflatex does not know.
_IN_TEXT = {
    "−": "$-$",
    "·": r"$\cdot$",
    "→": r"$\to$",
    "←": r"$\leftarrow$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "≠": r"$\ne$",
    "≈": r"$\approx$",
    "∂": r"$\partial$",
    "Σ": r"$\sum$",
    "√": r"$\sqrt{}$",
    "∞": r"$\infty$",
    "×": r"$\times$",
    "½": r"$\tfrac{1}{2}$",
    "…": r"\ldots{}",
    "\N{NARROW NO-BREAK SPACE}": r"\,",
    "\N{NO-BREAK SPACE}": "~",
}

_COMMAS = (Text(","), Text(";"), Text(":"))


def to_latex(formula: str) -> str:
    """The formula in LaTeX's mathematics; needs amsmath for words."""
    return _made(read(formula)).strip()


def escape_latex(text: str) -> str:
    """Words of anybody as LaTeX text that does nothing."""
    found = []
    for letter in text:
        if letter in SMALL_RAISED:
            found.append(f"$^{{{_SIGNS.get(SMALL_RAISED[letter], SMALL_RAISED[letter])}}}$")
        elif letter in SMALL_LOW:
            found.append(f"$_{{{_SIGNS.get(SMALL_LOW[letter], SMALL_LOW[letter])}}}$")
        elif letter in _ESCAPES:
            found.append(_ESCAPES[letter])
        elif letter in _IN_TEXT:
            found.append(_IN_TEXT[letter])
        elif letter in _GREEK:
            found.append(f"$\\{_GREEK[letter]}$")
        elif unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            found.append(" " if letter.isspace() else "?")
        else:
            found.append(letter)
    return "".join(found)


def _made(node: Node) -> str:
    match node:
        case Number(text):
            return _number(text)
        case Name(base, sub, primes, level):
            return _named(base, sub, primes, level)
        case Text(text):
            return text if node in _COMMAS else _SIGNS[text] if text in _SIGNS else _words(text)
        case Group(opening, body):
            left, right = _BRACKETS[opening]
            return rf"\left{left} {_made(body)} \right{right}"
        case Power(base, exponent, _):
            inside = Group("(", base) if isinstance(base, Name) and base.level else base
            return f"{{{_made(inside)}}}^{{{_made(_bare(exponent))}}}"
        case Root(body, _):
            return rf"\sqrt{{{_made(_bare(body))}}}"
        case Subscripted(body, sub):
            return f"{{{_made(body)}}}_{{{_index(sub)}}}"
        case Call(function, arguments):
            return f"{_made(function)}{_made(arguments)}"
        case Applied(function, body):
            return rf"{_made(function)} {_made(body)}"
        case Prefix(sign, sub, _, body):
            under = f"_{{{_index(sub)}}}" if sub else ""
            return f"{_SIGNS[sign]}{under} {_made(body)}"
        case Signed(sign, body):
            return f"{_SIGNS.get(sign, sign)}{_made(body)}"
        case Chain():
            return _chain(node)
        case Conditional(value, condition, otherwise):
            end = "" if otherwise is None else rf"\text{{ else }}{_made(otherwise)}"
            return rf"{_made(value)}\text{{ if }}{_made(condition)}{end}"
        case Sequence(parts, gaps):
            return _sequence(parts, gaps)


def _sequence(parts: tuple[Node, ...], gaps: tuple[str, ...]) -> str:
    """Words that follow one another become one text."""
    found, words = "", ""
    for gap, part in zip(gaps, parts, strict=True):
        if isinstance(part, Text) and part.text not in _SIGNS and part not in _COMMAS:
            words += (" " if gap else "") + part.text
            continue
        found += _words(words + (" " if words and gap else ""))
        found += (r"\ " if gap and not words else "") + (_made(part))
        words = ""
    return found + _words(words)


def _words(text: str) -> str:
    return rf"\text{{{escape_latex(text)}}}" if text else ""


def _chain(node: Chain) -> str:
    """Quotients become fractions, each of the factors since the last one."""
    done: list[str] = []
    run: list[str] = [_made(node.operands[0])]
    alone: Node | None = node.operands[0]
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        sign = operator.strip()
        if sign == "/":
            above = _made(_bare(alone)) if alone is not None else "".join(run)
            done.append(rf"\frac{{{above}}}{{{_made(_bare(operand))}}}")
            run, alone = [], None
            continue
        fresh = not run and bool(done)
        if sign:
            (done if fresh else run).append(_SIGNS.get(sign, f" {sign} "))
        elif run:
            run.append(" ")
        run.append(_made(operand))
        alone = operand if fresh else None
    return "".join(done + run)


def _bare(node: Node) -> Node:
    return node.body if isinstance(node, Group) and node.opening == "(" else node


def _named(base: str, sub: str, primes: int, level: str) -> str:
    if "/" in base:
        above, _, below = base.partition("/")
        return rf"\frac{{{_made(read(above))}}}{{{_named(below, sub, primes, level)}}}"
    for sign in "∂Δ":
        if base.startswith(sign) and len(base) > 1:
            return f"{_SIGNS[sign]}{_named(base[1:], sub, primes, level)}"
    core = _core(GREEK.get(base, base)) + "'" * primes
    return core + (f"_{{{_index(sub)}}}" if sub else "") + (f"^{{({level})}}" if level else "")


def _core(base: str) -> str:
    parts = unicodedata.normalize("NFD", base)
    if len(parts) == 2 and parts[1] in _ACCENTS:
        return rf"\{_ACCENTS[parts[1]]}{{{_core(parts[0])}}}"
    if base in _SIGNS:
        return _SIGNS[base]
    if base in _GREEK:
        return rf"\{_GREEK[base]} "
    if base in _KNOWN:
        return rf"\{base}"
    if base in FUNCTIONS and len(base) > 1:
        return rf"\operatorname{{{base}}}"
    return base if len(base) == 1 else rf"\mathit{{{escape_latex(base)}}}"


def _index(sub: str) -> str:
    inside = read(sub)
    return rf"\text{{{escape_latex(sub)}}}" if isinstance(inside, Text) else _made(inside)


def _number(text: str) -> str:
    if text in FRACTIONS:
        above, below = FRACTIONS[text]
        return rf"\tfrac{{{above}}}{{{below}}}"
    mantissa, e, power = text.replace("−", "-").partition("e")
    return rf"{mantissa} \cdot 10^{{{power.lstrip('+')}}}" if e else mantissa
