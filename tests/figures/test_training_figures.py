"""Figures of training: curves with their bands, layers, weights, rates."""

import numpy as np
import pytest
from scipy import stats

import pellucid as pl
from pellucid.errors import UsageError
from pellucid.figures.layer_history import layers_figure
from pellucid.figures.learning import Learned, curves_figure, learned_from, spread_of
from pellucid.figures.rate_range import rate_range_figure
from pellucid.figures.weight_histograms import weights_figure
from pellucid.records import EpochRecord, LayerRecord
from pellucid.training.range_test import LRRangeTest


def test_a_band_is_the_t_interval_of_the_mean() -> None:
    values = np.random.default_rng(0).normal(1.0, 0.2, (5, 7))
    spread = spread_of(values)
    low, high = stats.t.interval(0.95, 4, loc=values.mean(axis=0), scale=stats.sem(values, axis=0))
    np.testing.assert_allclose(spread.low, low)
    np.testing.assert_allclose(spread.high, high)


def test_a_mean_ends_where_fewer_than_half_still_train() -> None:
    values = np.array([[1.0, 2.0, 3.0], [3.0, 4.0, np.nan], [5.0, np.nan, np.nan], [np.nan] * 3])
    spread = spread_of(values)
    assert spread.epochs.tolist() == [1, 2]
    assert spread.mean.tolist() == [3.0, 3.0]
    assert spread.members.tolist() == [3, 2]


def test_one_line_has_no_band_around_it() -> None:
    spread = spread_of(np.array([[3.0, 2.0]]))
    assert spread.low.tolist() == spread.high.tolist() == [3.0, 2.0]


def epochs(members: int, length: int) -> list[EpochRecord]:
    return [
        EpochRecord(
            member=m, epoch=e, loss=2.0 / e + m, val_loss=3.0 / e + m, val_error=None if e == 1 else 0.1 * m, lr=0.1
        )
        for m in range(members)
        for e in range(1, length + 1)
    ]


def test_curves_of_a_run_show_every_member_their_mean_and_the_kept_epochs() -> None:
    learned = learned_from(epochs(3, 4), "run", error_label="errors", best=[2, 4, 0], monitored="loss")
    figure = curves_figure([learned])
    loss, errors = figure.panels
    assert [curve.label for curve in loss.curves if curve.role == "line"] == [
        "training, mean of 3",
        "validation, mean of 3",
    ]
    assert sum(curve.role == "trace" for curve in loss.curves) == 6
    assert len(loss.bands) == 1
    (kept,) = loss.points
    assert kept.x.tolist() == [2.0, 4.0] and kept.y.tolist() == [1.5, 1.75]
    assert not errors.points
    assert figure.facts == {"members": 3, "lowest": 1.75, "lowest_epoch": 4}
    assert "goes from 4 to 1.75 in epoch 4" in figure.alt
    assert figure.table.rows[0][:2] == (1, 3.0)


def test_curves_of_several_runs_have_a_line_each_and_equal_names_are_told_apart() -> None:
    runs = [learned_from(epochs(members, 5), "run") for members in (1, 4)]
    figure = curves_figure(runs)
    training, validation = figure.panels
    assert [curve.label for curve in validation.curves] == ["run (1)", "run (2)"]
    # One network has no interval.
    assert len(training.bands) == 1
    assert [row[1] for row in figure.table.rows] == [1, 4]


def test_more_than_six_runs_are_counted() -> None:
    figure = curves_figure([Learned(f"r{k}", np.ones((1, 3))) for k in range(8)])
    assert len(figure.panels[0].curves) == 6
    assert "2 further runs" in figure.caption and "2 further runs" in figure.alt


def test_a_loss_through_many_sizes_is_drawn_in_ratios_and_its_band_stays_above_0() -> None:
    loss = np.array([[100.0, 1.0, 0.1], [1.0, 0.9, 0.2]])
    panel = curves_figure([Learned("run", loss, val_loss=loss)]).panels[0]
    assert panel.y.logarithmic
    assert (panel.bands[0].low > 0).all()


