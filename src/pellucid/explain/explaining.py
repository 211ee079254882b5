"""``pl.explain``: one forward pass, one backward pass and one update, checked and told."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from pellucid.errors import ContractError, UsageError
from pellucid.explain.backward import backward_stages, shown_parameters
from pellucid.explain.chain import network_in_words
from pellucid.explain.checking import Checked, check_pass
from pellucid.explain.exact import exact_pass
from pellucid.explain.explanation import Explanation
from pellucid.explain.forward import forward_stages
from pellucid.explain.losing import loss_stage
from pellucid.explain.passing import Pass, run_pass
from pellucid.explain.regularising import Regularised, regularise
from pellucid.explain.remarks import remarks_on
from pellucid.explain.sources import (
    Sketch,
    subject_of_model,
    subject_of_module,
    subject_of_recipe,
    subject_of_sketch,
)
from pellucid.explain.subject import Subject
from pellucid.explain.updates import start_update
from pellucid.explain.view import View
from pellucid.models import Model, read_model
from pellucid.networks import Tensors
from pellucid.records import Recipe
from pellucid.records.passes import CheckRecord, PassRecord, RemarkRecord, StageRecord
from pellucid.shapes import Floats

__all__ = ["explain", "explain_subject", "subject_of"]

_MOST_STEPS = 100


def explain(
    what: Any,
    X: Any,
    y: Any = None,
    *,
    loss: Any = None,
    optimizer: Any = None,
    row: int | None = None,
    seed: int | None = None,
    names: Sequence[str] | None = None,
    steps: int = 1,
    task: str | None = None,
    units: Any = None,
    member: int = 0,
    header: bool | None = None,
) -> Explanation:
    """One forward pass, one backward pass and one update of a network, in numbers.

    Every gradient is compared with autograd in float64, every update with the trainer's own.

    Args:
        what: A recipe, whose network is taken before its first step; ``parse_network("2-3-1")``; a saved model or its
            file; or a ``torch.nn.Sequential`` of plain layers, which predicts as it does in evaluation.
        X: Inputs ``[n, i]`` or one row ``[i]``; for a model any table that it could predict.
        y: Targets ``[n]`` or ``[n, t]``; None: a model's table holds them, or the inputs are to be reconstructed.
        loss: Choice of a loss; None: the recipe's own, or the right one for the targets.
        optimizer: Choice of an optimizer, ``adam(lr=0.01)``; None: the recipe's own, else plain gradient descent.
        row: Which row, pair or sequence is followed, counted from 0; None: the first. Of a model's table that row
            passes alone.
        seed: Of the weights that are drawn; None: the recipe's own, else 0.
        names: Of the inputs.
        steps: Passes and updates behind one another.
        task: The target's task, where ``y`` does not say it.
        units: Row numbers of pairs, triplets or sequences ``[u, k]``.
        member: Which network of a model that has several.
        header: Whether a model's file of rows begins with names; None looks.

    Raises:
        UsageError: If an argument does not make sense, or a module has layers that cannot be told.
        ContractError: If a recipe's loss does not fit the targets.
        DataError: If rows or targets cannot be read.
        MismatchError: If a number disagrees with autograd or the trainer; then nothing is told.
    """
    if isinstance(what, str | Path):
        what = read_model(what)
    if isinstance(what, Model):
        rule = str(optimizer or "sgd")
        subject = subject_of_model(what, X, y, loss=loss, optimizer=rule, member=member, row=row, header=header)
        return Explanation(explain_subject(subject, steps=steps))
    subject = subject_of(
        what, X, y, loss=loss, optimizer=optimizer, seed=seed, names=tuple(names or ()), task=task, units=units
    )
    return Explanation(explain_subject(subject, row=row, steps=steps))


def subject_of(
    what: Any, X: Any, y: Any, *, loss: Any = None, optimizer: Any = None, seed: int | None = None, **more: Any
) -> Subject:
    """A network that comes with numbers, not with a table; arguments as ``explain`` has them.

    Raises:
        UsageError: If it is nothing that can be explained.
    """
    if isinstance(what, Recipe):
        changes = {"loss": loss, "optimizer": optimizer, "seed": seed}
        recipe = what.replace(**{key: each for key, each in changes.items() if each is not None})
        return subject_of_recipe(recipe, X, y, **more)
    if isinstance(what, Sketch):
        chosen, rule = str(loss or "auto"), str(optimizer or "sgd")
        return subject_of_sketch(what, X, y, loss=chosen, optimizer=rule, seed=seed or 0, **more)
    if isinstance(what, nn.Module):
        return subject_of_module(what, X, y, loss=loss, optimizer=str(optimizer or "sgd"), **more)
    raise UsageError(
        f"explain takes a recipe, a saved model or its file, parse_network(…) or a torch.nn.Sequential, found "
        f"{type(what).__name__}."
    )


def explain_subject(subject: Subject, *, row: int | None = None, steps: int = 1) -> PassRecord:
    """The record of what a subject does.

    Args:
        subject: Network, objective and rows.
        row: Which unit is followed; None: the first.
        steps: Passes and updates behind one another.

    Raises:
        UsageError: If there is no such row, or the number of steps is out of range.
        MismatchError: If a number disagrees with autograd or the trainer.
    """
    if row is not None and not 0 <= row < subject.units:
        raise UsageError(f"row counts from 0 to {subject.units - 1}, found {row}.")
    if not 1 <= steps <= _MOST_STEPS:
        raise UsageError(f"steps lies between 1 and {_MOST_STEPS}, found {steps}.")
    training = _Training(subject)
    stages: list[StageRecord] = []
    checks: list[CheckRecord] = []
    remarks: list[RemarkRecord] = list(subject.remarks)
    first: View | None = None
    for step in range(steps):
        # What overflows, or is no number, is told as such.
        with np.errstate(all="ignore"):
            view, told = training.step(step, row or 0)
        first = first or view
        stages += told.stages
        checks += told.checks
        known = {(each.kind, each.place) for each in remarks}
        remarks += [each for each in told.remarks if not step or (each.kind, each.place) not in known]
    assert first is not None
    return PassRecord(
        network=network_in_words(first.links),
        loss=str(subject.objective.loss),
        optimizer=str(subject.optimizer),
        inputs=subject.names or tuple(f"x_{place + 1}" for place in range(subject.inputs)),
        rows=subject.units,
        value=first.passed.value,
        stages=tuple(stages),
        remarks=tuple(remarks),
        checks=_together(checks),
    )


class _Told:
    """Stages, checks and remarks of one step."""

    def __init__(self) -> None:
        self.stages: list[StageRecord] = []
        self.checks: list[CheckRecord] = []
        self.remarks: list[RemarkRecord] = []


class _Training:
    """A subject on its way through a few steps."""

    def __init__(self, subject: Subject) -> None:
        arrays = subject.parameters.arrays(0)
        parameters = Tensors(subject.network.parameters, subject.parameters.groups, 1, dtype=subject.dtype)
        parameters.load(0, arrays)
        self._subject = replace(subject, parameters=parameters)
        self._updater = start_update(subject.optimizer, parameters, subject.numbers)

    def step(self, step: int, row: int) -> tuple[View, _Told]:
        """One pass and one update."""
        subject, told = self._subject, _Told()
        if step:
            subject = self._subject = replace(subject, twin=None)
        view, checked = self._pass(step, row, told)
        told.stages += [*forward_stages(view), loss_stage(view), *backward_stages(view)]
        regularised = regularise(subject, view.passed, step)
        told.stages += regularised.stages
        before = subject.parameters.arrays(0)
        numbers = None if subject.schedule is None else subject.schedule(step)[0]
        again = self._again(regularised, step)
        update = self._updater.step(regularised.gradients, shown_parameters(view), again, numbers=numbers)
        told.stages += update.stages
        told.checks.append(update.check)
        regularised.project(subject.parameters)
        after = subject.parameters.arrays(0)
        moved = max((float(np.abs(after[name] - before[name]).max(initial=0.0)) for name in after), default=0.0)
        told.remarks += [*remarks_on(view, moved, checked), *update.remarks]
        return view, told

    def _pass(self, step: int, row: int, told: _Told) -> tuple[View, Checked]:
        subject = self._subject
        # The trainer's update moves the parameters in place, and the view is read after it.
        frozen = replace(subject, parameters=subject.parameters.take([0]))
        rounded = run_pass(frozen, step)
        _require_probabilities(frozen, rounded)
        exact = exact_pass(frozen, rounded)
        checked = check_pass(frozen, rounded, step, exact=exact)
        told.checks += checked.checks
        passed = rounded if exact is None else exact.passed
        single = run_pass(frozen.in_single(), step)
        return View(frozen, frozen.links, passed, rounded, single, exact, row), checked

    def _again(self, regularised: Regularised, step: int) -> Any:
        """Loss and gradients at the parameters' present values, for rules that look several times."""

        def again() -> Floats:
            fresh = run_pass(self._subject, step)
            found = regularise(self._subject, fresh, step)
            for name, view in regularised.gradients.views.items():
                view.copy_(found.gradients.views[name])
            return np.array([fresh.value + fresh.activity + found.penalty])

        return again


def _require_probabilities(subject: Subject, passed: Pass) -> None:
    """Refuse logarithms of what is no probability.

    Raises:
        ContractError: L104, if a loss that reads probabilities is given something else.
    """
    outputs = passed.outputs
    if subject.objective.loss.entry.reads != "probabilities" or not bool(((outputs < 0) | (outputs > 1)).any()):
        return
    worst = float(outputs.min() if outputs.min() < 0 else outputs.max())
    raise ContractError(
        "L104",
        f"{subject.objective.loss.name} reads probabilities, and the network's output is {worst:g}, which is none. "
        "Put a sigmoid at the output, or use bce_with_logits.",
    )


def _together(checks: Sequence[CheckRecord]) -> tuple[CheckRecord, ...]:
    """One check for each thing that was compared with, over all steps."""
    found: dict[str, CheckRecord] = {}
    for each in checks:
        known = found.get(each.against)
        if known is None:
            found[each.against] = each
            continue
        worst = each if each.largest > known.largest else known
        found[each.against] = CheckRecord(
            against=each.against,
            compared=known.compared + each.compared,
            largest=worst.largest,
            place=worst.place,
        )
    return tuple(found.values())
