"""Parts of a model: networks of one shape and one head, which stand in the file as one stack."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, TypeAlias

import msgspec

from pellucid.encoding import TableEncoding, TargetEncoding
from pellucid.heads import HEADS
from pellucid.models.consistency import check_network
from pellucid.records import NetworkSpec, TargetSpec
from pellucid.shapes import Array

__all__ = ["AVERAGED_TASKS", "Members", "Part", "Weight", "check_part", "own_arrays", "prefix"]

Members: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=65_536)]
"""How many networks."""
Weight: TypeAlias = Annotated[float, msgspec.Meta(ge=1e-9, le=1e9)]
"""How much a network counts; ratios alone matter. Within these bounds no product of a sound prediction is lost."""

AVERAGED_TASKS = ("binary", "multiclass", "ordinal", "multilabel", "distribution", "regression", "quantile", "count")
"""Tasks whose predictions have a mean however different the networks are."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Networks of one shape and one head.

    Attributes:
        network: The layers of each.
        members: How many.
        head: Choice of what turns their outputs into predictions; see ``pellucid.heads``.
    """

    network: NetworkSpec
    members: Members
    head: str


def prefix(place: int) -> str:
    """What stands before the names of a part's parameters: nothing for the first, ``part2.`` for the second."""
    return f"part{place + 1}." if place else ""


def own_arrays(arrays: Mapping[str, Array], parts: int) -> tuple[dict[str, Array], ...]:
    """Every part's parameters by the names of ``parameter_shapes``.

    Args:
        arrays: Those of the whole file.
        parts: How many there are.
    """
    of_prefix: dict[str, dict[str, Array]] = {prefix(place): {} for place in range(parts)}
    for full_name, values in arrays.items():
        start, _, name = full_name.partition(".")
        if start.startswith("part"):
            of_prefix[f"{start}."][name] = values
        else:
            of_prefix[""][full_name] = values
    return tuple(of_prefix.values())


def check_part(part: Part, task: str, goal: TargetEncoding, spec: TargetSpec, encoding: TableEncoding) -> None:
    """Check a part that may come from a stranger.

    Args:
        part: The part.
        task: Of the model.
        goal: The target.
        spec: The target as heads see it.
        encoding: What feeds the first layer.

    Raises:
        ValueError: If head and layers do not fit the target or one another; says what.
        UnknownNameError: If there is no such head.
    """
    head = HEADS(part.head)
    if spec.task not in head.entry.tasks:
        raise ValueError(f"a {task} task has no {head.name} head")
    if goal.levels and head.numbers.get("levels") != goal.levels:
        raise ValueError("the head and the target differ in their levels")
    if head.name == "adaptive":
        _check_cutoffs(head.numbers["cutoffs"], len(goal.classes))
    check_network(
        part.network,
        encoding,
        # An embedding may have any width.
        head.entry.outputs(spec, head.numbers) or part.network.outputs,
        rows=2 * goal.context + 1 if task == "sequence" else 0,
    )


def _check_cutoffs(cutoffs: object, classes: int) -> None:
    """Clusters of an adaptive softmax begin at rising class numbers."""
    assert isinstance(cutoffs, tuple)
    ends = (0, *cutoffs, classes)
    if any(second <= first or second != int(second) for first, second in pairwise(ends)):
        raise ValueError(f"the cutoffs {list(cutoffs)} do not divide {classes} classes")
