import itertools

import numpy as np
import pytest
from cross_validated import columns

from pellucid.experiments.statistics import Importance, factor_sentences, stand
from pellucid.experiments.statistics.binning import factor_of
from pellucid.experiments.statistics.importance import weigh_factors
from pellucid.experiments.statistics.replicates import gather
from pellucid.printable import THIN

ROUND = columns(3, 5, 500)


def weighed(scores: np.ndarray, factors: dict, *, greater_is_better: bool = True) -> Importance:
    replicates = gather(scores, greater_is_better=greater_is_better, **ROUND)
    found = weigh_factors(replicates, factors, greater_is_better=greater_is_better)
    assert found is not None
    return found


def noisy(means: np.ndarray, sd: float, *, seed: int = 0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return means[:, None] + generator.normal(0, 0.05, 15) + generator.normal(0, sd, (len(means), 15))


def grid(**levels: list) -> dict[str, list]:
    cells = list(itertools.product(*levels.values()))
    return {name: [cell[place] for cell in cells] for place, name in enumerate(levels)}


def test_a_full_grid_is_decomposed_as_by_hand() -> None:
    # Means ±1 for one factor, ±½ for the other and ±¼ for both together: variances 1, ¼ and 1/16.
    means = np.array([1.75, 0.25, -0.75, -1.25])
    found = weighed(np.repeat(means[:, None], 15, axis=1), grid(a=["x", "y"], b=["p", "q"]))
    assert found.plan == "grid"
    assert [(one.name, one.best) for one in found.factors] == [("a", "x"), ("b", "p")]
    assert [one.share for one in found.factors] == pytest.approx([16 / 21, 4 / 21])
    assert (found.rest, found.noise) == (pytest.approx(1 / 21), pytest.approx(0, abs=1e-12))
    assert [level.mean for level in found.factors[0].levels] == pytest.approx([1, -1])


def test_the_order_of_variants_does_not_matter() -> None:
    plan = grid(lr=[1e-4, 1e-3, 1e-2], activation=["relu", "gelu"])
    scores = noisy(np.array([0.1, 0.2, 0.5, 0.6, 0.3, 0.5]), 0.02)
    order = np.random.default_rng(1).permutation(6)
    found = weighed(scores, plan)
    moved = weighed(scores[order], {name: [told[place] for place in order] for name, told in plan.items()})
    assert [one.name for one in moved.factors] == [one.name for one in found.factors]
    assert [one.share for one in moved.factors] == pytest.approx([one.share for one in found.factors])


def test_noise_alone_is_told_as_noise() -> None:
    plan = grid(lr=[1, 2, 3, 4, 5], activation=["relu", "gelu", "tanh"])
    every = [weighed(noisy(np.zeros(15), 0.02, seed=seed), plan) for seed in range(40)]
    assert np.mean([found.noise for found in every]) > 0.95
    assert np.mean([min(one.p for one in found.factors) <= 0.05 for found in every]) <= 0.06


def test_noise_is_subtracted_without_bias_where_nothing_overlaps() -> None:
    # Main effect and interaction have the variance ¼ each; noise would add 0.02 to the one and 0.06 to the other.
    plan = grid(a=["x", "y"], b=[1, 2, 3, 4])
    main = np.where(np.array(plan["a"]) == "x", 0.5, -0.5)
    means = main + main * np.where(np.array(plan["b"]) <= 2, 1, -1)
    told = ROUND | {"test_rows": np.zeros(15)}
    alone, together = [], []
    for seed in range(200):
        scores = noisy(means, 1.5, seed=seed)
        found = weigh_factors(gather(scores, greater_is_better=True, **told), plan, greater_is_better=True)
        observed = scores.mean(axis=1).var()
        (share,) = [one.share for one in found.factors if one.name == "a"]
        alone.append(share * observed)
        together.append(found.rest * observed)
    assert (np.mean(alone), np.mean(together)) == (pytest.approx(0.25, abs=0.02), pytest.approx(0.25, abs=0.02))


def test_shares_sum_to_one() -> None:
    plan = grid(lr=[1e-4, 1e-3, 1e-2], activation=["relu", "gelu"], dropout=[0, 0.5])
    scores = noisy(np.linspace(0.5, 0.9, 12) ** 2, 0.05)
    for picked in (np.arange(12), np.arange(11)):
        found = weighed(scores[picked], {name: [told[at] for at in picked] for name, told in plan.items()})
        assert found.plan == ("grid" if len(picked) == 12 else "draws")
        assert sum(one.share for one in found.factors) + found.rest + found.noise == pytest.approx(1)


def draws(count: int, seed: int) -> dict[str, list]:
    generator = np.random.default_rng(seed)
    return {
        "lr": (10 ** generator.uniform(-4, -1, count)).tolist(),
        "activation": generator.choice(["relu", "gelu", "tanh"], count).tolist(),
        "width": generator.integers(8, 128, count).tolist(),
    }


def test_random_plans_find_the_factor_that_matters_and_its_best_bin() -> None:
    plan = draws(90, 0)
    means = -0.1 * (np.log10(plan["lr"]) + 2.5) ** 2 + np.where(np.array(plan["activation"]) == "gelu", 0.05, 0)
    found = weighed(noisy(means, 0.01), plan)
    lr, activation, width = found.factors
    assert (found.plan, lr.name, activation.name, activation.best, width.name) == (
        "draws",
        "lr",
        "activation",
        "gelu",
        "width",
    )
    assert lr.share > 0.6 > 0.05 < activation.share
    assert max(lr.p, activation.p) <= 0.05 < width.p
    low, high = (float(end) for end in lr.best.split(" to "))
    assert low < 10**-2.5 < high
    assert sum(level.variants for level in lr.levels) == 90


def test_what_the_draws_do_by_luck_is_no_importance() -> None:
    # One interaction makes large differences that are the same on every replicate; no factor matters on its own.
    rejected, shares = [], []
    for seed in range(100):
        plan = draws(60, seed)
        generator = np.random.default_rng(seed)
        found = weighed(noisy(generator.normal(0, 1, 60), 0.01, seed=seed), plan)
        rejected.append(min(one.p for one in found.factors) <= 0.05)
        shares.append(sum(one.share for one in found.factors))
    assert np.mean(rejected) <= 0.1
    # Unadjusted, 10 free levels of 59 would make 17 %.
    assert np.mean(shares) < 0.1


def test_a_scale_does_not_change_the_bins() -> None:
    numbers = 10 ** np.random.default_rng(0).uniform(-4, -1, 50)
    plain, logarithmic = factor_of("lr", numbers.tolist(), most=5), factor_of("lr", np.log10(numbers).tolist(), most=5)
    assert plain.codes.tolist() == logarithmic.codes.tolist()
    assert np.bincount(plain.codes).tolist() == [10] * 5


def test_levels_are_told_apart_by_what_they_are_called() -> None:
    assert factor_of("norm", [None, "batch", None]).labels == ("none", "batch")
    assert factor_of("bias", [True, False]).labels == ("True", "False")
    assert factor_of("lr", [0.01, 0.001, 0.01]).labels == ("0.001", "0.01")


def test_factors_that_vary_together_are_not_separated() -> None:
    plan = {"a": ["x", "y"] * 10, "b": [1, 2] * 10}
    found = weighed(noisy(np.tile([0.0, 1.0], 10), 0.01), plan)
    assert [(one.share, one.p) for one in found.factors] == [(None, None), (None, None)]


def test_a_plan_that_is_too_small_or_varies_nothing_has_no_importance() -> None:
    replicates = gather(noisy(np.arange(4.0), 0.1), greater_is_better=True, **ROUND)
    assert weigh_factors(replicates, {"a": ["x"] * 4}, greater_is_better=True) is None
    few = {"a": ["x", "y", "z", "x"], "b": ["p", "p", "q", "q"]}
    assert weigh_factors(replicates, few, greater_is_better=True) is None


def test_less_is_better_for_losses() -> None:
    found = weighed(noisy(np.array([0.2, 0.8]), 0.01), {"a": ["x", "y"]}, greater_is_better=False)
    assert found.factors[0].best == "x"


def test_the_sentence_names_what_mattered_most_and_the_best_levels() -> None:
    plan = grid(activation=["relu", "gelu"], lr=[1e-4, 1e-3, 1e-2], dropout=[0.0, 0.5])
    means = np.array([{1e-4: 0.5, 1e-3: 0.9, 1e-2: 0.8}[lr] for lr in plan["lr"]])
    means += np.where(np.array(plan["activation"]) == "gelu", 0.1, 0)
    labels = [str(place) for place in range(12)]

    def told(scores: np.ndarray) -> tuple[str, ...]:
        return factor_sentences(stand(scores, variants=labels, metric="accuracy", factors=plan, **ROUND))

    assert told(noisy(means, 0.005)) == (
        f"lr mattered most (92{THIN}% of the differences), then activation (8{THIN}%).",
        "Best on average: lr 0.001, activation gelu.",
    )
    assert told(noisy(np.zeros(12), 0.01)) == ("No factor made a difference beyond noise.",)


def test_one_replicate_tells_shares_with_their_noise_and_claims_nothing() -> None:
    plan = grid(a=["x", "y"], b=["p", "q"])
    alone = {"repeat": [0], "fold": [0], "train_rows": [80], "test_rows": [20]}
    standing = stand(
        np.array([[0.9], [0.8], [0.5], [0.4]]), variants=list("1234"), metric="accuracy", factors=plan, **alone
    )
    assert standing.importance.noise is None
    assert all(one.p is None for one in standing.importance.factors)
    (sentence,) = factor_sentences(standing)
    assert sentence.startswith("Of the differences, noise included: a 94")
