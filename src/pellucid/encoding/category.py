"""A category becomes one ±1 column, one-hot columns, or a code to be embedded."""

import hashlib
import math
from collections import Counter

import numpy as np

from pellucid.encoding.column_encoding import ColumnEncoding, Layout
from pellucid.encoding.expansion import Expansion, no_columns
from pellucid.encoding.preparation import ONE_HOT_CAP, Preparation
from pellucid.shapes import Codes
from pellucid.tables.table import Column, number_text

__all__ = ["CategoryColumn", "CodedColumn", "HashedColumn", "OneHotColumn", "PairColumn", "fit_category"]

_UNSEEN = -1
_EXACT_DIGITS = 15


class PairColumn(ColumnEncoding, frozen=True, kw_only=True, tag="pair"):
    """Two levels: −1 and +1 in one column, 0 where missing or unseen.

    Attributes:
        levels: In order.
    """

    levels: tuple[str, str]

    def __post_init__(self) -> None:
        _distinct(self.levels)

    @property
    def layout(self) -> Layout:
        """Which inputs it becomes."""
        return Layout(passed=(f"{self.name}={self.levels[1]}",))

    def expand(self, column: Column) -> Expansion:
        """Spread out the column of a table."""
        codes, unseen = _look_up(column, self.levels)
        values = np.array([0.0, -1.0, 1.0, 0.0])[codes]  # the last entry serves unseen, −1
        return Expansion(no_columns(len(codes)), values[:, None], None, codes == 0, False, unseen)


class OneHotColumn(ColumnEncoding, frozen=True, kw_only=True, tag="one_hot"):
    """One column per level; all 0 where missing or unseen.

    Attributes:
        levels: In order.
        other: Whether a last column stands for all further levels; unseen ones belong to it too.
    """

    levels: tuple[str, ...]
    other: bool = False

    def __post_init__(self) -> None:
        _distinct(self.levels)

    @property
    def layout(self) -> Layout:
        """Which inputs it becomes."""
        names = tuple(f"{self.name}={level}" for level in self.levels)
        return Layout(passed=(*names, f"{self.name} other") if self.other else names)

    def expand(self, column: Column) -> Expansion:
        """Spread out the column of a table."""
        codes, unseen = _look_up(column, self.levels)
        if self.other:
            codes = np.where(codes == _UNSEEN, len(self.levels) + 1, codes)
        wide = (codes[:, None] == np.arange(1, len(self.layout.passed) + 1)).astype(np.float64)
        return Expansion(no_columns(len(codes)), wide, None, codes == 0, True, unseen)


class CodedColumn(ColumnEncoding, frozen=True, kw_only=True, tag="coded"):
    """A code to be embedded: 1, 2, … the levels in order, 0 missing or unseen.

    Attributes:
        levels: In order.
    """

    levels: tuple[str, ...]

    def __post_init__(self) -> None:
        _distinct(self.levels)

    @property
    def layout(self) -> Layout:
        """Which inputs it becomes."""
        return Layout(levels=len(self.levels) + 1)

    def expand(self, column: Column) -> Expansion:
        """Spread out the column of a table."""
        codes, unseen = _look_up(column, self.levels)
        nothing = no_columns(len(codes))
        return Expansion(nothing, nothing, np.maximum(codes, 0), codes == 0, True, unseen)


class HashedColumn(ColumnEncoding, frozen=True, kw_only=True, tag="hashed"):
    """A code to be embedded: 1 … ``buckets`` by a digest of the text, 0 missing. No level is unseen.

    Attributes:
        buckets: How many; levels that fall into the same one cannot be told apart.
    """

    buckets: int

    def __post_init__(self) -> None:
        if self.buckets < 1:
            raise ValueError("a hashed column needs at least one bucket")

    @property
    def layout(self) -> Layout:
        """Which inputs it becomes."""
        return Layout(levels=self.buckets + 1)

    def expand(self, column: Column) -> Expansion:
        """Spread out the column of a table."""
        texts = column.as_text().tolist()
        code = {text: 0 if text is None else _bucket(text, self.buckets) for text in set(texts)}
        codes = np.array([code[text] for text in texts], dtype=np.int64)
        nothing = no_columns(len(codes))
        return Expansion(nothing, nothing, codes, codes == 0, True)


CategoryColumn = PairColumn | OneHotColumn | CodedColumn | HashedColumn


def fit_category(column: Column, preparation: Preparation) -> CategoryColumn:
    """Learn the levels from training rows and choose the form by their number.

    Two levels share one ±1 column, unless some rows lack a value: 0 between the two would then say too much.
    """
    texts = column.as_text().tolist()
    counts = Counter(texts)
    gaps = counts.pop(None, 0)
    levels = tuple(str(level) for level in sorted(counts, key=_order))  # NumPy's strings cannot be written as JSON
    if len(levels) == 2 and not gaps:
        return PairColumn(name=column.name, levels=(levels[0], levels[1]))
    if len(levels) <= preparation.one_hot_levels or (not preparation.embed and len(levels) <= ONE_HOT_CAP):
        return OneHotColumn(name=column.name, levels=levels)
    if not preparation.embed:
        frequent = sorted(levels, key=lambda level: (-counts[level], _order(level)))[:ONE_HOT_CAP]
        return OneHotColumn(name=column.name, levels=tuple(sorted(frequent, key=_order)), other=True)
    if len(levels) > preparation.hash_above:
        return HashedColumn(name=column.name, buckets=preparation.hash_buckets)
    return CodedColumn(name=column.name, levels=levels)


def _look_up(column: Column, levels: tuple[str, ...]) -> tuple[Codes, dict[str, int]]:
    """Codes 1… for the levels, 0 missing, −1 unseen ``[n]``; and the unseen values with the number of their rows."""
    known: dict[str | None, int] = {None: 0}
    # "1.0" of one table may be "1" of another: the plain way of writing a number counts too, the exact text first.
    for code, level in enumerate(levels, start=1):
        known.setdefault(_plain(level), code)
    known.update({level: code for code, level in enumerate(levels, start=1)})
    texts = column.as_text().tolist()
    counts = Counter(texts)
    unseen: dict[str, int] = {}
    for text in counts:
        if text not in known:
            known[text] = known.get(_plain(text), _UNSEEN)
            if known[text] == _UNSEEN:
                unseen[text] = counts[text]
    return np.array([known[text] for text in texts], dtype=np.int64), unseen


def _number_of(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _plain(text: str) -> str:
    # Longer ones may lose digits on the way through float64, and two codes would become one.
    value = _number_of(text) if len(text) <= _EXACT_DIGITS else None
    return text if value is None else number_text(value)


def _order(text: str) -> tuple[bool, float, str]:
    """Numbers by size, then words by letters."""
    value = _number_of(text)
    return (value is None, value or 0.0, text)


def _bucket(text: str, buckets: int) -> int:
    # Python's own hash differs from run to run.
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % buckets + 1


def _distinct(levels: tuple[str, ...]) -> None:
    if len(set(levels)) != len(levels):
        raise ValueError("a level is named twice")
