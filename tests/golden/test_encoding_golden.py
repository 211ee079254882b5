"""Exact numbers of one small table, computed by hand."""

import math

import numpy as np
import pytest

from pellucid.encoding import Preparation, encode, fit_encoding
from pellucid.tables.table import Column, Table


class Decision:
    """What the encoding reads of a column's decision."""

    used = True
    kind = "numeric"

    def __init__(self, name, encoding):
        self.name, self.encoding = name, encoding


TABLE = Table(
    name="hand.csv",
    path="",
    sha256="",
    columns=(
        Column("x", "number", np.array([1.0, 2.0, 3.0, 6.0, np.nan])),
        Column("sex", "text", np.array(["f", "m", "m", "f", "m"], dtype=object)),
        Column("port", "text", np.array(["a", "b", "c", "a", None], dtype=object)),
    ),
)
DECISIONS = [Decision("x", "numeric"), Decision("sex", "category"), Decision("port", "category")]


def bent(x):
    return x / math.sqrt(1 + (x / 3) ** 2)


STANDARD = [
    # x: mean 3, variance 3.5; then: x missing, sex=m, port=a, port=b, port=c
    [-2 / math.sqrt(3.5), 0, -1, 1, 0, 0],
    [-1 / math.sqrt(3.5), 0, 1, 0, 1, 0],
    [0, 0, 1, 0, 0, 1],
    [3 / math.sqrt(3.5), 0, -1, 1, 0, 0],
    [0, 1, 1, 0, 0, 0],
]
ROBUST_CLIP = [
    # x: median 2.5, quartiles 1.75 and 3.75. x missing: quartile range 0, so times 2. sex=m: median 1, range 2.
    # port=a: median 0, quartiles 0 and 1. port=b and port=c: quartile range 0, so times 2.
    [bent(-0.75), 0, bent(-1), bent(1), 0, 0],
    [bent(-0.25), 0, 0, 0, bent(2), 0],
    [bent(0.25), 0, 0, 0, 0, bent(2)],
    [bent(1.75), 0, bent(-1), bent(1), 0, 0],
    [0, bent(2), 0, 0, 0, 0],
]


@pytest.mark.parametrize(("scaling", "expected"), [("standard", STANDARD), ("robust_clip", ROBUST_CLIP)])
def test_a_small_table_becomes_the_numbers_computed_by_hand(scaling, expected):
    encoding = fit_encoding(TABLE, DECISIONS, Preparation(scaling=scaling), np.arange(5))
    assert encode(encoding, TABLE).numbers == pytest.approx(np.array(expected), abs=1e-6)
