import numpy as np
import pytest
from cross_validated import columns
from made_up_scores import ROUND, made_up

from pellucid.experiments.statistics import choice_sentence, sentences, stand, verdict_sentences
from pellucid.experiments.statistics.wording import p_text

NAMES = ["gelu", "relu", "tanh", "identity"]


def told(scores: np.ndarray, labels: list[str], **changed: object) -> tuple[str, ...]:
    return sentences(stand(scores, variants=labels, **({"metric": "accuracy"} | ROUND | changed)))


def numbers_left_out(text: str) -> str:
    return "".join("#" if letter.isdigit() else letter for letter in text)


def test_equals_are_named_together_and_the_worse_with_its_difference() -> None:
    assert told(made_up([0.826, 0.824, 0.821, 0.793]), NAMES) == (
        "gelu, relu and tanh cannot be told apart (p ≥ 0.75).",
        "identity is worse by 3.3 points (2.4 to 4.2).",
        "A difference of 1.8 points would have been found 4 times in 5.",
        "Chosen: gelu, the first of equals.",
    )


def test_the_sentence_says_what_the_pairs_say() -> None:
    standing = stand(made_up([0.826, 0.824, 0.821, 0.793]), variants=NAMES, metric="accuracy", **ROUND)
    among = [pair.adjusted for pair in standing.pairs if "identity" not in (pair.first, pair.second)]
    (worse,) = [pair for pair in standing.pairs if pair.first == "gelu" and pair.second == "identity"]
    equal, by = verdict_sentences(standing)
    assert f"p ≥ {min(among):.2f}" in equal or p_text(min(among), least=True) in equal
    assert f"by {worse.difference * 100:.1f} points ({worse.low * 100:.1f} to {worse.high * 100:.1f})" in by


def test_two_equal_variants_have_one_p() -> None:
    first, power, chosen = told(made_up([0.82, 0.819]), NAMES[:2])
    assert numbers_left_out(first) == "gelu and relu cannot be told apart (p = #.##)."
    assert numbers_left_out(power) == "A difference of #.# points would have been found # times in #."
    assert chosen == "Chosen: gelu, the first of equals."


def test_the_difference_that_would_have_been_found_is_not_claimed_of_noisier_variants() -> None:
    base = made_up([0.83, 0.828, 0.827])
    wild = np.random.default_rng(1).normal(0, 0.15, 50)
    _, power, _ = told(np.vstack([base, wild - wild.mean() + 0.78]), NAMES)
    assert numbers_left_out(power) == (
        "A difference of #.# points would have been found # times in #, but not of identity, whose scores vary more."
    )


def test_a_winner_is_better_than_all() -> None:
    first, chosen = told(made_up([0.82, 0.77]), NAMES[:2])
    assert numbers_left_out(first) == "relu is worse than gelu by #.# points (#.# to #.#)."
    assert chosen == "Chosen: gelu."
    first, _ = told(made_up([0.82, 0.77, 0.75]), NAMES[:3])
    assert numbers_left_out(first) == (
        "relu is worse than gelu by #.# points (#.# to #.#), tanh by #.# points (#.# to #.#)."
    )


def test_who_differs_from_one_of_the_equals_is_only_said_to_equal_the_best() -> None:
    # relu and tanh differ from each other by a hair that never varies; gelu is too noisy to be told from either.
    base = made_up([0.8])[0]
    noisy = base + 0.004 + np.random.default_rng(1).normal(0, 0.05, 50)
    noisy += 0.805 - noisy.mean()
    steady = np.random.default_rng(2).normal(0, 1e-4, 50)
    first = told(np.stack([noisy, base + steady, base - 0.002]), NAMES[:3])[0]
    assert numbers_left_out(first) in (
        "relu and tanh cannot be told apart from gelu (p = #).",
        "relu and tanh cannot be told apart from gelu (p ≥ #.##).",
    )


def test_losses_are_worse_by_a_positive_amount() -> None:
    losses = made_up([0.4, 0.6])
    first, chosen = told(losses, ["sgd", "adamw"], metric="log_loss")
    assert first.startswith("adamw is worse than sgd by 0.200 (0.19")
    assert chosen == "Chosen: sgd."


