"""The learning-rate range test proposes by the rule that it names, on losses whose answer is known."""

import numpy as np
import pytest

from pellucid.errors import TrainingError, UsageError
from pellucid.optimizers.range_test import propose


def rate_grid(low: float, high: float, per_decade: int = 4) -> np.ndarray:
    """Learning rates at equal ratios."""
    return np.geomspace(low, high, round(per_decade * np.log10(high / low)) + 1)


def quadratic(rates: np.ndarray, *, curvature: float = 1.0, steps: int = 100) -> np.ndarray:
    """Losses of gradient descent on ½·curvature·x² from x = 1: it shrinks by (1 − lr·curvature)² a step."""
    with np.errstate(over="ignore"):
        return 0.5 * curvature * (1.0 - rates[:, None] * curvature) ** (2 * np.arange(steps))


def valley(rates: np.ndarray, fall: float, wall: float) -> np.ndarray:
    """End losses: 1 for small rates, falling around ``fall`` to 0.1, and a wall at ``wall``."""
    fallen = 1.0 - 0.9 / (1.0 + (fall / rates) ** 2)
    return np.where(rates >= wall, np.nan, fallen)


def bowl(rates: np.ndarray, lowest: float, wall: float) -> np.ndarray:
    """End losses that are lowest at one rate, (log₁₀ of the ratio to it)², and break down at ``wall``."""
    return np.where(rates >= wall, np.nan, np.log10(rates / lowest) ** 2)


def test_half_a_decade_below_the_lowest_is_proposed_and_its_rule_is_named() -> None:
    rates = rate_grid(1e-6, 10, per_decade=8)
    found = propose(rates, bowl(rates, lowest=1e-2, wall=1.0))
    assert found.lowest == pytest.approx(1e-2)
    assert found.lr == pytest.approx(1e-2 / 10**0.5)
    assert found.rule == "half a decade below the lowest"
    assert found.diverges == pytest.approx(1.0)
    assert found.reason == (
        "The loss is lowest at 0.01; half a decade less leaves a long run room to settle, and training falls apart at "
        "1 only."
    )


def test_the_steepest_point_of_a_known_curve_is_told_beside_it() -> None:
    rates = rate_grid(1e-6, 10, per_decade=8)
    # 1/(1 + (f/r)²) over log r is steepest at r = f, where it is symmetric.
    assert propose(rates, valley(rates, fall=1e-3, wall=1.0)).steepest == pytest.approx(1e-3)


def test_a_wall_close_by_keeps_the_proposal_a_decade_away() -> None:
    rates = rate_grid(1e-6, 10, per_decade=8)
    found = propose(rates, valley(rates, fall=1e-2, wall=3e-2))
    assert found.rule == "a decade below divergence"
    assert found.diverges == pytest.approx(10**-1.5)
    assert found.lr == pytest.approx(found.diverges / 10)
    assert "a tenth of that is safe" in found.reason


@pytest.mark.parametrize("curvature", [0.01, 1.0, 100.0])
def test_a_proposal_scales_with_the_curvature_and_trains(curvature: float) -> None:
    """Descent diverges at 2/curvature; whatever is proposed lies below a tenth of that and lowers the loss."""
    rates = rate_grid(1e-6, 1e3, per_decade=6)
    found = propose(rates, quadratic(rates, curvature=curvature))
    assert found.diverges is not None
    assert 2.0 / curvature <= found.diverges <= 2.0 / curvature * 10 ** (1 / 6)
    assert 1e-3 / curvature <= found.lr <= 0.1 * found.diverges
    reached = quadratic(np.array([found.lr]), curvature=curvature)[0]
    assert reached[-1] < 0.5 * reached[0]


def test_curves_are_judged_by_their_last_tenth_and_start_at_their_first_values() -> None:
    rates = np.array([1e-3, 1e-2, 1e-1, 1.0])
    curves = np.full((4, 20), 2.0)
    curves[:, -2:] = np.array([[2.0, 1.8], [1.0, 1.2], [0.5, 0.7], [9.0, np.inf]])
    found = propose(rates, curves)
    assert found.losses.tolist() == pytest.approx([1.9, 1.1, 0.6, np.inf])
    assert found.untrained == 2.0
    assert (found.lowest, found.diverges) == (0.1, 1.0)


def test_an_explosion_within_the_first_epoch_is_no_measure_of_the_untrained_loss() -> None:
    rates = np.array([1e-3, 1e-2, 1e-1, 1.0])
    curves = np.array([[2.0, 1.9], [1.8, 1.0], [1.5, 0.5], [1e30, 7.0]])
    found = propose(rates, curves)
    assert found.untrained == 2.0
    assert found.diverges == 1.0


def test_the_order_of_the_grid_does_not_matter() -> None:
    rates = rate_grid(1e-5, 10)
    mixed = np.random.default_rng(0).permutation(len(rates))
    losses = quadratic(rates)
    first, second = propose(rates, losses), propose(rates[mixed], losses[mixed])
    assert first.lr == second.lr
    assert first.reason == second.reason
    assert (np.diff(second.rates) > 0).all()


def test_noise_at_small_rates_is_no_divergence() -> None:
    rates = rate_grid(1e-6, 1.0, per_decade=4)
    losses = valley(rates, fall=1e-3, wall=0.5)
    losses[:6] += 0.3
    found = propose(rates, losses, untrained=1.0)
    assert found.diverges == pytest.approx(rates[rates >= 0.5][0])


def test_where_the_smallest_rate_is_best_smaller_ones_are_asked_for() -> None:
    found = propose(np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.8, 9.0]), untrained=1.0)
    assert (found.lr, found.rule, found.diverges) == (1.0, "smallest tried", 3.0)
    assert "try smaller ones" in found.reason


def test_a_rate_below_the_best_that_broke_down_is_passed_over() -> None:
    rates = rate_grid(1e-6, 1.0, per_decade=4)
    losses = bowl(rates, lowest=1e-2, wall=2.0)
    losses[5] = np.nan
    found = propose(rates, losses, untrained=20.0)
    assert (found.lowest, found.diverges) == (pytest.approx(1e-2), None)


@pytest.mark.parametrize("losses", [np.array([1.0, 1.1, 5.0]), np.array([np.nan] * 3), np.ones((3, 4))])
def test_where_nothing_was_learned_nothing_is_proposed(losses: np.ndarray) -> None:
    with pytest.raises(TrainingError, match=r"No learning rate between 0\.1 and 10 lowered the loss.*Widen the grid"):
        propose(np.array([0.1, 1.0, 10.0]), losses)


@pytest.mark.parametrize(
    ("rates", "losses", "sentence"),
    [
        ([0.1, 1.0], [1.0, 2.0], "at least three learning rates, found 2"),
        ([0.1, 0.1, 1.0], [1.0, 2.0, 3.0], "learning rates > 0 that all differ"),
        ([-0.1, 0.1, 1.0], [1.0, 2.0, 3.0], "learning rates > 0 that all differ"),
        ([0.1, 1.0, 2.0], [1.0, 2.0], r"3 learning rates need losses \[m\] or \[m, steps\], found shape \(2,\)"),
    ],
)
def test_what_does_not_fit_is_refused(rates, losses, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        propose(np.array(rates), np.array(losses))
