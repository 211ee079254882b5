"""The spellings of "nothing here"."""

__all__ = ["ALWAYS_MISSING", "MISSING_AMONG_NUMBERS"]

ALWAYS_MISSING = frozenset(
    {"", "?", "-", "NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NULL", "null", "Null", "NaN", "nan", "-NaN"}
    | {"-nan", "NaT", "#NULL!", "#DIV/0!", "#VALUE!", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"}
)
"""Missing wherever they stand."""

MISSING_AMONG_NUMBERS = frozenset(
    {"none", "nil", "na", "n.a.", "n.d.", "--", "---", ".", "..", "*", "missing", "unknown", "not available"}
    | {"undefined", "\\n", "not applicable", "no data"}
)
"""Missing, in any letter case, in a column that otherwise holds numbers, dates or booleans. Among words they may be a
value of their own: credit.csv's ``other_debtors`` says "none" for nine people in ten."""
