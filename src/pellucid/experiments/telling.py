"""Words about trained networks that a fit and a comparison share."""

from collections.abc import Sequence
from typing import Protocol

from pellucid.experiments.ensembles import Ensemble
from pellucid.experiments.lesson import Lesson
from pellucid.objectives import choose
from pellucid.optimizers import OPTIMIZERS
from pellucid.records import Finding, Recipe, Severity, TargetSpec
from pellucid.training import StackRows, TrainingData, TrainResult

__all__ = ["Judged", "TrainingJudge", "describe_networks", "network_widths", "training_findings"]


class Judged(Protocol):
    """What the doctor says of a training; it stands above this room."""

    @property
    def findings(self) -> tuple[Finding, ...]: ...  # noqa: D102
    @property
    def checks(self) -> int: ...  # noqa: D102
    @property
    def blind(self) -> tuple[str, ...]: ...  # noqa: D102


class TrainingJudge(Protocol):
    """The doctor's own door: looks at what was trained and changes nothing of it."""

    def __call__(  # noqa: D102
        self,
        result: TrainResult,
        data: TrainingData,
        rows: StackRows,
        /,
        *,
        target: TargetSpec,
        columns: Sequence[str],
    ) -> Judged: ...


def network_widths(lesson: Lesson, recipe: Recipe) -> str:
    """Widths of inputs, hidden layers and outputs, joined by dashes."""
    objective = choose(recipe.loss, lesson.target, output_activation=recipe.output_activation, outputs=recipe.outputs)
    data = lesson.data
    inputs = data.numeric + data.passed + len(data.categories)
    return "-".join(str(width) for width in (inputs, *recipe.hidden, objective.outputs))


def describe_networks(members: int, widths: str, recipe: Recipe) -> str:
    """For people: ``8 networks 14-64-64-1, gelu, AdamW``."""
    name = OPTIMIZERS(recipe.optimizer).name
    title = {"adamw": "AdamW", "adam": "Adam", "gradient_descent": "SGD"}.get(name, name)
    noun = "network" if members == 1 else "networks"
    return f"{members} {noun} {widths}, {recipe.activation}, {title}"


def training_findings(ensemble: Ensemble) -> list[Finding]:
    """What was doubtful before the first step, and which networks were lost."""
    # Members see nearly the same rows; what was doubtful about one before its first step is told once.
    found = list({(each.code, each.message): each for own in ensemble.result.findings for each in own}.values())
    lost = [record for record in ensemble.records if record.ended == "diverged"]
    if not lost:
        return found
    unusable = len(ensemble.records) - len(ensemble.usable)
    message = (
        f"{len(lost)} of {len(ensemble.records)} networks diverged to values that are not finite; "
        f"{unusable} of them had no sound epoch and {'was' if unusable == 1 else 'were'} left out."
    )
    return [
        *found,
        Finding(
            code="T605",
            slug="non-finite",
            severity=Severity.WARNING,
            message=message,
            fix="Lower the learning rate with --lr.",
            evidence={"diverged": len(lost), "left_out": unusable},
        ),
    ]
