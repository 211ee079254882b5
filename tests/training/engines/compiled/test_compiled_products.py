"""Products of matrices: NumPy's within rounding, and the same bits however they are cut."""

import functools

import numpy as np
import pytest

pytest.importorskip("llvmlite")
from single_kernels import aligned, compiled

from pellucid.training.engines.compiled.kernels import products
from pellucid.training.engines.compiled.kernels.terms import ONE, load_number

# Rows, inner, columns; as they are used, without padding.
SIZES = [
    (16, 16, 16),
    (32, 16, 48),
    (48, 80, 16),
    (16, 48, 144),
    (32, 160, 128),
    (32, 5, 1),
    (16, 1, 8),
    (16, 32, 9),
    (48, 33, 20),
    (16, 20, 136),
]
NONE = -np.inf


def padded(size):
    return -(-size // 16) * 16


def placed(matrix):
    """A matrix with its padding."""
    found = aligned(*(padded(length) for length in matrix.shape))
    found[tuple(slice(0, length) for length in matrix.shape)] = matrix
    return found


def drawn(*shapes, seed=0):
    draw = np.random.default_rng(seed)
    return [draw.normal(size=shape).astype(np.float32) for shape in shapes]


def _product(a, row, step, rows, inner, b, columns, used, start, least, c, packed):
    products.product(a, row, step, rows, inner, b, columns, used, start, load_number(least), c, packed)


@functools.cache
def product_of(tile, together):
    return compiled(_product, 12)


@functools.cache
def transposed_product_of(tile):
    return compiled(products.transposed_product, 11)


def multiplied(a, b, start, *, turned=False, least=NONE):
    """The product with its padding, all of which was NaN before."""
    (rows, inner), columns = a.shape, b.shape[1]
    left = placed(a.T if turned else a)
    places = [left, placed(b), placed(start)]
    c, packed, floor = aligned(padded(rows), padded(columns)), aligned(padded(inner), 16), aligned(16)
    c[:] = packed[:] = np.nan
    floor[0] = least
    steps = (ONE, left.shape[1] * ONE) if turned else (left.shape[1] * ONE, ONE)
    at, right, first, bound, to, room = (each.ctypes.data for each in (*places, floor, c, packed))
    product_of(products._ROWS, products._SIDE_BY_SIDE)(
        at, *steps, rows, inner, right, padded(columns), columns, first, bound, to, room
    )
    return c


def multiplied_transposed(a, b, gate=None):
    """The same of a·bᵀ; without a gate, one row of ones serves all."""
    (rows, inner), columns = a.shape, len(b)
    places = [placed(a), placed(b), placed(np.ones(columns)) if gate is None else placed(gate)]
    c, packed = aligned(padded(rows), padded(columns)), aligned(padded(inner), 16)
    c[:] = packed[:] = np.nan
    left, right, open_, to, room = (each.ctypes.data for each in (*places, c, packed))
    across, wide = padded(inner), padded(columns)
    found = transposed_product_of(products._ROWS)
    found(left, rows, inner, right, across, wide, columns, open_, 0 if gate is None else wide * ONE, to, room)
    return c


def assert_close(found, wanted):
    rows, columns = wanted.shape
    np.testing.assert_allclose(found[:rows, :columns], wanted, rtol=1e-5, atol=1e-5)
    assert not found[:rows, columns:].any()


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("rows", "inner", "columns"), SIZES)
def test_products_are_numpys(rows, inner, columns, turned):
    a, b, start = drawn((rows, inner), (inner, columns), (columns,))
    assert_close(multiplied(a, b, start, turned=turned), a.astype(float) @ b.astype(float) + start)


@pytest.mark.parametrize("rows", [1, 5, 20])
def test_rows_need_not_fill_their_place(rows):
    a, b, start = drawn((rows, 16), (16, 20), (20,))
    assert_close(multiplied(a, b, start, turned=True), a.astype(float) @ b.astype(float) + start)


@pytest.mark.parametrize(("rows", "inner", "columns"), SIZES)
def test_products_end_at_the_least_number(rows, inner, columns):
    a, b, start = drawn((rows, inner), (inner, columns), (columns,))
    free = multiplied(a, b, start)[:, :columns]
    np.testing.assert_array_equal(multiplied(a, b, start, least=0.25)[:, :columns], np.maximum(free, np.float32(0.25)))


def test_what_is_no_number_is_not_less_than_another():
    a, b, start = drawn((16, 16), (16, 16), (16,))
    a[3, 5] = np.nan
    found = multiplied(a, b, start, least=0.0)
    assert np.isnan(found[3]).all()
    assert np.isfinite(np.delete(found, 3, axis=0)).all()


@pytest.mark.parametrize(("rows", "inner", "columns"), SIZES)
def test_products_with_a_transposed_matrix_are_numpys(rows, inner, columns):
    a, b = drawn((rows, inner), (columns, inner))
    assert_close(multiplied_transposed(a, b), a.astype(float) @ b.astype(float).T)


@pytest.mark.parametrize(("rows", "inner", "columns"), SIZES)
def test_a_gate_lets_through_what_is_not_below_or_at_zero(rows, inner, columns):
    a, b, gate = drawn((rows, inner), (columns, inner), (rows, columns))
    gate[::3], gate[1::3, ::2] = 0.0, np.nan
    free = multiplied_transposed(a, b)[:, :columns]
    np.testing.assert_array_equal(multiplied_transposed(a, b, gate)[:, :columns], np.where(gate <= 0, 0, free))


@pytest.mark.parametrize(("rows", "inner", "columns"), SIZES)
def test_the_size_of_tiles_changes_no_bit(rows, inner, columns, monkeypatch):
    a, b, start = drawn((rows, inner), (inner, columns), (columns,), seed=1)
    found = []
    for tile, together in ((4, 64), (8, 64), (4, 10_000), (4, 0)):
        monkeypatch.setattr(products, "_ROWS", tile)
        monkeypatch.setattr(products, "_SIDE_BY_SIDE", together)
        found.append([multiplied(a, b, start), multiplied_transposed(a, b.T)])
    for each in found[1:]:
        np.testing.assert_array_equal(each, found[0])


@pytest.mark.parametrize("columns", [1, 7, 8])
def test_half_a_panel_has_the_bits_of_a_whole_one(columns):
    a, b, start = drawn((32, 40), (40, 16), (16,), seed=2)
    whole = multiplied(a, b, start), multiplied_transposed(a, b.T)
    part = multiplied(a, b[:, :columns], start[:columns]), multiplied_transposed(a, b[:, :columns].T)
    for one, other in zip(part, whole, strict=True):
        np.testing.assert_array_equal(one[:, :columns], other[:, :columns])
