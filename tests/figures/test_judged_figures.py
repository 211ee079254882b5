"""Figures of predictions: their numbers are scikit-learn's and SciPy's."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from pellucid.figures.calibration import calibration_figure, wilson
from pellucid.figures.confusion import confusion_figure
from pellucid.figures.number_fit import fit_figure, residuals_figure
from pellucid.figures.ranked import OneAgainstRest, precision_recall, precision_recall_figure, roc, roc_figure


def ranked(rows: int, *, ties: bool, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    truth = generator.random(rows) < 0.3
    score = generator.normal(truth * 1.0)
    return truth, score.round(1) if ties else score


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("rows", [40, 1000])
def test_a_roc_curve_is_scikit_learns(rows: int, ties: bool) -> None:
    truth, score = ranked(rows, ties=ties)
    alarms, hits = roc(truth, score)
    expected_alarms, expected_hits, _ = metrics.roc_curve(truth, score, drop_intermediate=False)
    np.testing.assert_allclose(alarms, expected_alarms)
    np.testing.assert_allclose(hits, expected_hits)
    figure = roc_figure([OneAgainstRest("yes", truth, score)])
    assert figure.facts["area of yes"] == pytest.approx(metrics.roc_auc_score(truth, score), abs=1e-12)
    assert f"yes {metrics.roc_auc_score(truth, score):.3f}" in figure.alt


@pytest.mark.parametrize("ties", [False, True])
def test_precision_and_recall_are_scikit_learns(ties: bool) -> None:
    truth, score = ranked(300, ties=ties)
    recall, precision = precision_recall(truth, score)
    expected_precision, expected_recall, _ = metrics.precision_recall_curve(truth, score)
    # scikit-learn goes the other way and adds the end without rows.
    np.testing.assert_allclose(recall, expected_recall[-2::-1])
    np.testing.assert_allclose(precision, expected_precision[-2::-1])
    figure = precision_recall_figure([OneAgainstRest("yes", truth, score)])
    expected = metrics.average_precision_score(truth, score)
    assert figure.facts["average precision of yes"] == pytest.approx(expected, abs=1e-12)
    assert figure.table.rows[0][2] == pytest.approx(truth.mean())
    # The area under the stairs that are drawn is the average precision.
    (curve, base) = figure.panels[0].curves
    assert float(np.sum(np.diff(curve.x) * curve.y[1:])) == pytest.approx(expected)
    assert base.role == "reference" and base.y[0] == pytest.approx(truth.mean())


def test_of_many_classes_the_six_most_frequent_are_shown_and_the_rest_is_told() -> None:
    generator = np.random.default_rng(1)
    truth = np.repeat(np.arange(9), np.arange(2, 11))
    probabilities = generator.dirichlet(np.ones(10), len(truth))
    # The tenth class has no rows at all.
    classes = [OneAgainstRest(f"c{k}", truth == k, probabilities[:, k]) for k in range(10)]
    figure = roc_figure(classes)
    drawn = [curve.label.partition(":")[0] for curve in figure.panels[0].curves if curve.role == "line"]
    assert drawn == ["c3", "c4", "c5", "c6", "c7", "c8"]
    assert "6 most frequent of 9 classes" in figure.caption
    assert "no test rows (or all): 1" in figure.caption
    each = metrics.roc_auc_score(truth == 8, probabilities[:, 8])
    assert figure.facts["area of c8"] == pytest.approx(each)


@pytest.mark.parametrize(("hits", "rows"), [(0, 1), (3, 10), (10, 10), (70, 100)])
def test_wilsons_interval_is_scipys(hits: int, rows: int) -> None:
    low, high = wilson(np.array([hits]), np.array([rows]))
    expected = stats.binomtest(hits, rows).proportion_ci(method="wilson")
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_calibration_counts_what_came_true_bin_by_bin() -> None:
    said = np.array([0.0, 0.05, 0.05, 0.55, 0.55, 0.95, 1.0])
    true = np.array([0, 1, 0, 1, 0, 1, 1], dtype=bool)
    figure = calibration_figure(said, true, "class yes")
    assert [row[2] for row in figure.table.rows] == [3, 2, 2]
    assert [row[4] for row in figure.table.rows] == pytest.approx([1 / 3, 1 / 2, 1.0])
    # 3/7·|1/3 − 0.1/3| + 2/7·|0.5 − 0.55| + 2/7·|1 − 0.975|
    assert figure.facts["expected_calibration_error"] == pytest.approx((3 * 0.3 + 2 * 0.05 + 2 * 0.025) / 7)
    bars = figure.panels[1].bars
    assert bars is not None and bars.heights.sum() == 7


def test_a_well_calibrated_model_is_called_so_and_a_boaster_is_not() -> None:
    generator = np.random.default_rng(2)
    said = generator.random(4000)
    honest = calibration_figure(said, generator.random(4000) < said, "class yes")
    boaster = calibration_figure(said, generator.random(4000) < 0.5, "class yes")
    assert honest.facts["bins_off"] <= 2 < 6 <= boaster.facts["bins_off"]


def test_confusion_tells_counts_shares_and_the_worst_mistake() -> None:
    figure = confusion_figure(np.array([[8, 2, 0], [1, 5, 4], [0, 0, 0]]), ["cat", "dog", "eel"])
    counts, shares = (panel.matrix for panel in figure.panels)
    assert counts is not None and shares is not None
    assert counts.values.tolist()[1] == [1, 5, 4]
    assert shares.values[1].tolist() == [0.1, 0.5, 0.4]
    # A class without rows has no shares.
    assert np.isnan(shares.values[2]).all()
    assert figure.alt == "13 of 20 rows get their own class (65.0 %); most often dog is taken for eel (4 rows)."
    assert figure.table.rows[0] == ("cat", 10, 0.8, pytest.approx(8 / 9), "dog (2)")


def test_many_classes_keep_one_panel_with_numbers() -> None:
    figure = confusion_figure(np.eye(26) * 3, [chr(65 + k) for k in range(26)])
    (panel,) = figure.panels
    assert panel.matrix is not None and panel.matrix.written
    assert len(figure.table.rows) == 26


def test_fit_and_residuals_are_scikit_learns() -> None:
    generator = np.random.default_rng(3)
    truth = generator.normal(50, 10, (300, 1))
    predicted = truth + generator.normal(1.0, 4.0, (300, 1))
    figure = fit_figure(truth, predicted, ["price"])
    assert figure.facts["r2 of price"] == pytest.approx(metrics.r2_score(truth, predicted))
    assert figure.facts["rmse of price"] == pytest.approx(metrics.root_mean_squared_error(truth, predicted))
    assert sum(row[3] for row in figure.table.rows) == 300
    left = residuals_figure(truth, predicted, ["price"])
    scatter, histogram = left.panels
    np.testing.assert_allclose(np.sort(scatter.points[0].y), np.sort((truth - predicted)[:, 0]))
    assert histogram.bars is not None and histogram.bars.heights.sum() == 300
    assert "mean −1" in left.alt or "mean −0.9" in left.alt


def test_many_rows_are_thinned_and_that_is_told() -> None:
    truth = np.arange(10_000.0)[:, None]
    figure = fit_figure(truth, truth + 1.0, ["y"])
    assert len(figure.panels[0].points[0].x) == 2000
    assert "2000 of 10000 rows" in figure.caption


def test_rows_without_a_number_are_left_out() -> None:
    truth, predicted = np.array([[1.0], [np.nan], [3.0]]), np.array([[1.0], [2.0], [4.0]])
    assert fit_figure(truth, predicted, ["y"]).facts["rmse of y"] == pytest.approx(0.5**0.5)
