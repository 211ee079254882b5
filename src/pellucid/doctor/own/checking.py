"""Checking what ``pl.train`` has given back, beside the arrays that it was given."""

from typing import Any

from pellucid.doctor.diagnosis import Diagnosis
from pellucid.doctor.own.judging import judge_training
from pellucid.errors import UsageError
from pellucid.training import TrainResult
from pellucid.training.given import read_given

__all__ = ["check_result"]


def check_result(result: TrainResult, X: Any, y: Any, *, validation: tuple[Any, Any] | None = None) -> Diagnosis:
    """What is wrong with networks that our own trainer has trained on these arrays.

    Args:
        result: What ``pl.train`` gave.
        X: As it was given there.
        y: The same.
        validation: The same.

    Raises:
        DataError: If the arrays cannot be what they were trained on.
        UsageError: The same, or if ``result`` is something else.
    """
    if not isinstance(result, TrainResult):
        raise UsageError(f"A torch module, or what pl.train gave back, is checked, found {type(result).__name__}.")
    given = read_given(
        X,
        y,
        members=len(result.recipes),
        validation=validation,
        task=result.objectives[0].task,
        dtype=result.outcomes[0].parameters.dtype,
    )
    result.outputs(given.data.inputs[:1, : given.data.numeric].numpy())  # other columns are refused in a sentence
    judged = judge_training(result, given.data, given.rows, target=given.targets.spec)
    before = {(each.code, each.message): each for own in result.findings for each in own}
    told = {each.code for each in judged.findings}
    findings = [*(each for each in before.values() if each.code not in told), *judged.findings]
    return Diagnosis(findings, judged.checks, blind=judged.blind)
