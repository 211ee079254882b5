"""The contract between targets, outputs and losses, as rows to show: all of it, one kind of target, or one loss."""

from dataclasses import dataclass

from pellucid.errors import UnknownNameError
from pellucid.objectives import LOSSES, ContractRow, contract_table
from pellucid.records import TARGET_TASKS

__all__ = ["ContractView", "look_at_contract"]

# What the command line calls a task, and what its rows make of it.
_ALSO_CALLED = {"embedding": "triplets", "autoencoder": "reconstruction"}


@dataclass(frozen=True)
class ContractView:
    """Rows of the contract.

    Attributes:
        rows: Task by task, loss by loss.
        task: The task that was asked for; empty for none.
        loss: The loss that was asked for; empty for none. Where a task and a loss have one name, as quantile has, the
            rows of both are here.
    """

    rows: tuple[ContractRow, ...]
    task: str = ""
    loss: str = ""


def look_at_contract(name: str | None = None) -> ContractView:
    """The contract, or the part of it that is about one kind of target or one loss.

    Args:
        name: A task (``multiclass``) or a loss (``mse``); None: everything. ``embedding`` and ``autoencoder`` are
            understood: they learn from triplets, and from reconstructions.

    Raises:
        UnknownNameError: If it is neither; offers the nearest.
    """
    rows = contract_table()
    if name is None:
        return ContractView(rows)
    word = name.strip().casefold()
    word = word if name in LOSSES else _ALSO_CALLED.get(word, word)
    task = word if word in TARGET_TASKS else ""
    loss = LOSSES[name].name if name in LOSSES else ""
    if task or loss:
        return ContractView(tuple(row for row in rows if task == row.task or loss == row.loss), task=task, loss=loss)
    raise UnknownNameError("target or loss", name, (*TARGET_TASKS, *LOSSES.names()))
