"""Figures of activations and losses: every entry has one, and its curves are the entry's own arithmetic."""

import numpy as np
import pytest

from pellucid.activations import ACTIVATIONS
from pellucid.errors import UsageError
from pellucid.figures.activation_curves import activation_figure
from pellucid.figures.curves import broken, room_for
from pellucid.figures.figure import Curve
from pellucid.figures.loss_curves import loss_figure
from pellucid.objectives import LOSSES

ACTIVATION = pytest.mark.parametrize("name", ACTIVATIONS.names())
LOSS = pytest.mark.parametrize("name", LOSSES.names())


def slope_gap(value: Curve, slope: Curve) -> float:
    """Distance between a drawn slope and the slope of the drawn value, but for few places beside kinks and jumps."""
    there = np.isfinite(value.y)
    x, y = value.x[there], value.y[there]
    own = np.interp(x, slope.x[np.isfinite(slope.y)], slope.y[np.isfinite(slope.y)])
    return float(np.quantile(np.abs(np.gradient(y, x) - own) / (1.0 + np.abs(own)), 0.98))


@ACTIVATION
def test_an_activations_derivative_is_the_slope_of_its_value(name: str) -> None:
    value, slope = activation_figure(ACTIVATIONS(name)).panels
    assert len(value.curves) == len(slope.curves) >= 1
    for drawn, by in zip(value.curves, slope.curves, strict=True):
        assert drawn.label == by.label
        assert np.isfinite(drawn.y).sum() >= 1600
        assert slope_gap(drawn, by) < 1e-3


@ACTIVATION
def test_an_activations_table_holds_its_values(name: str) -> None:
    figure = activation_figure(ACTIVATIONS(name))
    assert [row[0] for row in figure.table.rows] == [-4.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 4.0]
    assert all(np.isfinite(row).all() for row in figure.table.rows)
    assert figure.facts["least_derivative"] <= figure.facts["derivative_at_0"] <= figure.facts["largest_derivative"]
    entry = ACTIVATIONS[name]
    if not (entry.rowwise or entry.takes or entry.gives):
        chosen = ACTIVATIONS(name)
        x = np.array([row[0] for row in figure.table.rows])
        np.testing.assert_array_equal([row[1] for row in figure.table.rows], chosen(x).numpy())
        np.testing.assert_array_equal([row[2] for row in figure.table.rows], chosen.derivative(x).numpy())


def test_numbers_that_are_learned_drawn_or_change_the_width_are_told_of() -> None:
    assert "as learning begins: negative_slope = 0.1" in activation_figure(ACTIVATIONS("prelu(slope=0.1)")).alt
    drawn = activation_figure(ACTIVATIONS("rrelu(low=0.1, high=0.3)"))
    assert [curve.label for curve in drawn.panels[0].curves] == ["slope 0.2", "slope 0.1", "slope 0.3"]
    assert [curve.label for curve in activation_figure(ACTIVATIONS("crelu")).panels[0].curves] == ["y₁", "y₂"]
    assert "other 2 inputs stand at 0" in activation_figure(ACTIVATIONS("maxout(pieces=3)")).alt
    assert "b, the gate's input, with a = 1" in activation_figure(ACTIVATIONS("glu")).alt


def test_golden_numbers_of_activations_are_in_the_tables() -> None:
    """relu′ is 1 above 0 and 0 below; leaky relu(−2) = −0.02; sigmoid′(0) = ¼; gelu(1) = Φ(1)."""
    table = {
        name: activation_figure(ACTIVATIONS(name)).table.rows for name in ("relu", "leaky_relu", "sigmoid", "gelu")
    }
    assert [row[2] for row in table["relu"] if row[0] in (-1.0, 1.0)] == [0.0, 1.0]
    assert table["leaky_relu"][1][1] == pytest.approx(-0.02)
    assert table["sigmoid"][4][2] == pytest.approx(0.25)
    assert table["gelu"][6][1] == pytest.approx(0.8413447460685429)


