"""Notation: how a column of text was written, where one row alone would not tell."""

from enum import StrEnum

__all__ = ["Notation"]


class Notation(StrEnum):
    """How to read a column of text as the training table's was read, whatever rows come this time.

    A model keeps it, because ``3,652`` alone looks like thousands, ``03/04/2024`` like two different days and ``NA``
    like a gap, and only the other rows told. A column that needs none of these has no notation.
    """

    TEXT = "text"
    TEXT_WITH_NA = "text_with_na"
    COMMA_THOUSANDS = "comma_thousands"
    DECIMAL_COMMA = "decimal_comma"
    POINT_THOUSANDS = "point_thousands"
    BLANK_THOUSANDS = "blank_thousands"
    PERCENT = "percent"
    CURRENCY_COMMA_THOUSANDS = "currency_comma_thousands"
    CURRENCY_DECIMAL_COMMA = "currency_decimal_comma"
    CURRENCY = "currency"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