def test_one_variant_has_no_rival() -> None:
    assert told(made_up([0.8]), ["gelu"]) == (
        "gelu is the only variant: there is nothing to compare it with.",
        "Chosen: gelu.",
    )


def test_variants_that_never_differ_have_p_1() -> None:
    assert told(np.tile(made_up([0.8]), (3, 1)), NAMES[:3])[0] == "gelu, relu and tanh cannot be told apart (p = 1)."


def test_failures_are_counted_and_what_they_count_as_is_said() -> None:
    scores = made_up([0.82, 0.819, 0.818, 0.8])
    scores[1, [3, 7, 9]] = np.nan
    scores[3] = np.nan
    worst = np.nanmin(scores)
    found = told(scores, NAMES)
    assert f"relu failed in 3 of 50 networks; a failure counts as the worst score seen, {worst:.3f}." in found
    assert "identity failed in all 50 networks and is not compared." in found
    assert not any("identity" in sentence for sentence in found[:1])


def test_one_held_out_part_is_said_to_be_too_few() -> None:
    alone = {"repeat": [0], "fold": [0], "train_rows": [80], "test_rows": [20]}
    assert told(np.array([[0.7], [0.8]]), NAMES[:2], **alone) == (
        "One held-out part cannot tell variants apart: that takes 2 folds or more. relu has the best score.",
        "Chosen: relu.",
    )
    seeds = {"repeat": [0, 1], "fold": [0, 0], "train_rows": [80] * 2, "test_rows": [20] * 2, "same_folds": True}
    first = told(np.array([[0.7, 0.7], [0.8, 0.9]]), NAMES[:2], **seeds)[0]
    assert first.startswith("Other seeds on the same held-out rows cannot tell variants apart")


def test_a_difference_that_no_share_can_have_is_not_promised() -> None:
    halves = columns(1, 2, 40)
    found = told(np.array([[0.7, 0.9], [0.8, 0.6], [0.7, 0.5], [0.5, 0.6]]), NAMES, **halves)
    assert "2 held-out parts are too few to find any difference 4 times in 5." in found


@pytest.mark.parametrize(("equal", "worse"), [(200, 0), (150, 50), (1, 199)])
def test_hundreds_of_variants_are_counted(equal: int, worse: int) -> None:
    means = [0.9] + [0.9] * (equal - 1) + list(np.linspace(0.7, 0.6, worse))
    labels = [f"lr={place}" for place in range(200)]
    standing = stand(made_up(means), variants=labels, metric="accuracy", **ROUND)
    best = standing.chosen
    expected = []
    if equal == 200:
        expected = [f"The others cannot be told apart from the best, {best} (p = #)."]
    elif equal > 1:
        expected = [f"{equal - 1} of 200 variants cannot be told apart from the best, {best} (p = #)."]
    if worse:
        expected.append(f"{worse} are worse than {best}, by 20.0 to 30.0 points.")
    assert [one.replace("p = 1)", "p = #)") for one in verdict_sentences(standing)] == expected
    assert choice_sentence(standing) == f"Chosen: {best}{', the first of equals' if equal > 1 else ''}."


def test_a_strangers_name_does_not_steer_the_terminal() -> None:
    assert told(made_up([0.8]), ["\x1b[31mred"])[-1] == "Chosen: \\x1b[31mred."


@pytest.mark.parametrize(
    ("p", "least", "text"),
    [
        (0.2199, True, "p ≥ 0.21"),
        (0.0539, True, "p ≥ 0.053"),
        (0.05, True, "p ≥ 0.050"),
        (0.29, True, "p ≥ 0.29"),
        (0.437, False, "p = 0.44"),
        (0.999, False, "p = 0.99"),
        (1.0, True, "p = 1"),
        (0.00001, False, "p < 0.0001"),
    ],
)
def test_a_bound_on_p_is_never_rounded_up(p: float, least: bool, text: str) -> None:
    assert p_text(p, least=least) == text
