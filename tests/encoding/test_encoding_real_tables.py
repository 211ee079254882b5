from pathlib import Path

import numpy as np
import pytest

from pellucid.encoding import Preparation, decode_target, encode, encode_target, fit_encoding, fit_target
from pellucid.tables import decide_columns, decide_target, read_table, split_rows, target_values

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the folder of real tables is not there")

# File, target, and what its columns become: numbers, passed columns, embedding tables.
TABLES = {
    "titanic.csv": ("Survived", 5, 6, 0),
    "penguins.csv": ("species", 4, 9, 0),
    "insurance.csv": ("charges", 3, 6, 0),
    "housing.csv": ("median_house_value", 8, 6, 0),
    "credit.csv": ("default", 7, 42, 1),
    "adult.csv.gz": ("column_15", 6, 27, 3),
}


@pytest.mark.parametrize("scaling", ["standard", "robust_clip"])
@pytest.mark.parametrize("name", TABLES)
def test_a_real_table_becomes_finite_numbers_near_zero(name, scaling):
    target, numeric, passed, embedded = TABLES[name]
    table = read_table(DATA / name, header=None if target != "column_15" else False)
    decisions, _ = decide_columns(table, target)
    decision = decide_target(table.column(target))
    values = target_values(table.column(target), decision)
    train, test = split_rows(values, decision.task, test_size=0.2, seed=0)
    encoding = fit_encoding(table, decisions, Preparation(scaling=scaling), train)
    assert (encoding.numeric, encoding.passed, len(encoding.categories)) == (numeric, passed, embedded)
    encoded = encode(encoding, table.take(test))
    assert np.isfinite(encoded.numbers).all()
    assert np.abs(encoded.numbers).max() < (3 if scaling == "robust_clip" else 100)
    assert (encoded.codes < np.array(encoding.categories)).all()
    fitted = fit_target(values, decision, train)
    back = decode_target(fitted, encode_target(fitted, values[test]))
    if decision.task == "regression":
        assert back == pytest.approx(values[test], rel=1e-5, abs=values[train].std() * 1e-6)
    else:
        assert back.tolist() == [decision.classes[code] for code in values[test]]
