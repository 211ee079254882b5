import pytest

from pellucid.evaluation import (
    format_count,
    format_difference,
    format_interval,
    format_number,
    format_percent,
    format_score,
    format_seconds,
    format_value,
    plural,
)
from pellucid.records import Score

T = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (48213.4, f"48{T}213"),
        (1234567, f"1{T}234{T}567"),
        (999.7, f"1{T}000"),
        (103.4, "103"),
        (23.14, "23.1"),
        (9.996, "10.0"),
        (2.314, "2.31"),
        (0.02314, "0.0231"),
        (-2.314, "−2.31"),
        (0, "0.00"),
        (-0.0, "0.00"),
        (2.3e-7, "2.30e−07"),
        (float("inf"), "∞"),
        (float("nan"), "none"),
    ],
)
def test_numbers_keep_three_digits_and_all_whole_ones(value: float, text: str) -> None:
    assert format_number(value) == text


def test_a_sign_is_written_when_asked_for() -> None:
    assert [format_number(value, sign=True) for value in (2.0, -2.0, 0.0)] == ["+2.00", "−2.00", "0.00"]


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("accuracy", 0.8271, "0.827"),
        ("accuracy", 0.99972, "0.9997"),
        ("accuracy", 0.99999, "0.9999"),
        ("accuracy", 1.0, "1.000"),
        ("log_loss", 0.9998, "1.000"),
        ("r2", -0.0001, "0.000"),
        ("r2", -0.254, "−0.254"),
        ("rmse", 4512.3, f"4{T}512"),
        ("kl_divergence", 0.0004123, "0.000412"),
        ("poisson_deviance", 23.4567, "23.5"),
        ("class_distance", 0.4251, "0.425"),
        ("coverage", 0.9998, "0.9998"),
    ],
)
def test_metrics_read_by_their_unit_and_only_a_flawless_one_reads_as_one(metric: str, value: float, text: str) -> None:
    assert format_value(metric, value) == text


@pytest.mark.parametrize(
    ("metric", "low", "high", "text"),
    [
        ("accuracy", 0.7712, 0.8812, "0.77–0.88"),
        ("accuracy", 0.8712, 0.8788, "0.871–0.879"),
        ("r2", -0.38, -0.16, "−0.38 to −0.16"),
        ("r2", -0.03, -0.001, "−0.03 to 0.00"),
        ("rmse", 3718.2, 5784.1, f"3{T}718–5{T}784"),
        ("rmse", None, None, ""),
        ("roc_auc", 0.5, 0.5, ""),
        ("kl_divergence", 0.00981, 0.0123, "0.0098–0.0123"),
    ],
)
def test_intervals_carry_as_many_digits_as_they_are_wide(
    metric: str, low: float | None, high: float | None, text: str
) -> None:
    assert format_interval(metric, low, high) == text


def test_a_score_is_its_value_and_its_interval() -> None:
    assert format_score(Score(metric="accuracy", value=0.827, low=0.77, high=0.88)) == "0.827 (0.77–0.88)"
    assert format_score(Score(metric="accuracy", value=0.827)) == "0.827"


def test_differences_of_shares_are_points() -> None:
    assert format_difference("accuracy", 0.0284) == "2.8 points"
    assert format_difference("accuracy", 0.01) == "1.0 point"
    assert format_difference("accuracy", -0.018, sign=True) == "−1.8 points"
    assert format_difference("accuracy", -0.0001, sign=True, unit=False) == "0.0"
    assert format_difference("rmse", 1240.2, sign=True) == f"+1{T}240"


def test_counts_shares_and_durations() -> None:
    assert format_count(26048) == f"26{T}048"
    assert [plural(1, "row"), plural(2, "row"), plural(0, "class", "classes")] == ["1 row", "2 rows", "0 classes"]
    assert [format_percent(share) for share in (0.8268, 0.9999, 1.0)] == [f"82.7{T}%", f"99.9{T}%", f"100{T}%"]
    assert [format_seconds(seconds) for seconds in (2.94, 72.2)] == ["2.9 s", "1 min 12 s"]


def test_numbers_that_belong_together_end_at_one_place() -> None:
    assert [format_number(value, like=0.431) for value in (0.00623, -0.431, 0.0)] == ["0.006", "−0.431", "0.000"]
    assert [format_number(value, like=2.21) for value in (1.444, 0.768, 2.21)] == ["1.44", "0.77", "2.21"]
    assert format_difference("rmse", 0.00623, sign=True, like=0.431) == "+0.006"
