"""How numbers are written in formulas: few digits, a real minus sign, powers of ten."""

import math

__all__ = ["factor", "product", "signed_sum", "written"]

_SMALLEST, _LARGEST = 1e-4, 1e6


def written(value: float, digits: int = 4) -> str:
    """A number with so many significant digits: ``−0.148``, ``2.03·10^−313``, ``∞``, ``NaN``."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    if value == 0:
        return "0"
    sign = "−" if value < 0 else ""
    if _SMALLEST <= size < _LARGEST:
        plain = f"{size:.{digits}g}"
        if "e" in plain:
            plain = f"{float(plain):.0f}"
        return sign + plain
    mantissa, _, power = f"{size:.{digits - 1}e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    ten = f"10^{str(int(power)).replace('-', '−')}"
    return f"{sign}{ten}" if mantissa == "1" else f"{sign}{mantissa}·{ten}"


def factor(value: float, digits: int = 4) -> str:
    """The same to stand within a product or a sum: in parentheses if it is negative."""
    text = written(value, digits)
    return f"({text})" if text.startswith("−") else text


def product(*values: float) -> str:
    """Factors with points between them."""
    first, *more = values
    return "·".join([factor(first), *(factor(each) for each in more)])


def signed_sum(terms: list[str]) -> str:
    """Terms with plus signs between them; ``0`` if there is none."""
    return " + ".join(terms) if terms else "0"
