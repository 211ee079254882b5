"""What only the values show, before the first step: targets that a loss cannot read, options without effect."""

from collections.abc import Hashable, Sequence

from pellucid.errors import ContractError, UsageError
from pellucid.objectives import check_targets, check_weights
from pellucid.records import Finding
from pellucid.shapes import Array
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.settling import Settled
from pellucid.training.unused import unused_parts

__all__ = ["look_at_values"]


def look_at_values(members: Sequence[Settled], data: TrainingData, rows: StackRows) -> tuple[tuple[Finding, ...], ...]:
    """What only the values show, member by member; equal objectives on equal rows are looked at once."""
    found: dict[Hashable, tuple[Finding, ...]] = {}
    keys = []
    for member, learns, checks in zip(members, rows.train, rows.validation, strict=True):
        recipe = member.recipe
        if recipe.patience is not None and not len(checks):
            raise UsageError(
                f"patience={recipe.patience} needs validation rows to watch, and there are none. "
                "Pass validation=(X, y), or patience=None."
            )
        keys.append((str(member.objective.loss), member.objective.link, recipe.class_weight, id(learns), id(checks)))
        if keys[-1] not in found:
            values = data.targets.cpu().numpy()[learns]
            weights = check_weights(member.objective, values, recipe.class_weight)
            found[keys[-1]] = (*check_targets(member.objective, values), *weights)
            _check_validation(member, data.targets.cpu().numpy()[checks])
    return tuple(
        (*found[key], *unused_parts(member.recipe, member.network)) for key, member in zip(keys, members, strict=True)
    )


def _check_validation(member: Settled, values: Array) -> None:
    """Refuse validation targets that the loss cannot read: it would judge epochs by numbers without meaning."""
    if member.objective.loss.entry.reads == "reals":
        # A real that the output does not reach is a large error, and no more.
        return
    try:
        check_targets(member.objective, values)
    except ContractError as error:
        raise ContractError(error.code, f"In the validation rows: {error.reason}", recipe=error.recipe) from None
