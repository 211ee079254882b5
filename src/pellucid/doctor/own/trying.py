"""Fixes of a recipe tried beside the recipe as it is: a few dozen steps of one stack, on rows of the same table."""

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec
import numpy as np

from pellucid.doctor.own.sample import sampled
from pellucid.records import Finding, Recipe, Severity, TargetSpec
from pellucid.training import Setting, StackRows, TrainingData, TrainResult, train_members

__all__ = ["tried"]

Change: TypeAlias = dict[str, object]

STEPS = 40
"""Updates of a trial, about."""
MOST_ROWS, MOST_CHECKS = 2048, 512
_BETTER = 0.98


def _slower(recipe: Recipe, lr: float) -> list[Change]:
    return [{"lr": lr / times} for times in (10, 100, 1000, 10_000)]


def _faster(recipe: Recipe, lr: float) -> list[Change]:
    # Up to where a step of Adam is of a usual size, whatever the rate was.
    least = 10 ** math.ceil(math.log10(lr) + 1)
    return [{"lr": least * 10**power} for power in range(12) if least * 10**power <= 0.1][-4:]


def _bent(recipe: Recipe, lr: float) -> list[Change]:
    return [{"activation": "relu"}]


def _drawn(recipe: Recipe, lr: float) -> list[Change]:
    return [{"initialisation": "pytorch"}, {"initialisation": "kaiming_uniform"}]


def _freer(recipe: Recipe, lr: float) -> list[Change]:
    return [{"l2": recipe.l2 / 100}, {"l2": recipe.l2 / 10_000}] if recipe.l2 else []


def _open(recipe: Recipe, lr: float) -> list[Change]:
    return [{"activation": "relu"}, {"norm": "layer_norm"}, {"lr": lr / 10}]


def _leaky(recipe: Recipe, lr: float) -> list[Change]:
    return [{"activation": "leaky_relu"}, {"lr": lr / 10}]


_CHANGES: Mapping[str, Callable[[Recipe, float], list[Change]]] = {
    "T606": _slower,
    "T604": _slower,
    "T607": _faster,
    "G207": _faster,
    "N501": _bent,
    "N502": _drawn,
    "N503": _drawn,
    "T610": _freer,
    "T601": _leaky,
    "T602": _open,
    "T603": _open,
}


def tried(
    finding: Finding,
    member: int,
    lr: float,
    result: TrainResult,
    data: TrainingData,
    rows: StackRows,
    target: TargetSpec,
) -> Finding:
    """The finding with what a change of the recipe has shown, where one may mend it; notes and all others as they are.

    Several changes of one kind are tried at once, and the best is told; it is the fix then, if it is better at all.

    Args:
        finding: A root.
        member: A network that it is about.
        lr: Its full learning rate.
        result: What was trained.
        data: The encoded table.
        rows: Each member's units.
        target: What was learned.
    """
    changes = _CHANGES.get(finding.code)
    if changes is None or finding.severity is Severity.INFO:
        return finding
    recipe = result.recipes[member]
    candidates = changes(recipe, lr)
    if not candidates:
        return finding
    learns = sampled(rows.train[member], data.targets, MOST_ROWS)
    checks = rows.validation[member]
    judges = sampled(checks, data.targets, MOST_CHECKS) if len(checks) else learns
    steps = max(1, learns.count // min(recipe.batch_size, learns.count))
    # A schedule of a few epochs would be another than the recipe's.
    base = recipe.replace(
        lr=lr, schedule="constant", epochs=max(1, round(STEPS / steps)), patience=None, restore_best=False
    )
    recipes = [base, *(base.replace(**change) for change in candidates)]
    chosen = learns.filled[: learns.count]
    several = StackRows((chosen,) * len(recipes), (judges.filled[: judges.count],) * len(recipes))
    shown = train_members(recipes, data, several, target=target, setting=Setting(engine="batched"))
    losses = np.nan_to_num(shown.val_loss[:, -1], nan=np.inf, posinf=np.inf)
    best = int(losses[1:].argmin())
    where = "on rows that it did not learn from" if len(checks) else "on the rows that it learned from"
    count = steps * base.epochs
    with_it, as_it_is = _number(losses[best + 1]), _number(losses[0])
    option = _option(candidates[best])
    if losses[best + 1] >= _BETTER * losses[0]:
        said = f"{count} steps with {option} came no further than without: loss {with_it} and {as_it_is} {where}"
    else:
        said = f"{count} steps with {option}, side by side: loss {with_it} {where}; as it is {as_it_is}"
        finding = msgspec.structs.replace(finding, fix=f"Use {option}.")
    return msgspec.structs.replace(finding, tried=said)


def _option(change: Change) -> str:
    (name, value), *_ = change.items()
    return f"--{name.replace('_', '-')} {value:g}" if isinstance(value, float | int) else f"--{name} {value}"


def _number(value: float) -> str:
    return f"{value:.3g}" if math.isfinite(value) else "no number"
