"""Named families of losses and what they are computed on, worked out from what a loss declares about itself."""

from dataclasses import dataclass, field
from typing import Any

import torch

from pellucid.objectives.losses import LOSSES, ChosenLoss
from pellucid.objectives.numbers import stack_numbers
from pellucid.records import TargetSpec

CLASSES, COLUMNS, FRAMES, EMBEDDING = 6, 3, 7, 5
ROWS = {"similarity": 2, "ranking": 2, "triplets": 3, "sequence": FRAMES}
LINKS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "log_softmax": lambda z: torch.log_softmax(z, 2),
    "softplus": torch.nn.functional.softplus,
    "increasing": lambda z: torch.cat([z[:, :, :1], torch.nn.functional.softplus(z[:, :, 1:])], 2).cumsum(2),
}
# Lists have to suit the sizes above; every other number is varied by its own declaration.
LISTS: dict[str, tuple[dict[str, Any], ...]] = {
    "quantile": ({"levels": (0.1, 0.5, 0.9)},),
    "bce_with_logits": ({"pos_weight": (3.0,)}, {"pos_weight": (3.0, 0.5, 1.5)}),
    "focal": ({"alpha": (0.25,)}, {"alpha": (2.0, 0.5, 1.0, 3.0, 0.1, 1.0)}, {"alpha": (0.3, 2.0)}),
    "adaptive_log_softmax": ({"cutoffs": (2, 4)}, {"cutoffs": (1, 2, 5)}),
}


def spec(task: str, name: str = "") -> TargetSpec:
    """A small target of a kind; as many columns as the loss takes."""
    classes = {"binary": 2, "multiclass": CLASSES, "ordinal": CLASSES, "distribution": CLASSES, "sequence": CLASSES}
    wide = ("multilabel", "regression", "count", "reconstruction")
    return TargetSpec(
        task=task,
        classes=classes.get(task, 0),
        columns=COLUMNS if task in wide and name != "quantile" else 1,
        rows=ROWS.get(task, 1),
    )


def variants(name: str) -> list[ChosenLoss]:
    """The loss with its defaults, with every flag and number changed, and with the lists above."""
    made: list[dict[str, Any]] = [{}]
    for each in LOSSES[name].parameters:
        if each.kind == "flag":
            made.append({each.name: not each.default})
        elif each.kind == "whole":
            made.append({each.name: int(each.high)})
        elif each.kind == "number" and each.name != "eps":
            values = (0.6 * each.default + 0.15, 1.0, each.default + 1.5)
            inside = (value for value in values if each.low <= value < each.high)
            made.extend({each.name: value} for value in inside)
    return [LOSSES(name, **numbers) for numbers in (*made, *LISTS.get(name, ()))]


@dataclass
class Case:
    """A loss with its numbers, and a kind of target that it accepts."""

    loss: ChosenLoss
    target: TargetSpec

    def __str__(self) -> str:
        return f"{self.loss}, {self.target.task}"

    @property
    def width(self) -> int:
        return self.loss.entry.outputs(self.target, self.loss.numbers) or EMBEDDING

    def linked(self, raw: torch.Tensor) -> torch.Tensor:
        return LINKS[self.loss.entry.link(self.target, self.loss.numbers)](raw)

    def numbers(self, dtype=torch.float64):
        return stack_numbers(self.loss.entry, [self.loss.numbers], dtype=dtype)


CASES = {
    str(case): case
    for name in LOSSES.names()
    for loss in variants(name)
    for task in LOSSES[name].targets
    for case in [Case(loss, spec(task, name))]
    if not loss.entry.misfit(case.target, loss.numbers)
    and len(loss.numbers.get("pos_weight", ())) in (0, 1, case.width)
}

STRUCTURES = {
    next(name for name, each in CASES.items() if (each.loss.name, each.loss.structure, each.target) == kind): case
    for case in CASES.values()
    for kind in [(case.loss.name, case.loss.structure, case.target)]
}
"""One case of each kind that is computed by arithmetic of its own."""


def targets_of(case: Case, members: int, units: int, draw: torch.Generator, dtype=torch.float64) -> torch.Tensor:
    """Random targets as ``records.TargetSpec`` says."""
    spec = case.target
    shape = (members, units) if spec.columns == 1 and spec.task != "multilabel" else (members, units, spec.columns)
    match spec.task:
        case "binary" | "multiclass" | "ordinal":
            return torch.randint(0, spec.classes, (members, units), generator=draw)
        case "distribution":
            found = torch.rand(members, units, spec.classes, generator=draw, dtype=dtype)
            found[:, :, 0] = 0.0
            found = found / found.sum(2, keepdim=True)
            return torch.log(found.clamp(min=1e-4)) if case.loss.numbers.get("log_target") else found
        case "multilabel":
            return torch.randint(0, 2, shape, generator=draw).to(dtype)
        case "count":
            return torch.randint(0, 6, shape, generator=draw).to(dtype)
        case "similarity" | "ranking":
            return torch.randint(0, 2, shape, generator=draw).to(dtype) * 2 - 1
        case "sequence":
            labels = torch.randint(0, 4, (members, units), generator=draw)
            frames = torch.randint(FRAMES - 1, FRAMES + 1, (members, units), generator=draw)
            symbols = torch.randint(1, spec.classes, (members, units, 4), generator=draw)
            symbols = torch.where(torch.arange(4) < labels.unsqueeze(2), symbols, 0)
            return torch.cat([frames.unsqueeze(2), labels.unsqueeze(2), symbols], 2)
        case "reconstruction" if case.loss.entry.reads in ("logits", "probabilities"):
            return torch.rand(shape, generator=draw, dtype=dtype)
        case "regression" if case.loss.entry.reads == "rates":
            return torch.rand(shape, generator=draw, dtype=dtype) * 4
        case _:
            return torch.randn(shape, generator=draw, dtype=dtype)


@dataclass
class Problem:
    """Outputs and targets of a case."""

    case: Case
    members: int = 2
    units: int = 8
    seed: int = 0
    spread: float = 2.0
    dtype: torch.dtype = torch.float64
    outputs: torch.Tensor = field(init=False)
    targets: torch.Tensor = field(init=False)

    def __post_init__(self) -> None:
        draw = torch.Generator().manual_seed(self.seed)
        rows = self.units * self.case.target.rows
        raw = self.spread * torch.randn(self.members, rows, self.case.width, generator=draw, dtype=self.dtype)
        self.outputs = self.case.linked(raw)
        self.targets = targets_of(self.case, self.members, self.units, draw, self.dtype)

    def value(self, outputs: torch.Tensor | None = None) -> torch.Tensor:
        used = self.outputs if outputs is None else outputs
        return self.case.loss.entry.value(used, self.targets, self.case.numbers(self.dtype))

    def gradient(self) -> torch.Tensor:
        return self.case.loss.entry.gradient(self.outputs, self.targets, self.case.numbers(self.dtype))
