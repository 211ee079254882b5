import numpy as np
import pytest
from made_up_judgements import KINDS, case

from pellucid.evaluation import Judgement, compare, describe_difference
from pellucid.evaluation.metrics import task_metrics
from pellucid.records import ComparisonRecord


def answers(truth: np.ndarray, wrong: int, start: int = 0) -> Judgement:
    """Right everywhere but on ``wrong`` rows from ``start`` on."""
    values = truth.copy()
    values[start : start + wrong] = 1 - values[start : start + wrong]
    return Judgement(values)


def against(network: Judgement, baseline: Judgement, truth: np.ndarray, task: str = "binary") -> ComparisonRecord:
    return compare(task, truth, network, baseline, name="linear", title="the rival")


TRUTH = np.tile([0, 1], 100)


def test_a_clear_lead_is_better_and_the_other_way_round_worse() -> None:
    ahead = against(answers(TRUTH, 20), answers(TRUTH, 60), TRUTH)
    assert (ahead.verdict, ahead.metric, ahead.difference) == ("better", "accuracy", pytest.approx(0.2))
    assert 0 < ahead.low < 0.2 < ahead.high
    assert ahead.sentence == "better than the rival by 20.0 points (14.5 to 25.5)"
    behind = against(answers(TRUTH, 60), answers(TRUTH, 20), TRUTH)
    assert (behind.verdict, behind.low, behind.high) == ("worse", pytest.approx(-ahead.high), pytest.approx(-ahead.low))
    assert behind.sentence == "worse than the rival by 20.0 points (14.5 to 25.5)"


def test_a_small_lead_among_many_disagreements_is_within_noise() -> None:
    found = against(answers(TRUTH, 20), answers(TRUTH, 22, start=60), TRUTH)
    assert found.verdict == "within noise"
    assert found.sentence.startswith("no different from the rival beyond noise: +1.0 point (−")
    assert describe_difference(found).startswith("within noise: +1.0 point (−")


def test_four_disagreements_are_too_few_to_be_sure_and_six_are_enough() -> None:
    # The exact sign test has p = 0.125 at 4 : 0 and p = 0.031 at 6 : 0.
    assert against(answers(TRUTH, 0), answers(TRUTH, 4), TRUTH).verdict == "within noise"
    assert against(answers(TRUTH, 0), answers(TRUTH, 6), TRUTH).verdict == "better"


def test_models_that_agree_everywhere_are_said_to_agree() -> None:
    found = against(answers(TRUTH, 10), answers(TRUTH, 10), TRUTH)
    assert (found.verdict, found.low, found.high) == ("within noise", 0.0, 0.0)
    assert found.sentence == "no different from the rival: both are right on the same rows"


def test_rows_are_paired() -> None:
    # Two regressions that share nearly all of their error: each score is uncertain, their difference is not.
    generator = np.random.default_rng(0)
    truth, shared = generator.normal(0, 100, 300), generator.normal(0, 50, 300)
    network, baseline = Judgement(truth + shared * 0.98), Judgement(truth + shared)
    found = compare("regression", truth, network, baseline, name="linear", title="the rival")
    assert found.verdict == "better"
    assert found.high - found.low < 0.2


def test_less_error_is_better_and_is_said_in_the_unit_and_as_a_share() -> None:
    generator = np.random.default_rng(0)
    truth = generator.normal(5000, 1000, 400)
    network, baseline = (Judgement(truth + generator.normal(0, spread, 400)) for spread in (300, 600))
    found = compare("regression", truth, network, baseline, name="linear", title="the rival")
    assert (found.metric, found.verdict) == ("rmse", "better")
    assert found.difference < 0 and found.high < 0
    assert (
        found.sentence == "better than the rival: RMSE lower by 258 (210 to 306), which is 46\N{NARROW NO-BREAK SPACE}%"
    )
    assert describe_difference(found) == "better by 258 (210 to 306)"
    worse = compare("regression", truth, baseline, network, name="linear", title="the rival")
    assert worse.verdict == "worse"
    assert worse.sentence.startswith("worse than the rival: RMSE higher by 258 (210 to 306), which is 85")


def test_three_rows_prove_nothing() -> None:
    truth = np.array([0.0, 1.0, 2.0])
    found = compare("regression", truth, Judgement(truth), Judgement(truth + 9), name="linear", title="the rival")
    assert found.verdict == "within noise"
    assert found.sentence == "3 rows cannot tell the networks from the rival"


def test_plain_pairs_do_as_well() -> None:
    pair = (TRUTH, None)
    assert compare("binary", TRUTH, pair, pair, name="linear", title="the rival").difference == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_perfect_model_is_better_than_an_imperfect_one_at_every_kind_of_target(kind: str) -> None:
    made = case(kind, 200)
    perfect = made.perfect
    words = {"name": "linear", "title": "the rival", "levels": made.levels, "resamples": 200}
    ours, theirs = (perfect.values, perfect.probabilities), (made.values, made.probabilities)
    found = compare(made.task, made.truth, ours, theirs, **words)  # type: ignore[arg-type]
    assert found.metric == task_metrics(made.task, 3 if kind != made.task else 1)[0]
    assert found.verdict == "better"
    assert found.sentence.startswith("better than the rival")
    back = compare(made.task, made.truth, theirs, ours, **words)  # type: ignore[arg-type]
    assert (back.verdict, back.difference) == ("worse", -found.difference)


@pytest.mark.parametrize(
    ("metric", "difference", "words"),
    [
        ("labels_right", 0.021, "better by 2.1 points (1.1 to 3.1)"),
        ("class_distance", -0.0215, "better by 0.0215 (0.0115 to 0.0315)"),
        ("kl_divergence", -0.0215, "better by 0.0215 (0.0115 to 0.0315)"),
        ("mean_r2", 0.0215, "better by 0.0215 (0.0115 to 0.0315)"),
    ],
)
def test_a_difference_is_told_in_the_unit_of_its_metric(metric: str, difference: float, words: str) -> None:
    found = ComparisonRecord(
        baseline="linear",
        metric=metric,
        difference=difference,
        low=difference - 0.01,
        high=difference + 0.01,
        verdict="better",
        sentence="",
    )
    assert describe_difference(found) == words


def test_a_lead_in_explained_variance_is_not_told_as_a_share_of_it() -> None:
    made = case("regression of three targets", 300)
    worse = made.truth + 2 * (made.values - made.truth)
    found = compare("regression", made.truth, (made.values, None), (worse, None), name="linear", title="the rival")
    assert found.sentence.startswith("better than the rival: mean R² higher by ")
    assert "which is" not in found.sentence


def test_a_share_of_next_to_no_error_is_left_out() -> None:
    truth = np.arange(50.0)
    exact, rough = (Judgement(truth + spread * (-1.0) ** np.arange(50)) for spread in (1e-12, 1.0))
    found = compare("regression", truth, rough, exact, name="linear", title="the rival")
    assert found.sentence.startswith("worse than the rival: RMSE higher by 1.00 (")
    assert "which is" not in found.sentence
