"""The check that every trace passes: its gradients against autograd through the same layers and losses."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import torch
from torch import Tensor

from pellucid.errors import MismatchError
from pellucid.explain.exact import Exact, joined_losses
from pellucid.explain.passing import Pass, Step, as_array, run_forward, run_pass
from pellucid.explain.subject import Batch, Subject
from pellucid.explain.symbols import slope
from pellucid.records.passes import CheckRecord
from pellucid.shapes import Floats

__all__ = ["TOLERANCE", "Corner", "check_pass"]

TOLERANCE = 1e-9
"""Largest difference that rounding explains, relative to max(1, |value|)."""
_TWIN = "PyTorch's own modules"
Way: TypeAlias = Literal["own", "joined", "torch"]
"""How the loss is written for autograd: as it is; together with the output's activation; by PyTorch's function."""


class Corner(NamedTuple):
    """A number at which a function has a corner: each side has its own slope, and both ways chose another.

    Attributes:
        place: Which gradient.
        found: Ours.
        expected: Autograd's.
    """

    place: str
    found: float
    expected: float


@dataclass(frozen=True)
class _Quantity:
    place: str
    found: Floats
    expected: Floats

    @property
    def differences(self) -> Floats:
        """Relative to max(1, |value|); 0 where both are the same infinity or no number."""
        with np.errstate(invalid="ignore"):
            gap = np.abs(self.found - self.expected) / np.maximum(1.0, np.abs(self.expected))
        same = (self.found == self.expected) | (np.isnan(self.found) & np.isnan(self.expected))
        gap = np.where(same, 0.0, gap)
        found: Floats = np.where(np.isnan(gap), np.inf, gap)
        return found


def check_pass(
    subject: Subject, told: Pass, step: int = 0, *, exact: Exact | None = None
) -> tuple[tuple[CheckRecord, ...], Corner | None]:
    """Compare every gradient of a pass with autograd's.

    Where a probability has rounded to 0 or 1 its logarithm is infinite, and autograd gives no number. Another way to
    write the same loss is then compared with.

    Args:
        subject: What was computed, in float64.
        told: Its pass.
        step: Number of the training step.
        exact: The same without rounding, if that is another one.

    Returns:
        What was compared, and a corner if the two disagree there and nowhere around it.

    Raises:
        MismatchError: If a gradient differs and goes on differing a little beside this point.
    """
    found = _compare(subject, told, step)
    if found.worst is not None and np.isnan(found.worst.expected):
        if exact is not None and exact.joined:
            found = _compare(subject, exact.passed, step, "joined")
        elif subject.objective.loss.name == "bce":
            found = _compare(subject, told, step, "torch")
    corner = None
    if found.worst is not None:
        beside = subject.nudged()
        again = _compare(beside, run_pass(beside, step), step)
        if again.worst is not None:
            raise MismatchError(found.worst.place, found.worst.found, found.worst.expected, "autograd")
        corner = found.worst
    checks = [CheckRecord(against="autograd", compared=found.compared, largest=found.largest, place=found.place)]
    if subject.twin is not None and corner is None:
        checks.append(_compare_twin(subject, told))
    return tuple(checks), corner


class _Comparison(NamedTuple):
    largest: float  # difference within rounding
    place: str
    compared: int  # numbers that agree
    worst: Corner | None  # the first that do not


def _compare(subject: Subject, told: Pass, step: int, way: Way = "own") -> _Comparison:
    largest, place, compared = 0.0, "", 0
    worst: Corner | None = None
    for each in _quantities(subject, told, step, way):
        gaps = each.differences
        # PyTorch's own bce keeps its least slope in float32.
        agree = gaps <= (10 * TOLERANCE if way == "torch" else TOLERANCE)
        compared += int(agree.sum())
        if agree.any() and float(gaps[agree].max()) >= largest:
            largest, place = float(gaps[agree].max()), each.place
        if not agree.all() and worst is None:
            at = np.unravel_index(int(gaps.argmax()), gaps.shape)
            where = ", ".join(str(int(number)) for number in at)
            worst = Corner(f"{each.place}[{where}]", float(each.found[at]), float(each.expected[at]))
    return _Comparison(largest, place, compared, worst)


def _quantities(subject: Subject, told: Pass, step: int, way: Way) -> Iterator[_Quantity]:
    """Ours and autograd's gradients, from the outputs back to the inputs: what differs first, the others follow."""
    batch, links, rows = subject.batch(step), subject.links, _real_rows(subject)
    learned = [each for each in subject.network.parameters if each.kind != "statistic"]
    leaves = {spec.name: subject.parameters.views[spec.name].detach().clone().requires_grad_() for spec in learned}
    x = batch.inputs.clone().requires_grad_()
    with torch.enable_grad():
        # A step function hands nothing on to autograd, so that what it gives becomes a beginning of its own.
        steps, outputs = run_forward(subject, batch, {**subject.parameters.views, **leaves}, x, through=_tracked)
        total = _total(subject, steps, outputs, batch, way)
        activity = subject.network.activity([tape for _, _, _, tape in steps])
        if activity is not None:
            total = total + activity.sum()
    asked: list[Tensor] = [*(y for _, _, y, _ in steps), x, *leaves.values()]
    found = torch.autograd.grad(total, asked, allow_unused=True)
    filled = [torch.zeros_like(each) if g is None else g for each, g in zip(asked, found, strict=True)]
    for number in range(len(steps) - 1, -1, -1):
        own, link = told.layers[number].dy, links[number]
        # What a silent layer gives is what it takes, and autograd knows it once.
        if own is not None and not link.is_silent and not (way == "joined" and number == len(steps) - 1):
            reference = filled[number][0, rows, : link.outputs]
            yield _Quantity(slope(link.result.whole), as_array(own[rows, : link.outputs]), as_array(reference))
    first = told.layers[0].dx
    if first is not None:
        width = links[0].inputs
        yield _Quantity("∂L/∂x", as_array(first[rows, :width]), as_array(filled[len(steps)][0, rows, :width]))
    for spec, reference in zip(learned, filled[len(steps) + 1 :], strict=True):
        if spec.name not in subject.absent:
            ours = told.gradients.views[spec.name][0][spec.corner]
            yield _Quantity(f"∂L/∂{spec.name}", as_array(ours), as_array(reference[0][spec.corner]))


