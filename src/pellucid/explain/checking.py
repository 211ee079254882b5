"""The check that every trace passes: its gradients against autograd through the same layers and losses."""

import math
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

__all__ = ["TOLERANCE", "Checked", "Corner", "check_pass"]

TOLERANCE = 1e-9
"""Largest difference that rounding explains, relative to max(1, |value|)."""
# Beyond it a sum has lost the digits that the tolerance asks for.
_BEYOND = 1e6
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


class Checked(NamedTuple):
    """What a check came to.

    Attributes:
        checks: What was compared.
        corner: Where ours and autograd's slopes differ at this point alone; None: nowhere.
        lost: Numbers that autograd could not tell, because something overflows or has no digits left.
    """

    checks: tuple[CheckRecord, ...]
    corner: Corner | None
    lost: int


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


def check_pass(subject: Subject, told: Pass, step: int = 0, *, exact: Exact | None = None) -> "Checked":
    """Compare every gradient of a pass with autograd's.

    Where a probability has rounded to 0 or 1 its logarithm is infinite, and autograd gives no number. Another way to
    write the same loss is then compared with.

    Args:
        subject: What was computed, in float64.
        told: Its pass.
        step: Number of the training step.
        exact: The same without rounding, if that is another one.

    Numbers so large that float64 has no digits left for their differences are let pass and counted.

    Returns:
        What was compared, a corner if the two disagree there and nowhere around it, and how many numbers autograd could
        not tell.

    Raises:
        MismatchError: If a gradient differs and goes on differing a little beside this point.
    """
    found = _compare(subject, told, step)
    if found.lost:
        if exact is not None and exact.joined:
            found = _compare(subject, exact.passed, step, "joined")
        elif subject.objective.loss.name == "bce":
            found = _compare(subject, told, step, "torch")
    corner, worst = None, found.worst
    if worst is not None:
        beside = subject.nudged()
        again = _compare(beside, run_pass(beside, step), step)
        if again.worst is not None and _largest(told) > _BEYOND:
            found = found._replace(lost=found.lost + found.apart)
        elif again.worst is not None:
            raise MismatchError(worst.place, worst.found, worst.expected, "autograd")
        else:
            corner = worst
    checks = [CheckRecord(against="autograd", compared=found.compared, largest=found.largest, place=found.place)]
    if subject.twin is not None and corner is None and not found.lost:
        checks.append(_compare_twin(subject, told))
    return Checked(tuple(checks), corner, found.lost)


def _largest(told: Pass) -> float:
    """The largest value or slope that runs through the layers."""
    through = [values for each in told.layers for values in (each.y, each.dy) if values is not None and values.numel()]
    sizes = [float(values.abs().max()) for values in through]
    return max((np.inf if np.isnan(size) else size for size in sizes), default=0.0)


class _Comparison(NamedTuple):
    largest: float  # difference within rounding
    place: str
    compared: int  # numbers that agree
    lost: int  # numbers of which autograd makes NaN, and we do not
    apart: int  # numbers that differ
    worst: Corner | None  # the first of them


def _compare(subject: Subject, told: Pass, step: int, way: Way = "own") -> _Comparison:
    largest, place, compared, lost, apart = 0.0, "", 0, 0, 0
    worst: Corner | None = None
    for each in _quantities(subject, told, step, way):
        unknown = np.isnan(each.expected) & ~np.isnan(each.found)
        gaps = np.where(unknown, 0.0, each.differences)
        # PyTorch's own bce keeps its least slope in float32.
        agree = gaps <= (10 * TOLERANCE if way == "torch" else TOLERANCE)
        compared += int((agree & ~unknown).sum())
        lost, apart = lost + int(unknown.sum()), apart + int((~agree).sum())
        if agree.any() and float(gaps[agree].max()) >= largest:
            largest, place = float(gaps[agree].max()), each.place
        if not agree.all() and worst is None:
            at = np.unravel_index(int(gaps.argmax()), gaps.shape)
            where = ", ".join(str(int(number)) for number in at)
            worst = Corner(f"{each.place}[{where}]", float(each.found[at]), float(each.expected[at]))
    return _Comparison(largest, place, compared, lost, apart, worst)


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
    loss = subject.objective.loss
    if loss.name == "gaussian_nll":
        # Held at its least variance, training still says where it should go; so does PyTorch's own loss.
        means, spreads = outputs[:, :, : subject.objective.outputs].chunk(2, 2)
        least = math.log(float(loss.numbers["eps"]))  # type: ignore[arg-type]
        # A hair above the least, so that the loss's own clamp lets the slope of 1 pass.
        held = math.nextafter(least, 0.0) + (spreads - spreads.detach())
        outputs = torch.cat([means, torch.where(spreads < least, held, spreads)], 2)
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
