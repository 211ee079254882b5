"""Options of the tasks whose networks learn from pairs, triplets, sequences or whole rows, and what those refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.errors import UsageError
from pellucid.tables import UNIT_TASKS

if TYPE_CHECKING:  # the options check themselves by this file
    from pellucid.experiments.options import FitOptions

__all__ = ["CODE", "CONTEXT", "DIMENSIONS", "ONE_NETWORK", "check_unit_options"]

CODE, DIMENSIONS, CONTEXT = 2, 8, 1
"""Values of a code, length of a vector, neighbours on either side, where nobody asks for others."""
MOST_VALUES, MOST_CONTEXT = 4096, 100
ONE_NETWORK = {
    "embedding": "vectors of networks that were trained apart have no directions in common",
    "reconstruction": "codes of networks that were trained apart have nothing in common",
    "sequence": "networks that were trained apart put their labels on different frames",
}
"""Tasks of a single network, and why."""


def check_unit_options(options: FitOptions) -> None:
    """Refuse options that the task does not take.

    Raises:
        UsageError: Says which, and for what it is meant.
    """
    task = options.task
    asked = f"the task {task} has none" if task else "no such task was asked for"
    if options.code is not None:
        if task not in ("embedding", "reconstruction"):
            raise UsageError(
                f"A code belongs to the tasks reconstruction and embedding, and {asked}. Leave out --code."
            )
        if not 1 <= options.code <= MOST_VALUES:
            raise UsageError(f"A code has 1 to {MOST_VALUES} values, found {options.code}. {CODE} can be drawn.")
    if options.context is not None:
        if task != "sequence":
            raise UsageError(f"Neighbouring rows belong to the task sequence, and {asked}. Leave out --context.")
        if not 0 <= options.context <= MOST_CONTEXT:
            raise UsageError(f"The context is 0 to {MOST_CONTEXT} rows on either side, found {options.context}.")
    if task not in UNIT_TASKS:
        return
    if options.class_weight is not None:
        raise UsageError(f"Class weights are for classes, and the task is {task}. Leave out --class-weight.")
    if task in ONE_NETWORK and options.members not in (None, 1):
        raise UsageError(
            f"The task {task} trains one network, found --members {options.members}: {ONE_NETWORK[task]}. Leave it out."
        )
    if task == "sequence" and options.norm == "batch_norm":
        raise UsageError(
            "Sequences differ in length, and batch_norm would count the rows that fill them up. Use --norm layer_norm."
        )
