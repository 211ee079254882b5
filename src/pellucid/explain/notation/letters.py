"""Small and Greek letters, and the names of functions."""

import unicodedata

__all__ = ["FRACTIONS", "FUNCTIONS", "GREEK", "SMALL_LOW", "SMALL_RAISED", "lowered", "plain_of", "raised"]

MINUS = "\N{MINUS SIGN}"

# Unicode has no small comma, and no small b, c, d, f, g, q, w, y, z below the line.
_LOW = dict(zip("0123456789+=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
_LOW[MINUS] = "₋"
_RAISED = dict(zip("0123456789+=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ", strict=True))
_RAISED[MINUS] = "⁻"

SMALL_LOW = {small: plain for plain, small in _LOW.items()}
"""Small letter below the line → the letter."""
SMALL_RAISED = {small: plain for plain, small in _RAISED.items()}
"""Small letter above the line → the letter."""

FRACTIONS = {"½": (1, 2), "⅓": (1, 3), "¼": (1, 4), "¾": (3, 4), "⅔": (2, 3)}
"""Sign → numerator and denominator."""

GREEK = {
    name: unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}")
    for name in (
        *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "mu", "nu", "xi"),
        *("pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"),
    )
} | {"lambda": "λ"}
"""Name in Latin letters → letter."""

FUNCTIONS = frozenset(
    (
        *("log", "exp", "sin", "cos", "tan", "tanh", "cosh", "sinh", "erf", "max", "min", "mean", "sign", "clamp"),
        *("sigmoid", "softmax", "softplus", "softsign", "relu", "gelu", "silu", "swish", "mish", "elu", "selu", "celu"),
        *("identity", "step", "gaussian", "sine", "orthogonal", "σ", "Φ", "φ"),
    )
)
"""Names that stand for functions wherever something follows them."""


def lowered(text: str) -> str | None:
    """The text in letters below the line; None where Unicode lacks one."""
    found = [_LOW.get(letter) for letter in text]
    return None if None in found or not text else "".join(filter(None, found))


def raised(text: str) -> str | None:
    """The text in letters above the line; None where Unicode lacks one."""
    found = [_RAISED.get(letter) for letter in text]
    return None if None in found or not text else "".join(filter(None, found))


def plain_of(text: str) -> str:
    """Small letters as ordinary ones."""
    return "".join(SMALL_LOW.get(letter) or SMALL_RAISED.get(letter) or letter for letter in text)
