"""Which rows judge the choice, and how folds are drawn, where rows hang together or follow in time."""

import numpy as np
import pytest
from questions import bench_of, columns, options

from pellucid.errors import DataError, UnknownColumnError, UsageError
from pellucid.experiments.compare.dividing import divide
from pellucid.tables import read_table


def with_groups():
    given = columns()
    given["patient"] = np.array([f"p{number}" for number in np.arange(90) // 6], dtype=object)
    return given


def divided(given, **asked):
    chosen = options(**asked)
    return divide(read_table(given), chosen.fit, scheme=chosen.scheme, group=chosen.group, time=chosen.time)


def test_rows_of_one_group_stand_on_one_side_of_every_division_and_networks_do_not_see_the_group():
    given = with_groups()
    found = divided(given, group="patient")
    decided = found.decided
    patients = given["patient"][decided.origin]
    assert not set(patients[decided.train]) & set(patients[decided.test])
    assert found.scheme == "stratified"
    assert found.drawn == "at random, stratified by class, rows of one patient together"
    column = next(each for each in decided.columns if each.name == "patient")
    assert (column.used, column.reason) == (False, "holds rows together")
    bench = bench_of(options(group="patient"), given)
    own = patients[decided.train]
    for fold in bench.folds.values():
        assert not set(own[fold.train]) & set(own[fold.test])


def test_rows_without_a_group_stand_for_themselves():
    given = with_groups()
    given["patient"][:12] = None
    groups = divided(given, group="patient").decided.groups
    assert len(np.unique(groups)) == 12 + 13


def test_by_time_the_latest_rows_judge_and_every_fold_learns_from_what_came_before():
    given = columns()
    shuffled = np.random.default_rng(1).permutation(90)
    given = {name: values[shuffled] for name, values in given.items()}
    found = divided(given, time="day")
    days = given["day"][found.decided.origin]
    assert found.scheme == "time"
    assert found.drawn == "the latest by day"
    assert days[found.decided.train].max() < days[found.decided.test].min()
    bench = bench_of(options(time="day"), given)
    own = days[found.decided.train]
    for fold in bench.folds.values():
        assert own[fold.train].max() < own[fold.test].min()
        learns, picks = bench.picked(fold, bench_cell(fold))
        assert own[learns].max() < own[picks].min()
    assert np.array_equal(bench.folds[0, 1].train, bench.folds[1, 1].train)


def bench_cell(fold):
    from pellucid.experiments.compare.units import Cell

    return Cell(fold.repeat, fold.number, 0)


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"group": "patient", "time": "day"}, UsageError, "Give --group or --order-by .time=…., not both"),
        ({"group": "y"}, UsageError, "'y' is the target and cannot be the group"),
        ({"group": "pateint"}, UnknownColumnError, "Did you mean 'patient'"),
        ({"scheme": "grouped"}, UsageError, "Name the column that holds rows together: --group"),
        ({"scheme": "time"}, UsageError, "found no order"),
        ({"time": "place"}, DataError, "have no place, and folds by time"),
    ],
)
def test_divisions_that_do_not_go_with_the_rows_are_refused(asked, error, message):
    with pytest.raises(error, match=message):
        divided(with_groups(), **asked)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"vary": ()}, "Nothing is varied, so there is nothing to compare"),
        ({"path": "l2=1:2:3"}, "A path goes along one number alone"),
        ({"seeds": 0}, "number of seeds must be 1 to 1000, found 0"),
        ({"folds": 1}, "number of folds must be 2 to 1000, found 1"),
        ({"draws": 0}, "number of draws must be 1 or above, found 0"),
        ({"minutes": 0.0}, "minutes must be above 0, found 0"),
        ({"workers": 0}, "number of workers must be 1 to 256, found 0"),
        ({"fit": {"task": "ranking"}}, "the task is ranking. Fit each recipe with pellucid fit"),
        ({"recipes": ("tabula",)}, "Did you mean 'tabular'"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(asked, message):
    with pytest.raises(UsageError, match=message):
        options(**asked).check()
