"""Products of small matrices, tile by tile: a tile's numbers stay in registers until its sum is complete.

Every number of a product is one sum, over the inner axis from first to last, whatever tile it stands in: the size of
the tiles changes no bit. Sizes are multiples of 16, rows lie behind one another, and matrices are given by addresses.
"""

from llvmlite import binding

from pellucid.training.engines.compiled.kernels.control import Variable, loop, routine, when
from pellucid.training.engines.compiled.kernels.terms import (
    LINE,
    ONE,
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

__all__ = ["column_sums", "product", "transpose"]

# Machines with 32 vector registers of 32 bytes or more keep eight rows of sums in them, those with 16 four.
_ROWS = 8 if binding.get_host_cpu_features().get("avx512vl", False) else 4
# Columns of a matrix whose panels are used where they lie.
_SIDE_BY_SIDE = 64


def _tile(a: Term, row: Term, step: Term, count: Term, b: Term, apart: Term, start: Term, c: Term, wide: Term) -> None:
    """Some rows of sixteen columns: c = start + Σ a·b; rows of b lie ``apart`` bytes apart, those of c ``wide``."""
    first = load(start)
    sums = [Variable(first) for _ in range(_ROWS)]
    with loop(0, count, 1) as k:
        y = load(b + k * apart)
        for r, own in enumerate(sums):
            own.set(fused(spread(load_number(a + row * r + k * step)), y, own.get()))
    for r, own in enumerate(sums):
        store(c + wide * r, own.get())


@routine()
def product(
    a: Term,
    row: Term,
    step: Term,
    rows: Term,
    inner: Term,
    b: Term,
    columns: Term,
    start: Term,
    c: Term,
    packed: Term,
) -> None:
    """C ``[rows, columns]`` = start ``[columns]`` + a·b, for a ``[rows, inner]`` and b ``[inner, columns]``.

    Args:
        a: Its number (r, k) lies at ``a + r·row + k·step``; exchanged steps make it the transposed matrix.
        row: See a.
        step: See a.
        rows: Of a and c.
        inner: Columns of a, rows of b.
        b: The other matrix.
        columns: Of b and c.
        start: Row that is added to every row.
        c: Where the product goes.
        packed: Room for sixteen columns of b.
    """
    wide = columns * ONE
    # One panel of sixteen columns of b serves all rows and stays in the nearest cache meanwhile. Lines that lie 512
    # bytes or more apart would drive each other out of it, so they are moved together.
    scattered = columns > _SIDE_BY_SIDE
    with loop(0, wide, LINE) as panel:
        with when(scattered), loop(0, inner) as k:
            store(packed + k * LINE, load(b + panel + k * wide))
        own, apart = select(scattered, packed, b + panel), select(scattered, wide.like(LINE), wide)
        with loop(0, rows, _ROWS) as r:
            _tile(a + r * row, row, step, inner, own, apart, start + panel, c + r * wide + panel, wide)


def _transpose8(source: Term, source_row: Term, place: Term, place_row: Term) -> None:
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
def transpose(source: Term, rows: Term, columns: Term, place: Term) -> None:
    """``[rows, columns]`` to ``[columns, rows]``."""
    with loop(0, rows, 8) as r, loop(0, columns, 8) as c:
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
