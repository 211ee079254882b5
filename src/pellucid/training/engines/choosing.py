"""Which engine serves a stack."""

from collections.abc import Mapping

from pellucid.errors import UnknownNameError, UsageError
from pellucid.training.engines.autograd import Autograd
from pellucid.training.engines.batched import Batched
from pellucid.training.engines.engine import Engine
from pellucid.training.stack import Stack

__all__ = ["ENGINES", "check_engine", "choose_engine"]

ENGINES: Mapping[str, type[Engine]] = {engine.name: engine for engine in (Autograd, Batched)}
"""Engines by name."""


def check_engine(name: str) -> None:
    """Refuse a name that is none.

    Raises:
        UnknownNameError: If there is no such engine; offers the nearest.
    """
    if name != "auto" and name not in ENGINES:
        raise UnknownNameError("engine", name, ("auto", *ENGINES))


def choose_engine(stack: Stack, name: str) -> Engine:
    """An engine for a stack.

    Args:
        stack: What is to be trained.
        name: Of an engine; ``auto`` takes the fastest that serves.

    Raises:
        UsageError: If the named one does not serve; says why.
    """
    if name == "auto":
        return Batched(stack)
    reason = ENGINES[name].refuses(stack)
    if reason is not None:
        raise UsageError(f"The engine {name} cannot train this stack: {reason}. Use engine='auto'.")
    return ENGINES[name](stack)
