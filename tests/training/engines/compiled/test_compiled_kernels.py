"""The kernels by themselves, held to NumPy in double precision; products have a module of their own."""

import numpy as np
import pytest

pytest.importorskip("llvmlite")
from scipy.special import ndtr
from single_kernels import aligned, compiled

from pellucid.training.engines.compiled.kernels import mathematics, products
from pellucid.training.engines.compiled.kernels.control import loop
from pellucid.training.engines.compiled.kernels.terms import LINE, load, store


def applied(rule, values):
    """A function of sixteen numbers, of as many as there are."""

    def write(x, y, size):
        with loop(0, size, LINE) as at:
            store(y + at, rule(load(x + at)))

    x, y = aligned(-(-len(values) // 16) * 16), aligned(-(-len(values) // 16) * 16)
    x[: len(values)] = values
    compiled(write, 3)(x.ctypes.data, y.ctypes.data, x.nbytes)
    return x[: len(values)], y[: len(values)].copy()


def beyond(x):
    return mathematics.tail(x, mathematics.exponential(x * x * -0.5))


@pytest.mark.parametrize(
    ("rule", "wanted", "low", "high", "units"),
    [
        (mathematics.exponential, np.exp, -86, 87, 1.5),
        (mathematics.exponential_less_one, np.expm1, -30, 0, 1.5),
        (mathematics.exponential_less_one, np.expm1, -1, 0, 1.5),
        (mathematics.logarithm, np.log, 1e-3, 100, 1.5),
        (mathematics.logarithm, np.log, 1e-30, 1e30, 1.5),
        (mathematics.log_one_plus, np.log1p, 0, 1, 2),
        (mathematics.hyperbolic_tangent, np.tanh, -10, 10, 2),
        (mathematics.hyperbolic_tangent, np.tanh, -0.7, 0.7, 2),
        # The square in its exponential is rounded.
        (beyond, lambda x: ndtr(-x), 0, 6, 32),
    ],
)
def test_functions_are_right_to_the_last_place(rule, wanted, low, high, units):
    x, y = applied(rule, np.linspace(low, high, 100_001))
    exact = wanted(x.astype(np.float64))
    assert (np.abs(y - exact) <= units * np.spacing(np.abs(exact).astype(np.float32))).all()


@pytest.mark.parametrize(
    "rule",
    [
        mathematics.exponential,
        mathematics.exponential_less_one,
        mathematics.logarithm,
        mathematics.hyperbolic_tangent,
        beyond,
    ],
)
def test_what_is_no_number_stays_none(rule):
    assert np.isnan(applied(rule, [np.nan])[1]).all()


def test_functions_end_where_numbers_end():
    assert (applied(mathematics.hyperbolic_tangent, [np.inf, -np.inf])[1] == [1, -1]).all()
    assert (applied(mathematics.exponential_less_one, [-np.inf])[1] == -1).all()
    large, small = applied(mathematics.exponential, [np.inf, -np.inf])[1]
    assert np.isfinite(large)
    assert large > 1e38
    assert 0 < small < 1e-37


@pytest.mark.parametrize(("rows", "columns"), [(16, 16), (32, 48), (64, 16)])
def test_rows_become_columns(rows, columns):
    a, turned = aligned(rows, columns), aligned(columns, rows)
    a[:] = np.random.default_rng(2).normal(size=a.shape)
    compiled(products.transpose, 5)(a.ctypes.data, rows, columns, columns, turned.ctypes.data)
    np.testing.assert_array_equal(turned, a.T)


def test_columns_that_are_not_used_do_not_become_rows():
    a, turned = aligned(16, 32), aligned(32, 16)
    a[:] = np.random.default_rng(2).normal(size=a.shape)
    compiled(products.transpose, 5)(a.ctypes.data, 16, 32, 5, turned.ctypes.data)
    np.testing.assert_array_equal(turned[:8], a.T[:8])
    assert not turned[8:].any()


def test_columns_are_summed():
    a, sums = aligned(48, 32), aligned(32)
    a[:] = np.random.default_rng(3).integers(-9, 9, a.shape)
    compiled(products.column_sums, 4)(a.ctypes.data, 48, 32, sums.ctypes.data)
    np.testing.assert_array_equal(sums, a.sum(0))
