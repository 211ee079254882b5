"""Mistakes that a recipe or a table can make our own trainer make, each found by name; and health, told as such."""

import numpy as np
import pytest
from own_trainings import HEALTHY, NUMBERS, codes_of, points, trained

from pellucid.doctor.own.asked import ASKED
from pellucid.records import Recipe, Severity, TargetSpec


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"activation": "tanh"},
        {"loss": "cross_entropy(label_smoothing=0.1)", "dropout": 0.2},
        {"norm": "batch_norm"},
        {"norm": "layer_norm", "class_weight": "balanced"},
        {"hidden": (), "lr": 0.05},
        {"optimizer": "sgd(momentum=0.9)", "lr": 0.05},
        {"number_frequencies": 16, "input_scale": True, "parametric_activation": True, "initialisation": "data"},
        {"optimizer": "lbfgs", "lr": 1.0},
        {"schedule": "cosine", "l2": 1e-4, "clip_norm": 1.0, "gradient_noise": 1e-3},
    ],
    ids=lambda changes: ", ".join(map(str, changes.values())) or "plain",
)
def test_a_healthy_training_gives_no_finding_above_a_note(changes: dict[str, object]) -> None:
    judgement = trained(HEALTHY.replace(**changes)).judged()
    assert codes_of(judgement) == set()
    assert "X000" not in codes_of(judgement, least=Severity.INFO)
    assert judgement.checks == len(ASKED)


def test_two_classes_from_one_output_are_judged_by_the_same_rules() -> None:
    X, y = points()
    two = TargetSpec(task="binary", classes=2)
    recipe = HEALTHY.replace(loss="bce_with_logits(label_smoothing=0.1)")
    healthy = trained(recipe, X, y, target=two).judged()
    assert (codes_of(healthy), healthy.blind) == (set(), ())
    assert codes_of(trained(recipe.replace(initialisation="zeros"), X, y, target=two).judged()) >= {
        "N502",
        "D411",
        "T608",
    }


@pytest.mark.parametrize(
    ("changes", "code", "severity"),
    [
        ({"activation": "identity"}, "N501", Severity.WARNING),
        ({"activation": "identity", "number_frequencies": 16}, "N501", Severity.WARNING),
        ({"lr": 50.0}, "T606", Severity.ERROR),
        ({"lr": 1e-9}, "T607", Severity.WARNING),
        ({"lr": 1e-9, "schedule": "one_cycle", "dropout": 0.2}, "T607", Severity.WARNING),
        ({"lr": 1e-30}, "G207", Severity.ERROR),
        ({"initialisation": "zeros"}, "N502", Severity.ERROR),
        ({"initialisation": "normal(std=5)"}, "N503", Severity.WARNING),
        ({"initialisation": "normal(std=5)"}, "L117", Severity.INFO),
        ({"activation": "tanh", "initialisation": "normal(std=10)", "lr": 1e-4}, "T602", Severity.ERROR),
        ({"hidden": (8,) * 10, "activation": "sigmoid"}, "T603", Severity.ERROR),
        ({"l2": 30.0}, "T610", Severity.WARNING),
    ],
    ids=lambda value: " ".join(map(str, value.values())) if isinstance(value, dict) else None,
)
def test_a_recipe_that_cannot_work_is_called_by_its_name(
    changes: dict[str, object], code: str, severity: Severity
) -> None:
    judgement = trained(HEALTHY.replace(**changes)).judged()
    found = {each.code: each for root in judgement.findings for each in (root, *root.effects)}
    assert found[code].severity is severity
    assert found[code].fix


def test_one_unit_before_several_classes_is_a_bottleneck() -> None:
    X, y = points()
    y = y + (X[:, 3] > 0.5)
    three = TargetSpec(task="multiclass", classes=3)
    assert "N505" in codes_of(trained(HEALTHY.replace(hidden=(1, 16)), X, y, target=three).judged())


