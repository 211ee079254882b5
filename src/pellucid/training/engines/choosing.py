"""Which engine serves whom.

The fastest that serves a member is a matter of the member alone, never of its company or of how much there is to do:
engines agree within rounding, and a member shall be the same to the last bit wherever it is trained. So the compiled
engine takes whatever it can, also what would not repay its compilation; that costs two seconds, once on a machine.
"""

from collections.abc import Hashable, Mapping

from pellucid.errors import UnknownNameError, UsageError
from pellucid.networks import Network
from pellucid.training.data import TrainingData
from pellucid.training.engines.autograd import Autograd
from pellucid.training.engines.batched import Batched
from pellucid.training.engines.compiled import Compiled, reasons
from pellucid.training.engines.engine import Engine
from pellucid.training.setting import Setting
from pellucid.training.settling import Settled
from pellucid.training.stack import Stack

__all__ = ["ENGINES", "Choosing", "start_engine"]

ENGINES: Mapping[str, type[Engine]] = {engine.name: engine for engine in (Autograd, Batched, Compiled)}
"""Engines by name."""


class Choosing:
    """Says which engine takes a member's steps, and why.

    Args:
        data: What is learned from.
        setting: Among other things, the engine that is asked for.

    Raises:
        UnknownNameError: If it asks for an engine that there is not; offers the nearest.
    """

    def __init__(self, data: TrainingData, setting: Setting) -> None:
        if setting.engine != "auto" and setting.engine not in ENGINES:
            raise UnknownNameError("engine", setting.engine, ("auto", *ENGINES))
        self._data, self._setting = data, setting
        self._known: dict[Hashable, tuple[str, str]] = {}
        self._networks: dict[Hashable, Network] = {}

    def __call__(self, member: Settled) -> tuple[str, str]:
        """Name of the engine, and the reason."""
        if self._setting.engine != "auto":
            return self._setting.engine, "as asked for"
        recipe = member.recipe
        key = (
            member.shape,
            member.kinds,
            bool(recipe.input_noise),
            bool(recipe.gradient_noise),
            bool(member.activity),
            any(penalty.limit < float("inf") for penalty in member.penalties),
        )
        if key not in self._known:
            self._known[key] = self._look(member)
        return self._known[key]

    def _look(self, member: Settled) -> tuple[str, str]:
        setting = self._setting
        # Whether layers are compiled is a matter of their kinds and not of their numbers.
        layers = (member.shape, member.kinds[0])
        if layers not in self._networks:
            self._networks[layers] = Network([member.network], precision=setting.precision)
        network = self._networks[layers]
        found = reasons([member], network, self._data, dtype=setting.dtype, device=setting.device)
        reason = next(found, None)
        return (Compiled.name, "the fastest") if reason is None else (Batched.name, f"not compiled: {reason}")


def start_engine(stack: Stack, name: str) -> Engine:
    """An engine for a stack.

    Raises:
        UsageError: If it does not serve; says why.
    """
    reason = ENGINES[name].refuses(stack)
    if reason is not None:
        raise UsageError(f"The engine {name} cannot train this stack: {reason}. Use engine='auto'.")
    return ENGINES[name](stack)
