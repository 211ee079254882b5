"""Quantile loss (pinball loss): one output per level."""

from collections.abc import Mapping
from itertools import pairwise

import torch
from torch import Tensor

from pellucid.catalogue import Parameter, Value
from pellucid.errors import UsageError
from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows
from pellucid.objectives.numbers import row_of
from pellucid.records import TargetSpec

__all__ = ["QUANTILE"]


def _levels(numbers: Mapping[str, Value]) -> tuple[float, ...]:
    """The levels."""
    levels = numbers["levels"]
    assert isinstance(levels, tuple)
    return levels


def _check(numbers: Mapping[str, Value]) -> None:
    levels = _levels(numbers)
    if not levels or any(first >= second for first, second in pairwise(levels)):
        raise UsageError(
            f"quantile needs levels in rising order, at least one, found {list(levels)}. Write for example "
            "quantile(levels=[0.1, 0.5, 0.9])."
        )


def _above(outputs: Tensor, targets: Tensor, numbers: Numbers) -> tuple[Tensor, Tensor]:
    """Targets minus outputs ``[m, b, o]`` and the levels ``[o]``."""
    levels = row_of(numbers["levels"], outputs.dtype, outputs.device)
    flat = targets.squeeze(2) if targets.dim() == 3 and targets.shape[2] == 1 else targets
    if flat.shape != outputs.shape[:2] or len(levels) != outputs.shape[2]:
        raise ValueError(
            f"targets {tuple(targets.shape)} and {len(levels)} levels do not fit outputs {tuple(outputs.shape)}"
        )
    return flat.unsqueeze(2) - outputs, levels


def _quantile(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """τ·d for d = y − z ≥ 0, (τ − 1)·d below."""
    above, levels = _above(outputs, targets, numbers)
    return torch.maximum(levels * above, (levels - 1.0) * above).mean(2)


def _quantile_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−τ for d = y − z > 0, 1 − τ below, ½ − τ at 0, where the two meet."""
    above, levels = _above(outputs, targets, numbers)
    return (0.5 - levels - 0.5 * torch.sign(above)).div_(outputs.shape[2])


def _misfit(target: TargetSpec, numbers: Mapping[str, Value]) -> str:
    if target.columns == 1:
        return ""
    return (
        f"quantile takes one target column, whose levels are its outputs, found {target.columns} columns. Train one "
        "network per column."
    )


QUANTILE = Loss(
    name="quantile",
    formula="mean over levels τ of max(τ·(y − z_τ), (τ − 1)·(y − z_τ))",
    purpose="For the spread of a number: each output goes to the value below which the share τ of targets lies. "
    "Several levels are trained behind `increasing`, so that they do not cross.",
    source='Koenker & Bassett (1978), "Regression quantiles"',
    aliases=("pinball", "QuantileLoss", "PinballLoss"),
    parameters=(
        Parameter(
            name="levels",
            default=(0.5,),
            meaning="shares of targets that lie below each output, in rising order",
            kind="numbers",
            low=0,
            high=1,
            open_low=True,
            open_high=True,
            structural=True,
        ),
    ),
    reads="reals",
    targets=("quantile", "regression"),
    outputs=lambda target, numbers: len(_levels(numbers)),
    needs="one per level",
    untrained="depends on the targets",
    expects=nobody_knows,
    link=lambda target, numbers: "increasing" if len(_levels(numbers)) > 1 else "identity",
    head=always("quantiles"),
    form="rows",
    check=_check,
    misfit=_misfit,
    value=_quantile,
    gradient=_quantile_gradient,
)
