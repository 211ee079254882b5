import numpy as np
import pytest

from pellucid.figures.surfaces import SURFACES
from pellucid.optimizers import OPTIMIZERS
from pellucid.optimizers.path import descend_together


def descend(chosen, *arguments, **options):
    """The path of one rule."""
    return descend_together([chosen], *arguments, **options)[:, 0]


# A learning rate with which each rule gets down a surface in a few hundred steps.
RATES = {
    "gradient_descent": 0.04,
    "momentum": 0.01,
    "nesterov": 0.01,
    "adagrad": 0.5,
    "adadelta": 5.0,
    "rmsprop": 0.02,
    "adam": 0.05,
    "adamw": 0.05,
    "adamax": 0.1,
    "nadam": 0.05,
    "radam": 0.05,
    "asgd": 0.04,
    "rprop": 0.1,
    "lbfgs": 1.0,
    "sparse_adam": 0.05,
    "lion": 0.02,
    "muon": 0.05,
    "schedule_free_adamw": 0.3,
}


@pytest.mark.parametrize("surface", ["bowl", "valley"])
@pytest.mark.parametrize("rule", OPTIMIZERS.names())
def test_every_rule_descends(rule, surface):
    chosen = SURFACES(surface)
    path = descend(OPTIMIZERS(rule, lr=RATES[rule]), chosen.gradient, chosen.entry.start, 500, height=chosen.value)
    assert path.shape == (501, 2)
    assert tuple(path[0]) == chosen.entry.start
    lowest = chosen.value(np.array(chosen.minimum))
    heights = chosen.value(path) - lowest
    assert heights[-1] < 0.01 * heights[0]


def test_rules_descend_together_as_alone():
    valley = SURFACES("valley")
    chosen = [
        OPTIMIZERS(text) for text in ("sgd(lr=0.01)", "sgd(lr=0.05)", "sgd(lr=0.09)", "adam", "lbfgs", "momentum")
    ]
    paths = descend_together(chosen, valley.gradient, valley.entry.start, 40)
    assert paths.shape == (41, 6, 2)
    for place, one in enumerate(chosen):
        alone = descend(one, valley.gradient, valley.entry.start, 40)
        np.testing.assert_allclose(paths[:, place], alone, rtol=1e-12, atol=1e-14)


def test_gradient_descent_on_a_bowl_is_a_geometric_series():
    bowl = SURFACES("bowl")
    halved = np.array([1.0, 1.0, 0.5, 0.5])
    path = descend(OPTIMIZERS("sgd", lr=0.2), bowl.gradient, (-2.0, 1.0), 4, lr_factors=halved)
    shares = np.cumprod([1.0, 0.8, 0.8, 0.9, 0.9])
    np.testing.assert_allclose(path, np.outer(shares, [-2.0, 1.0]), rtol=1e-14)


def test_a_momentum_schedule_moves_what_each_rule_calls_momentum():
    bowl = SURFACES("bowl")
    chosen = [OPTIMIZERS("momentum"), OPTIMIZERS("adam"), OPTIMIZERS("adagrad"), OPTIMIZERS("schedule_free_adamw")]
    moved = [OPTIMIZERS("momentum(momentum=0.5)"), OPTIMIZERS("adam(beta1=0.5)"), *chosen[2:]]
    momenta = np.full(20, 0.5)
    np.testing.assert_array_equal(
        descend_together(chosen, bowl.gradient, (1.0, 1.0), 20, momenta=momenta),
        descend_together(moved, bowl.gradient, (1.0, 1.0), 20),
    )


def test_a_step_that_is_too_long_ends_in_infinity_without_a_warning():
    valley = SURFACES("valley")
    path = descend(OPTIMIZERS("sgd", lr=50.0), valley.gradient, valley.entry.start, 400)
    assert not np.isfinite(path[-1]).all()


def test_a_line_search_needs_the_function():
    bowl = SURFACES("bowl")
    with pytest.raises(ValueError, match="a line search needs `again`"):
        descend(OPTIMIZERS("lbfgs(line_search=strong_wolfe)"), bowl.gradient, (1.0, 1.0), 1)
