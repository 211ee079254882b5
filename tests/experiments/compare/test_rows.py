"""Rows, units and questions as plain files."""

import numpy as np
import pytest
from questions import bench_of, columns, options

from pellucid.errors import ModelFileError, UsageError
from pellucid.experiments.compare.arrays import read_arrays, write_arrays
from pellucid.experiments.compare.ledger import cells_of
from pellucid.experiments.compare.question import require_same
from pellucid.experiments.compare.rows import read_rows, write_rows
from pellucid.experiments.compare.units import divided


def test_rows_come_back_from_their_files_to_the_last_character(tmp_path):
    given = columns()
    given["place"] = np.array(["", "a\x00", "nöl", "x,\n", "=1", None], dtype=object)[np.arange(90) % 6]
    rows = bench_of(given=given).rows
    write_rows(tmp_path, rows)
    back = read_rows(tmp_path)
    assert [column.name for column in back.table] == [column.name for column in rows.table]
    for mine, theirs in zip(rows.table, back.table, strict=True):
        assert (mine.storage, mine.spellings, mine.notation) == (theirs.storage, theirs.spellings, theirs.notation)
        assert mine.values.dtype == theirs.values.dtype
        assert [*map(repr, mine.values)] == [*map(repr, theirs.values)]
    assert np.array_equal(back.values, rows.values)
    assert np.array_equal(back.groups, rows.groups)
    assert (back.columns, back.target) == (rows.columns, rows.target)


def test_rows_hold_no_row_that_judges_the_choice(tmp_path):
    given = columns()
    rows = bench_of(given=given).rows
    kept = next(column for column in rows.table if column.name == "first").values
    assert rows.count == 72
    assert len(set(given["first"]) - set(kept)) == 18


def test_an_archive_with_objects_is_neither_written_nor_read(tmp_path):
    path = tmp_path / "a.npz"
    with pytest.raises(ValueError, match="holds objects"):
        write_arrays(path, {"a": np.array([None])})
    np.savez(path, a=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ModelFileError, match=r"a\.npz"):
        read_arrays(path)


def test_equal_arrays_give_equal_bytes(tmp_path):
    arrays = {"b": np.arange(3), "a": np.ones((2, 2), dtype=np.float32)}
    write_arrays(tmp_path / "1", arrays)
    write_arrays(tmp_path / "2", dict(reversed(arrays.items())))
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert np.array_equal(read_arrays(tmp_path / "1")["a"], arrays["a"])


@pytest.mark.parametrize(
    ("members", "folds", "least", "sizes"),
    [
        (100, 100, 1, [60]),
        (100, 100, 2, [30, 30]),
        (12, 100, 1, [12, 12, 12, 12, 12]),
        (13, 100, 1, [12, 12, 12, 12, 12]),
        (100, 2, 1, [12, 12, 12, 12, 12]),
        (4, 1, 1, [3] * 20),
        (1, 1, 1, [1] * 60),
    ],
)
def test_units_hold_every_cell_once_and_whole_folds_where_they_can(members, folds, least, sizes):
    cells = cells_of(range(6), range(2), 5)
    units = divided(cells[::-1], members=members, folds=folds, least=least)
    assert [cell for unit in units for cell in unit.cells] == sorted(cells)
    assert [len(unit.cells) for unit in units] == sizes
    assert len({unit.name for unit in units}) == len(units)


def test_another_question_is_refused_and_told_apart():
    first = bench_of().question
    require_same(first, bench_of(options(minutes=3.0, workers=2, fit={"members": 3})).question, "runs/a")
    with pytest.raises(UsageError, match=r"runs/a holds another comparison.*seeds was 2 and is 3"):
        require_same(first, bench_of(options(seeds=3)).question, "runs/a")
    with pytest.raises(UsageError, match=r"lr was not given and is 0\.1"):
        require_same(first, bench_of(options(fit={"lr": 0.1})).question, "runs/a")
    with pytest.raises(UsageError, match="the table's content has changed"):
        require_same(first, bench_of(given=columns(100)).question, "runs/a")
    changed = first.variants[0].recipe.replace(lr=0.5)
    variants = (type(first.variants[0])(**{**_fields(first.variants[0]), "recipe": changed}), first.variants[1])
    with pytest.raises(UsageError, match="the same options mean other recipes now"):
        require_same(first, type(first)(**{**_fields(first), "variants": variants}), "runs/a")
    with pytest.raises(UsageError, match=r"begun by Pellucid 0\.0"):
        require_same(type(first)(**{**_fields(first), "pellucid": "0.0"}), first, "runs/a")


def _fields(struct):
    return {name: getattr(struct, name) for name in struct.__struct_fields__}