def _tracked(y: Tensor) -> Tensor:
    return y if y.requires_grad else y.detach().requires_grad_()


def _total(subject: Subject, steps: list[Step], outputs: Tensor, batch: Batch, way: Way) -> Tensor:
    """The batch's loss."""
    outputs = outputs + subject.shift
    if way == "joined":
        return (joined_losses(subject, steps, batch) * batch.weights[0]).sum()
    if way == "torch":
        used = outputs[0, :, : subject.objective.outputs]
        wanted = batch.targets[0].to(used.dtype).reshape(used.shape)
        losses = torch.nn.functional.binary_cross_entropy(used, wanted, reduction="none").mean(1)
        return (losses * batch.weights[0]).sum()
    return subject.losses.losses(outputs, batch.targets, batch.weights).sum()


def _real_rows(subject: Subject) -> list[int]:
    wide = subject.batch().weights.shape[1]
    return [j * wide + unit for j in range(subject.rows_a_unit) for unit in range(subject.units)]


def _compare_twin(subject: Subject, told: Pass) -> CheckRecord:
    """Outputs of the network as PyTorch modules; what holds for its slopes follows from the comparison before.

    Raises:
        MismatchError: If a number differs.
    """
    assert subject.twin is not None
    rows = _real_rows(subject)
    width = subject.data.numeric + subject.data.passed
    with torch.no_grad():
        outputs = subject.twin(subject.batch().inputs[0, rows, :width])
    each = _Quantity("output", as_array(told.outputs[rows]), as_array(outputs.reshape(len(rows), -1)))
    gaps = each.differences
    worst = int(gaps.argmax())
    if gaps.max() > TOLERANCE:
        raise MismatchError(each.place, float(each.found.flat[worst]), float(each.expected.flat[worst]), _TWIN)
    return CheckRecord(against=_TWIN, compared=each.found.size, largest=float(gaps.max()), place=each.place)