def layer_records(layers: int = 2) -> list[LayerRecord]:
    return [
        LayerRecord(
            member=m, epoch=e, layer=k, weight=2.0, gradient=float(k), moved=None if e == 0 else 0.1 * (m + 1),
            dead=0.25 if k < layers else None,
        )
        for m in range(2)
        for e in (0, 5, 10)
        for k in range(1, layers + 1)
    ]  # fmt: skip


def test_layers_have_a_line_each_and_measures_that_are_nowhere_have_no_panel() -> None:
    figure = layers_figure(layer_records())
    gradient, moved, dead = figure.panels
    assert gradient.y.logarithmic and [curve.y.tolist() for curve in gradient.curves] == [[1.0] * 3, [2.0] * 3]
    assert moved.curves[0].x.tolist() == [5.0, 10.0]
    assert moved.curves[0].y.tolist() == pytest.approx([0.15, 0.15])
    assert moved.bands[0].high.tolist() == pytest.approx([0.2, 0.2])
    assert [curve.label for curve in dead.curves] == ["layer 1"]
    assert "first layer's gradient is 0.5 times the last's" in figure.alt
    assert "layer 1 with 25 %" in figure.alt


def test_of_many_layers_the_outer_ones_are_shown() -> None:
    figure = layers_figure(layer_records(9))
    assert [curve.label for curve in figure.panels[0].curves] == [f"layer {k}" for k in (1, 2, 3, 7, 8, 9)]
    assert "3 layers in the middle" in figure.caption


def test_weights_are_shares_and_those_far_off_are_counted_at_the_edge() -> None:
    weights = np.append(np.random.default_rng(0).normal(size=9999), 1000.0)
    figure = weights_figure({"layer 1": weights, "layer 2": np.zeros((1, 2, 2))})
    bars = [panel.bars for panel in figure.panels]
    assert all(each is not None and each.heights.sum() == pytest.approx(1.0) for each in bars)
    assert figure.panels[0].bars.edges[-1] < 10
    assert figure.table.rows[0][1] == 10_000 and figure.table.rows[0][4] == 1000.0
    assert figure.table.rows[1][5] == 1.0


def range_test() -> LRRangeTest:
    rates = np.geomspace(1e-4, 10.0, 11)
    ends = 1.0 - 0.8 * np.exp(-((np.log10(rates) + 1.0) ** 2))
    losses = np.stack([np.ones_like(ends), ends], axis=1)
    losses[-1] = np.nan
    return LRRangeTest(0.03, "why", rates, losses, pl.Recipe())


def test_a_range_test_marks_the_lowest_and_the_proposed_rate() -> None:
    figure = rate_range_figure(range_test())
    (panel,) = figure.panels
    lowest, proposed = panel.marks
    assert lowest.x == pytest.approx(0.1) and lowest.y == pytest.approx(0.2)
    assert proposed.x == 0.03
    assert np.isnan(panel.curves[0].y[-1])
    assert "why" in figure.caption


def test_pl_figure_takes_a_range_test_and_what_train_returns() -> None:
    assert pl.figure(range_test()).facts["proposed"] == 0.03
    X = np.random.default_rng(0).normal(size=(60, 2))
    recipe = pl.Recipe(hidden=(4,), epochs=3, batch_size=20)
    result = pl.train([recipe, recipe.replace(seed=1)], X, X[:, 0] > 0, validation=(X, X[:, 0] > 0))
    figure = pl.figure(result)
    np.testing.assert_allclose(figure.panels[0].curves[1].y, result.loss[0])
    assert figure.facts["members"] == 2
    with pytest.raises(UsageError, match="only figure of this is curves, without options, found roc"):
        pl.figure(result, "roc")
    with pytest.raises(UsageError, match="A figure shows a run, its folder"):
        pl.figure(3)
