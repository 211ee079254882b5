"""Fixes of a recipe tried beside the recipe as it is."""

import pytest
from own_trainings import HEALTHY, NUMBERS, points, trained

from pellucid.doctor.own import judging
from pellucid.errors import UsageError
from pellucid.records import Finding, Severity


def root(changes: dict[str, object]) -> Finding:
    return trained(HEALTHY.replace(**changes)).judged().findings[0]


@pytest.mark.parametrize(
    ("changes", "option"),
    [
        ({"lr": 50.0}, "--lr 0."),
        ({"lr": 1e-9}, "--lr 0."),
        ({"initialisation": "zeros"}, "--initialisation "),
        ({"l2": 30.0}, "--l2 0."),
        ({"activation": "identity"}, "--activation relu"),
    ],
    ids=lambda value: str(value),
)
def test_a_fix_that_helps_is_told_with_what_it_has_shown(changes: dict[str, object], option: str) -> None:
    finding = root(changes)
    assert f"steps with {option}" in finding.tried
    assert "side by side: loss" in finding.tried
    assert finding.fix.startswith(f"Use {option}")
    better, as_it_is = (
        float(part.split()[0].rstrip(";")) for part in finding.tried.split(" loss ")[1].split("as it is ")
    )
    assert better < as_it_is


def test_a_fix_that_does_not_help_is_told_as_well_and_not_recommended() -> None:
    X, _ = points()
    linear = trained(HEALTHY.replace(activation="identity", lr=0.05), X, X[:, 0] - X[:, 1], target=NUMBERS)
    finding = linear.judged().findings[0]
    assert finding.code == "N501"
    assert "came no further than without" in finding.tried
    assert finding.fix.startswith("Use an activation that bends")


def test_what_no_change_of_the_recipe_mends_is_not_tried() -> None:
    X, y = points()
    X[:, 3] *= 400
    assert [each.tried for each in trained(HEALTHY, X, y).judged().findings if each.code == "D401"] == [""]


def test_notes_are_not_tried() -> None:
    findings = trained(HEALTHY.replace(initialisation="normal(std=1.5)")).judged().findings
    assert all(not each.tried for each in findings if each.severity is Severity.INFO)


def test_a_trial_that_is_refused_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> Finding:
        raise UsageError("it does not fit")

    monkeypatch.setattr(judging, "tried", refused)
    finding = root({"lr": 1e-9})
    assert finding.tried == "no change of the recipe could be tried: it does not fit"
    assert finding.code == "T607"