@LOSS
def test_a_losss_slope_is_the_slope_of_its_value(name: str) -> None:
    value, slope = loss_figure(LOSSES(name)).panels
    assert len(value.curves) == len(slope.curves) >= 1
    for drawn, by in zip(value.curves, slope.curves, strict=True):
        assert slope_gap(drawn, by) < 5e-3, drawn.label


@LOSS
def test_a_losss_table_is_finite_and_no_lower_than_its_bound(name: str) -> None:
    figure = loss_figure(LOSSES(name))
    assert len(figure.table.rows) >= 7
    assert all(np.isfinite(row).all() for row in figure.table.rows)
    bound = LOSSES[name].lower_bound
    assert bound is None or figure.facts["least_loss"] >= bound - 1e-12


def test_numbers_change_the_picture_of_a_loss() -> None:
    # Huber at distance 4: δ(4 − ½δ).
    assert loss_figure(LOSSES("huber(delta=0.5)")).table.rows[0][1] == pytest.approx(0.5 * (4 - 0.25))
    levels = loss_figure(LOSSES("quantile(levels=[0.1, 0.9])"))
    assert [curve.label for curve in levels.panels[0].curves] == ["level 0.1", "level 0.9"]
    # ½ of the mean over two levels: 0.1 · 4 below, 0.9 · 4 above.
    assert levels.table.rows[0][1:] == pytest.approx((0.2, -0.05, 1.8, -0.45))
    assert "hinge" in loss_figure(LOSSES("hinge")).title
    assert "yes: least (0) from 1 on; no: least (0) up to −1." in loss_figure(LOSSES("hinge")).alt
    rates = loss_figure(LOSSES("poisson_nll(log_input=false)"))
    assert rates.panels[0].x.label == "output z, the rate"
    assert loss_figure(LOSSES("kl_divergence(log_target=true)")).facts == pytest.approx(
        loss_figure(LOSSES("kl_divergence")).facts
    )


def test_a_jump_is_a_gap_and_a_kink_is_none() -> None:
    x = np.linspace(-1.0, 1.0, 401)
    for jumping in (np.where(x < 0.1, 0.0, 1.0), np.sign(x), np.round(3 * x)):
        assert np.isnan(broken(x, jumping)[1]).any()
    for whole in (np.abs(x), x**3, np.maximum(x, 0.0), np.exp(5 * x), np.zeros_like(x), np.tanh(20 * x)):
        assert broken(x, whole)[1] is whole or not np.isnan(broken(x, whole)[1]).any()


def test_a_level_line_gets_room_and_giants_are_cut() -> None:
    x = np.linspace(0.0, 1.0, 5)
    assert room_for([Curve("level", x, np.full(5, 2.0))]) == (0.0, 1.0, 1.0, 3.0)
    assert room_for([Curve("line", x, x)]) is None
    low, high = room_for([Curve("giant", x, 1000 * x)], highest=6.0)[2:]
    assert low < 0 < 6 < high < 7


def test_pre_activations_have_a_histogram_and_a_share_that_learns_nothing() -> None:
    chosen = ACTIVATIONS("tanh")
    met = np.concatenate([np.zeros(70), np.full(30, 20.0)])
    figure = activation_figure(chosen, met)
    bars = figure.panels[2].bars
    assert bars is not None and bars.heights.sum() == pytest.approx(1.0)
    assert bars.heights[np.searchsorted(bars.edges, 0.0, side="right") - 1] == pytest.approx(0.7)
    assert figure.facts["flat_share"] == pytest.approx(0.3)
    assert figure.facts["mean_derivative"] == pytest.approx(0.7, abs=1e-6)
    assert "30.0\N{NARROW NO-BREAK SPACE}% of 100 pre-activations" in figure.caption
    # The curves reach as far as the sample.
    assert figure.panels[0].curves[0].x.max() == 20.0
    assert len(activation_figure(chosen).panels) == 2
    with pytest.raises(UsageError, match="softmax reads several numbers at once"):
        activation_figure(ACTIVATIONS("softmax"), met)
    with pytest.raises(UsageError, match="no finite value"):
        activation_figure(chosen, np.array([np.nan]))