def test_an_embedding_of_numbers_is_not_said_to_be_linear() -> None:
    recipe = HEALTHY.replace(activation="identity", number_frequencies=16)
    (finding,) = [each for each in trained(recipe).judged().findings if each.code == "N501"]
    assert "behind its embedding of numbers it is one linear map" in finding.message


def test_dead_units_are_told_where_a_rectifier_ends_with_them() -> None:
    found = trained(HEALTHY.replace(initialisation="zeros")).judged()
    assert "T601" in codes_of(found)


def test_columns_that_are_not_scaled_are_told_by_their_names() -> None:
    X, y = points()
    X[:, 3] *= 400
    judgement = trained(HEALTHY, X, y).judged(columns=("a", "b", "c", "fare", "e"))
    (finding,) = [each for each in judgement.findings if each.code == "D401"]
    assert finding.column == "fare"
    assert "column 'fare'" in finding.message
    assert "--scaling" in finding.fix


def test_without_names_columns_are_told_by_number() -> None:
    X, y = points()
    X[:, 3] *= 400
    (finding,) = [each for each in trained(HEALTHY, X, y).judged().findings if each.code == "D401"]
    assert finding.column is None
    assert "column 3" in finding.message


def test_a_target_far_from_unit_scale_is_told() -> None:
    X, _ = points()
    training = trained(HEALTHY, X, 1e5 * (X[:, 0] + X[:, 1]), target=NUMBERS)
    assert "D402" in codes_of(training.judged())
    assert codes_of(trained(HEALTHY, X, X[:, 0] + X[:, 1], target=NUMBERS).judged()) == set()


def test_targets_shuffled_apart_from_their_rows_are_no_better_than_a_constant_on_other_rows() -> None:
    X, y = points()
    shuffled = np.random.default_rng(1).permutation(y)
    training = trained(HEALTHY.replace(hidden=(64, 64), epochs=40), X, shuffled)
    judgement = training.judged()
    assert training.result.loss[0, -1] < 0.6, "it learns them by heart"
    assert [each.code for each in judgement.findings] == ["T608"]
    assert "120 rows that picked the best one" in judgement.findings[0].message


def test_without_validation_rows_the_training_loss_says_whether_it_is_stuck() -> None:
    training = trained(HEALTHY.replace(initialisation="zeros"), checks=0)
    assert "T608" in codes_of(training.judged())
    assert "T608" not in codes_of(trained(HEALTHY, checks=0).judged())


def test_rare_classes_that_are_never_predicted_are_told() -> None:
    X, _ = points()
    rare = (np.random.default_rng(0).random(len(X)) < 0.03).astype(np.int64)
    judgement = trained(HEALTHY.replace(lr=1e-3), X, rare).judged()
    found = {each.code: each for root in judgement.findings for each in (root, *root.effects)}
    assert "--class-weight balanced" in found["D411"].fix


def test_batch_norm_over_a_rest_of_two_rows_is_told() -> None:
    recipe = HEALTHY.replace(norm="batch_norm")
    assert "E304" in codes_of(trained(recipe, learns=322).judged())
    assert "E304" not in codes_of(trained(recipe.replace(drop_last=True), learns=322).judged())


def test_rows_that_stand_on_both_sides_are_told() -> None:
    X, y = points()
    X[-60:], y[-60:] = X[:60], y[:60]
    assert "D404" in codes_of(trained(HEALTHY, X, y).judged())


def test_what_is_told_elsewhere_is_not_asked() -> None:
    codes = [each.code for each in ASKED]
    assert len(set(codes)) == len(codes)
    assert not {"T605", "T609", "T611", "D405", "D406", "D408", "L120", "E313", "G201"} & set(codes)
    assert all(each.why for each in ASKED)


def test_a_fix_speaks_of_options_and_of_no_line_of_source() -> None:
    judgement = trained(Recipe(hidden=(16,), lr=50.0, epochs=12)).judged()
    finding = judgement.findings[0]
    assert (finding.code, finding.file, finding.line, finding.edits) == ("T606", None, None, ())
    assert finding.fix.startswith("Use --lr 0")
