"""What the activations of a network do on given rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from pellucid.doctor.probing.copies import copied, experiment, forward

__all__ = ["Activity", "activity"]

# Activation → the ends beyond which it is flat to within 1 % of its height, as bounds of its argument.
_FLAT = {
    "sigmoid": 4.6,  # σ(4.6) = 0.990
    "tanh": 2.65,  # tanh(2.65) = 0.990
    "hardsigmoid": 3.0,
    "hardtanh": 1.0,
    "softsign": 99.0,
}
_OFF = {"relu", "relu6", "threshold"}  # exactly 0 and without gradient where the unit is off
_OTHER = {"leaky_relu", "elu", "selu", "celu", "gelu", "silu", "mish", "softplus", "prelu", "rrelu", "hardswish"}
_NAMES = _FLAT.keys() | _OFF | _OTHER


@dataclass(frozen=True)
class Activity:
    """One activation, as it was called once.

    Attributes:
        function: ``relu``, ``tanh``…
        path: Of the module that called it: the activation module itself (``1``), or the one whose ``forward`` used
            the function; ``""`` for the model.
        call: Which of the calls of this function by this module, counted from 0.
        units: Number of its units: numbers per row.
        dead: Share of units that were exactly 0 for every row; 0.0 for functions that are never off.
        off: Share of all numbers that were exactly 0.
        saturated: Share of all numbers whose argument lay beyond the ends of the function; 0.0 for those without ends.
        stuck: Share of units that lay beyond the ends for every row.
        largest: Largest absolute argument.
    """

    function: str
    path: str
    call: int
    units: int
    dead: float
    off: float
    saturated: float
    stuck: float
    largest: float


def activity(model: nn.Module, rows: Tensor, *, training: bool = False) -> list[Activity]:
    """What every activation does on the rows, in the order of the calls, in evaluation mode unless told otherwise.

    Args:
        model: Stays as it is.
        rows: Inputs ``[n, …]``; units count as dead or stuck over all of them.
        training: Whether the copy is in training mode.

    Raises:
        Exception: Whatever the model raises.
    """
    with experiment():
        network = copied(model, training=training)
        mode = _Listening(network)
        try:
            with mode:
                forward(network, rows.detach().clone())
        finally:
            mode.remove()
    return mode.found


class _Listening(TorchFunctionMode):
    """Meets every function that the copy calls, and knows which of its modules is running."""

    def __init__(self, network: nn.Module) -> None:
        self.found: list[Activity] = []
        self._running: list[str] = [""]
        self._calls: dict[tuple[str, str], int] = {}
        self._handles: list[Any] = []
        for path, module in network.named_modules():
            self._handles.append(module.register_forward_pre_hook(self._enters(path)))
            self._handles.append(module.register_forward_hook(self._leaves, always_call=True))

    def remove(self) -> None:
        while self._handles:
            self._handles.pop().remove()

    def _enters(self, path: str) -> Callable[..., None]:
        return lambda *_: self._running.append(path)

    def _leaves(self, *_: Any) -> None:
        self._running.pop()

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "").rstrip("_")
        argument = args[0] if args else kwargs.get("input")
        given = argument.detach().clone() if name in _NAMES and isinstance(argument, Tensor) else None
        result = func(*args, **kwargs)
        if name in ("clamp", "clamp_min", "maximum", "max") and isinstance(result, Tensor) and _is_relu(args, kwargs):
            given, name = args[0], "relu"
        if given is not None and isinstance(result, Tensor) and result.dim() and given.is_floating_point():
            self._note(name, given, result)
        return result

    def _note(self, name: str, given: Tensor, result: Tensor) -> None:
        path = self._running[-1]
        call = self._calls[name, path] = self._calls.get((name, path), -1) + 1
        rows = max(1, len(result))
        off = (
            (result == 0).reshape(rows, -1)
            if name in _OFF
            else torch.zeros(rows, max(1, result[0].numel()), dtype=torch.bool)
        )
        bound = _FLAT.get(name, float("inf"))
        beyond = (given.abs() > bound).reshape(len(given), -1) if given.dim() else off
        finite = given[given.isfinite()]
        self.found.append(
            Activity(
                function=name,
                path=path,
                call=call,
                units=off.shape[1],
                dead=float(off.all(0).double().mean()),
                off=float(off.double().mean()),
                saturated=float(beyond.double().mean()),
                stuck=float(beyond.all(0).double().mean()),
                largest=float(finite.abs().max()) if len(finite) else float("nan"),
            )
        )


def _is_relu(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a cut at 0 from below is meant: ``clamp(min=0)``."""
    least = kwargs.get("min", args[1] if len(args) > 1 else None)
    most = kwargs.get("max", args[2] if len(args) > 2 else None)
    if isinstance(least, Tensor):
        return least.numel() == 1 and float(least) == 0 and most is None
    return least is not None and least == 0 and most is None
