"""Sorts members into stacks: members of one stack agree in shape and steps and differ in kinds and numbers."""

from collections.abc import Hashable, Sequence

from pellucid.networks import padded
from pellucid.training.batches import steps_per_epoch
from pellucid.training.settling import Settled
from pellucid.training.stack import BLOCK

__all__ = ["plan_stacks"]


def plan_stacks(
    members: Sequence[Settled], train: Sequence[int], validation: Sequence[int], engines: Sequence[str] = ()
) -> list[list[int]]:
    """Positions of the members of every stack; stacks in order of first appearance, equal kinds beside each other.

    The number of steps and the padded widths of batches and validation blocks are a matter of one member's rows, never
    of the company, so that a member computes the same bits wherever it is put.

    Args:
        members: What to train.
        train: Training units per member.
        validation: Validation units per member.
        engines: Name of the engine that serves each; empty for one and the same.
    """
    stacks: dict[Hashable, list[int]] = {}
    for position, (member, rows, checks) in enumerate(zip(members, train, validation, strict=True)):
        key = (
            member.shape,
            steps_per_epoch(rows, member.batch_size, drop_last=member.recipe.drop_last),
            padded(min(member.batch_size, rows)),
            padded(min(BLOCK, checks)),
            engines[position] if engines else "",
        )
        stacks.setdefault(key, []).append(position)
    return [_sorted(stack, members, engines[stack[0]] if engines else "") for stack in stacks.values()]


def _sorted(stack: list[int], members: Sequence[Settled], engine: str) -> list[int]:
    """By kind, in order of first appearance; members of one kind keep their order."""
    ranks: dict[Hashable, int] = {}
    kinds = {position: members[position].kinds for position in stack}
    if engine == "compiled":
        # It goes from member to member, and what is done by runs of equal kinds is to write down the updates.
        kinds = {position: (optimizer, *others) for position, (*others, optimizer) in kinds.items()}
    # Else every kind of activation first, whose operations are the most, within it every loss and every optimizer.
    order: dict[int, tuple[int, ...]] = {}
    for position in stack:
        order[position] = tuple(
            ranks.setdefault((level, kind), len(ranks)) for level, kind in enumerate(kinds[position])
        )
    return sorted(stack, key=lambda position: order[position])
