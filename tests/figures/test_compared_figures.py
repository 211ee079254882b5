"""Figures of comparisons: intervals, ranks with their bars, scores along a strength, curves of variants."""

import numpy as np
import pytest
from made_up_comparisons import comparison_curves, comparison_record

from pellucid.figures.critical_difference import critical_difference_figure, groups_of
from pellucid.figures.learning import variant_curves_figure
from pellucid.figures.standing import comparison_figure, path_factor, path_figure, scored


def test_intervals_are_the_records_with_the_best_on_top() -> None:
    record = comparison_record("grid")
    figure = comparison_figure(record, "accuracy")
    intervals = figure.panels[0].intervals
    assert intervals is not None
    variants = scored(record)[: len(intervals.labels)]
    assert list(intervals.labels) == [each.name for each in variants]
    assert intervals.values.tolist() == [each.mean for each in variants]
    assert intervals.low.tolist() == [each.low for each in variants]
    assert figure.alt.startswith(f"{variants[0].name} stands first")
    # Worse ones look different from those that cannot be told apart.
    looks = {each.verdict: series for each, series in zip(variants, intervals.series, strict=True)}
    assert looks.get("best") != looks.get("worse")


@pytest.mark.parametrize(
    ("better", "expected"),
    [
        ([], [(0, 1, 2, 3)]),
        ([(0, 3)], [(0, 1, 2), (1, 2, 3)]),
        ([(0, 2), (0, 3), (1, 3)], [(0, 1), (1, 2), (2, 3)]),
        ([(0, 1), (0, 2), (0, 3)], [(1, 2, 3)]),
        ([(i, j) for i in range(4) for j in range(i + 1, 4)], []),
        # Rank and test disagree: who stands between is apart from one of them only.
        ([(1, 2)], [(0, 1), (2, 3)]),
    ],
)
def test_bars_join_the_longest_runs_without_a_difference(
    better: list[tuple[int, int]], expected: list[tuple[int, ...]]
) -> None:
    names = list("abcd")
    verdicts = {frozenset((names[i], names[j])): "better" for i, j in better}
    assert groups_of(names, verdicts) == expected


def test_ranks_stand_where_the_record_has_them_and_bars_join_whom_no_test_parts() -> None:
    record = comparison_record("path")
    figure = critical_difference_figure(record)
    ranks = sorted(each.mean_rank for each in scored(record))
    assert figure.panels[0].points[-1].x.tolist() == ranks
    assert [row[1] for row in figure.table.rows] == ranks
    apart = {frozenset((pair.first, pair.second)) for pair in record.pairs if pair.verdict == "better"}
    for name, _, joined in figure.table.rows:
        for other in filter(None, str(joined).split(", ")):
            assert frozenset((name, other)) not in apart


def test_a_path_runs_along_its_strength_and_marks_the_choice() -> None:
    record = comparison_record("path")
    name = path_factor(record)
    assert name == record.factors[0].name
    figure = path_figure(record, "accuracy")
    (panel,) = figure.panels
    x, y = panel.curves[0].x, panel.curves[0].y
    assert (np.diff(x) > 0).all()
    means = {float(each.levels[name]): each.mean for each in scored(record)}
    assert dict(zip(x.tolist(), y.tolist(), strict=True)) == means
    assert (panel.marks[0].x, panel.marks[0].y) == (
        float(record.variant(record.chosen).levels[name]),
        record.variant(record.chosen).mean,
    )


def test_names_alone_are_no_path() -> None:
    assert path_factor(comparison_record("grid")) == ""


def test_curves_of_variants_are_the_files_means_and_bands_for_the_best_six() -> None:
    record = comparison_record("grid")
    curves = comparison_curves(record)
    order = [each.name for each in scored(record)]
    figure = variant_curves_figure(curves, order)
    known = {curve.variant: curve for curve in curves}
    training = figure.panels[0]
    assert [line.label for line in training.curves] == order[:6]
    for line, band in zip(training.curves, training.bands, strict=True):
        assert line.y.tolist() == [np.nan if v is None else v for v in known[line.label].loss]
        assert band.high.tolist() == [np.nan if v is None else v for v in known[line.label].loss_high]
    if len(order) > 6:
        assert f"{len(order) - 6} further variants" in figure.caption
