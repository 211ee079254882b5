"""Products of small matrices, tile by tile: a tile's numbers stay in registers until its sum is complete.

Every number of a product is one sum, over the inner axis from first to last, whatever tile it stands in: the size of
the tiles changes no bit. Matrices are given by addresses; rows lie behind one another, with room for a multiple of 16
of them and of columns.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from llvmlite import binding

from pellucid.training.engines.compiled.kernels.control import Variable, loop, routine, when
from pellucid.training.engines.compiled.kernels.terms import (
    LANES,
    LINE,
    ONE,
    Number,
    Term,
    fused,
    load,
    load_number,
    select,
    shuffled,
    spread,
    store,
    vector,
)

__all__ = ["column_sums", "product", "transpose", "transposed_product"]

# Machines with 32 vector registers of 32 bytes or more keep eight rows of sums in them, those with 16 four.
_ROWS = 8 if binding.get_host_cpu_features().get("avx512vl", False) else 4
# Columns of a matrix whose panels are used where they lie.
_SIDE_BY_SIDE = 64
_HALF = LANES // 2

Finish: TypeAlias = Callable[[Term, Term, int], Term]
"""``(sums, their row, how many)`` → what is stored."""


class _Left(NamedTuple):
    """The left factor: number (r, k) lies at ``a + r·row + k·step``, k < inner."""

    a: Term
    row: Term
    step: Term
    inner: Term


def _tile(
    left: _Left, r: Term, b: Term, apart: Term, first: Term, c: Term, wide: Term, lanes: int, finish: Finish
) -> None:
    """Some rows from row r on, sixteen or eight columns; rows of b are ``apart`` bytes apart, of c ``wide``."""
    a = left.a + r * left.row
    sums = [Variable(first) for _ in range(_ROWS * LANES // lanes)]
    with loop(0, left.inner, 1) as k:
        y = load(b + k * apart, lanes)
        for n, own in enumerate(sums):
            own.set(fused(spread(load_number(a + left.row * n + k * left.step), lanes), y, own.get()))
    place = c + r * wide
    for n, own in enumerate(sums):
        store(place + wide * n, finish(own.get(), r + n, lanes))
        if lanes < LANES:
            store(place + wide * n + lanes * ONE, vector(c, count=LANES - lanes))


def _panel(
    left: _Left, rows: Term, b: Term, apart: Term, used: Term, start: Term | None, c: Term, wide: Term, finish: Finish
) -> None:
    """Sixteen columns. Where no more than half of them, in bytes, are used, the other half is zeros without sums."""
    for lanes, wanted in ((LANES, used > _HALF * ONE), (_HALF, used <= _HALF * ONE)):
        with when(wanted), loop(0, rows, _ROWS * LANES // lanes) as r:
            first = vector(c, count=lanes) if start is None else load(start, lanes)
            _tile(left, r, b, apart, first, c, wide, lanes, finish)


@routine()
def product(
    a: Term,
    row: Term,
    step: Term,
    rows: Term,
    inner: Term,
    b: Term,
    columns: Term,
    used: Term,
    start: Term,
    least: Term,
    c: Term,
    packed: Term,
) -> None:
    """C ``[rows, columns]`` = start ``[columns]`` + a·b, for a ``[rows, inner]`` and b ``[inner, columns]``.

    Args:
        a: Its number (r, k) lies at ``a + r·row + k·step``; exchanged steps make it the transposed matrix.
        row: See a.
        step: See a.
        rows: Of a and c; a few more may be calculated, up to a multiple of 16.
        inner: Columns of a, rows of b.
        b: The other matrix.
        columns: Of b and c, a multiple of 16.
        used: How many of these may be other than zero; more than ``columns`` − 16.
        start: Row that is added to every row.
        least: Smaller numbers of c are replaced by it; −∞ for none.
        c: Where the product goes.
        packed: Room for sixteen columns of b.
    """
    wide, left = columns * ONE, _Left(a, row, step, inner)

    def floored(sums: Term, r: Term, lanes: int) -> Term:
        floor = spread(least, lanes)
        return select(sums < floor, floor, sums)

    # One panel of sixteen columns of b serves all rows and stays in the nearest cache meanwhile. Lines that lie 512
    # bytes or more apart would drive each other out of it, so they are moved together.
    scattered = columns > _SIDE_BY_SIDE
    with loop(0, wide, LINE) as panel:
        with when(scattered), loop(0, inner) as k:
            store(packed + k * LINE, load(b + panel + k * wide))
        own, apart = select(scattered, packed, b + panel), select(scattered, wide.like(LINE), wide)
        _panel(left, rows, own, apart, used * ONE - panel, start + panel, c + panel, wide, floored)


@routine()
def transposed_product(
    a: Term,
    rows: Term,
    inner: Term,
    b: Term,
    across: Term,
    columns: Term,
    used: Term,
    gate: Term,
    gate_row: Term,
    c: Term,
    packed: Term,
) -> None:
    """C ``[rows, columns]`` = a·bᵀ for a ``[rows, across]`` and b ``[columns, across]``; 0 where the gate is ≤ 0.

    Args:
        a: The left matrix.
        rows: Of a and c, a multiple of 16.
        inner: How many columns of a and b may be other than zero.
        b: The right matrix.
        across: Columns of a and b, a multiple of 16.
        columns: Of c, a multiple of 16.
        used: How many of these may be other than zero; more than ``columns`` − 16.
        gate: Numbers ``[rows, columns]``.
        gate_row: Bytes between the gate's rows; 0 if there is one for all.
        c: Where the product goes.
        packed: Room for sixteen rows of b.
    """
    wide, left = columns * ONE, _Left(a, across * ONE, across.like(ONE), inner)
    with loop(0, wide, LINE) as panel:
        with loop(0, inner, 8) as k:
            for n in range(0, LANES, 8):
                _transpose8(b + (panel + n * ONE) * across + k * ONE, across * ONE, packed + k * LINE + n * ONE, LINE)

        def gated(sums: Term, r: Term, lanes: int, panel: Term = panel) -> Term:
            return select(load(gate + r * gate_row + panel, lanes) <= 0.0, vector(c, count=lanes), sums)

        _panel(left, rows, packed, wide.like(LINE), used * ONE - panel, None, c + panel, wide, gated)


def _transpose8(source: Term, source_row: Term, place: Term, place_row: Number) -> None:
    """8×8 numbers; rows lie ``source_row`` and ``place_row`` bytes apart."""
    rows = [load(source + source_row * n, 8) for n in range(8)]
    # Three rounds: single numbers, pairs and fours change places.
    evens = [0, 8, 2, 10, 4, 12, 6, 14]
    odds = [n + 1 for n in evens]
    rows = [shuffled(rows[n], rows[n + 1], order) for n in range(0, 8, 2) for order in (evens, odds)]
    evens = [0, 1, 8, 9, 4, 5, 12, 13]
    odds = [n + 2 for n in evens]
    rows = [shuffled(rows[n + p], rows[n + p + 2], order) for n in (0, 4) for order in (evens, odds) for p in (0, 1)]
    evens = [0, 1, 2, 3, 8, 9, 10, 11]
    odds = [n + 4 for n in evens]
    rows = [shuffled(rows[n], rows[n + 4], order) for order in (evens, odds) for n in range(4)]
    for n, row in enumerate(rows):
        store(place + place_row * n, row)


@routine()
def transpose(source: Term, rows: Term, columns: Term, used: Term, place: Term) -> None:
    """``[rows, columns]`` to ``[columns, rows]``; only the first ``used`` columns, rounded up to a multiple of 8."""
    with loop(0, rows, 8) as r, loop(0, used, 8) as c:
        here, there = source + (r * columns + c) * ONE, place + (c * rows + r) * ONE
        _transpose8(here, columns * ONE, there, rows * ONE)


@routine()
def column_sums(source: Term, rows: Term, columns: Term, place: Term) -> None:
    """Sums over the rows ``[rows, columns] → [columns]``."""
    wide = columns * ONE
    with loop(0, wide, LINE) as panel:
        # Four sums side by side: one alone would wait for itself.
        sums = [Variable(vector(rows)) for _ in range(4)]
        with loop(0, rows, 4) as r:
            for n, own in enumerate(sums):
                own.add(load(source + panel + (r + n) * wide))
        first, second, third, fourth = (own.get() for own in sums)
        store(place + panel, (first + second) + (third + fourth))
