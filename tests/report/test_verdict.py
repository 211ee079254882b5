from collections.abc import Callable

import msgspec
import pytest

from pellucid.records import ComparisonRecord, Finding, MemberRecord, RunRecord, Severity
from pellucid.report import headline, verdict_sentences

Runs = Callable[..., RunRecord]
T = "\N{NARROW NO-BREAK SPACE}"


def with_verdicts(run: RunRecord, **verdicts: str) -> RunRecord:
    """The run with each comparison's verdict, and differences that the linear model leads by most."""
    sizes = {"linear": -0.2, "boosting": -0.1, "majority": 0.3}
    comparisons = tuple(
        ComparisonRecord(
            baseline=name,
            metric="accuracy",
            difference=sizes[name],
            low=-0.3,
            high=0.3,
            verdict=verdict,
            sentence=f"{verdict} than {name}",
        )
        for name, verdict in verdicts.items()
    )
    return msgspec.structs.replace(run, comparisons=comparisons)


@pytest.mark.parametrize(
    ("linear", "boosting", "line"),
    [
        ("better", "better", "Better than gradient boosting and logistic regression"),
        ("better", "within noise", "Better than logistic regression, level with gradient boosting"),
        ("within noise", "within noise", "Level with gradient boosting and logistic regression"),
        ("better", "worse", "Better than logistic regression, worse than gradient boosting"),
        ("worse", "worse", "Worse than gradient boosting and logistic regression"),
    ],
)
def test_the_headline_names_every_rival(linear: str, boosting: str, line: str, run_record: Runs) -> None:
    run = with_verdicts(run_record(), majority="better", linear=linear, boosting=boosting)
    assert headline(run) == line


@pytest.mark.parametrize("verdict", ["within noise", "worse"])
def test_a_network_that_beats_no_constant_has_learned_nothing(verdict: str, run_record: Runs) -> None:
    run = with_verdicts(run_record(), majority=verdict, linear="within noise", boosting="within noise")
    assert headline(run) == 'Nothing learned that beats always "no"'


def test_a_classification_is_told_in_per_cent_with_its_interval(run_record: Runs) -> None:
    first, second = verdict_sentences(run_record())
    assert first == (
        f"On 179 rows that nothing has seen, these networks are right for 84.9{T}% (95{T}% interval 79 to 90{T}%)."
    )
    assert second.startswith("No different from gradient boosting beyond noise")
    assert "Better than logistic regression by" in second


def test_a_regression_is_told_in_its_unit(run_record: Runs) -> None:
    first = verdict_sentences(run_record("regression"))[0]
    assert first.startswith(f"On 179 rows that nothing has seen, these networks miss charges by 1{T}984 on average;")
    assert "the RMSE is" in first and "of its variance." in first


def test_one_network_is_spoken_of_in_the_singular(run_record: Runs) -> None:
    run = run_record()
    assert "this network is right for" in verdict_sentences(msgspec.structs.replace(run, members=run.members[:1]))[0]


def test_a_better_rival_is_recommended_the_strongest_first(run_record: Runs) -> None:
    run = with_verdicts(run_record(), majority="better", linear="worse", boosting="worse")
    assert verdict_sentences(run)[1].endswith(
        "For this table, prefer logistic regression, or give the networks more to learn from."
    )


def test_what_weakens_the_result_is_said_with_it(run_record: Runs) -> None:
    run = run_record()
    leak = Finding(code="B059", slug="leak", severity=Severity.WARNING, message="", column="salary")
    wrong = Finding(code="B011", slug="mixed", severity=Severity.ERROR, message="")
    member: MemberRecord = msgspec.structs.replace(run.members[0], ended="diverged")
    run = msgspec.structs.replace(run, ended="interrupted", findings=(leak, wrong), members=(member, *run.members[1:]))
    caution = verdict_sentences(run)[-1]
    assert "Training was interrupted" in caution
    assert "1 of 8 networks diverged." in caution
    assert "salary seems to give Survived away" in caution and "--drop" in caution
    assert "1 finding below says that the result may be wrong." in caution


SAID = {
    "multilabel": f"right for 92.0{T}% of the labels (95{T}% interval 89 to 95{T}%), and for all labels of a row in",
    "ordinal": f"are off by 0.263 classes on average (95{T}% interval 0.20 to 0.33); 73.7{T}% of the rows are right.",
    "distribution": "the KL divergence of these networks from the true shares is 0.0270",
    "regression of three targets": f"of the variance of 3 targets on average (95{T}% interval 87 to 90{T}%), from 87.1",
    "count": "miss charges by 0.951 on average; the Poisson deviance is 1.11",
    "quantile": f"lie between the outermost quantiles of these networks, where 80{T}% were promised; the middle one",
}


@pytest.mark.parametrize("kind", SAID)
def test_every_kind_of_target_is_told_in_everyday_words(kind: str, run_record: Runs) -> None:
    run = run_record(kind)
    first = verdict_sentences(run)[0]
    assert first.startswith("On 179 rows that nothing has seen, ") and first.endswith(".")
    assert SAID[kind] in first
    alone = verdict_sentences(msgspec.structs.replace(run, members=run.members[:1]))[0]
    assert "this network" in alone and "networks" not in alone


def test_several_targets_that_are_not_explained_are_said_not_to_be(run_record: Runs) -> None:
    run = run_record("regression of three targets")
    worse = msgspec.structs.replace(run.test[0], value=-0.2)
    first = verdict_sentences(msgspec.structs.replace(run, test=(worse, *run.test[1:])))[0]
    assert first.endswith("miss the 3 targets by more than always guessing their means would.")


def test_a_single_quantile_is_told_by_its_loss(run_record: Runs) -> None:
    run = run_record("quantile")
    kept = tuple(score for score in run.test if score.metric in ("pinball", "mae"))
    first = verdict_sentences(msgspec.structs.replace(run, test=kept, levels=(0.5,)))[0]
    assert "the pinball loss of these networks is 1.52" in first
