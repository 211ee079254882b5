"""What a person passed to a job, in the form that options have."""

from collections.abc import Mapping
from typing import Any

from pellucid.errors import UsageError
from pellucid.tables import Table

__all__ = ["as_sequence", "as_text", "expressed", "target_names"]


def target_names(target: Any, table: Table) -> tuple[str, ...]:
    """The names of the targets, each of which the table has.

    Raises:
        UsageError: If it is neither a name nor a list of names.
        UnknownColumnError: If the table has no such column; names the nearest.
    """
    names = (target,) if isinstance(target, str) else tuple(target) if isinstance(target, list | tuple) else ()
    if not names or not all(isinstance(name, str) for name in names):
        known = ", ".join(table.names[:8]) + (", …" if len(table.names) > 8 else "")
        raise UsageError(
            f"target is the name of a column, as text, or a list of names, and was given {target!r}. Columns: {known}"
        )
    for name in names:
        table.column(name)
    return names


def expressed(express: Any) -> dict[str, str]:
    """Column → re-expression, as text.

    Raises:
        UsageError: If it is no mapping.
    """
    if express is None:
        return {}
    if not isinstance(express, Mapping):
        raise UsageError(
            f"express takes columns with their re-expressions, such as {{'income': 'log'}}, not {express!r}."
        )
    return {str(name): str(choice) for name, choice in express.items()}


def as_sequence(values: Any, name: str, wanted: str) -> tuple[Any, ...]:
    """A list of values as a tuple.

    Args:
        values: What was given.
        name: Of the argument.
        wanted: What it takes, for people.

    Raises:
        UsageError: If it is text, or no list.
    """
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise UsageError(f"{name} takes a list of {wanted}, and was given {values!r}.")
    return tuple(values)


def as_text(choice: Any) -> str | None:
    """A choice as text; what ``pl.loss`` and its like chose is as good."""
    return None if choice is None else str(choice)
