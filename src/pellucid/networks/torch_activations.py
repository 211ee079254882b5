"""Activations as plain PyTorch modules: PyTorch's own where it has one, small ones of ours elsewhere."""

from collections.abc import Mapping

from torch import Tensor, nn

from pellucid.activations import ACTIVATIONS, ChosenActivation
from pellucid.records import ActivationLayer

__all__ = ["activation_module"]

# What PyTorch calls parameters that have another name here.
_THEIRS: Mapping[str, Mapping[str, str]] = {
    "leaky_relu": {"slope": "negative_slope"},
    "rrelu": {"low": "lower", "high": "upper"},
    "hard_tanh": {"low": "min_val", "high": "max_val"},
    "softshrink": {"threshold": "lambd"},
    "hardshrink": {"threshold": "lambd"},
}
# PyTorch's module is a layer with weights and a loss besides.
_NO_MODULE = ("adaptive_log_softmax",)


class _Own(nn.Module):
    """An activation that PyTorch does not have, with its learned numbers as parameters."""

    def __init__(self, chosen: ChosenActivation, learned: Mapping[str, Tensor]) -> None:
        super().__init__()
        self._chosen = chosen
        self.learned = nn.ParameterDict(dict(learned))

    def forward(self, x: Tensor) -> Tensor:
        return self._chosen.entry.value(x, {**self._chosen.own_numbers, **self.learned})

    def extra_repr(self) -> str:
        return str(self._chosen)


class _Mixed(nn.Module):
    """x + slope·(f(x) − x)."""

    def __init__(self, activation: nn.Module, slope: Tensor) -> None:
        super().__init__()
        self.activation, self.slope = activation, nn.Parameter(slope)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.slope * (self.activation(x) - x)  # type: ignore[no-any-return]


def activation_module(layer: ActivationLayer, learned: Mapping[str, Tensor]) -> nn.Module:
    """A module that computes the same.

    Args:
        layer: Name and numbers.
        learned: Learned numbers ``[width]`` by name, ``slope`` for the parametric form.
    """
    chosen = ACTIVATIONS(layer.name, **layer.numbers)
    own = {name: learned[name] for name in layer.learned}
    module = _twin(chosen, own) or _Own(chosen, own)
    return _Mixed(module, learned["slope"]) if layer.parametric else module


def _twin(chosen: ChosenActivation, learned: Mapping[str, Tensor]) -> nn.Module | None:
    """PyTorch's module, None if it has none."""
    place, _, name = chosen.entry.twin.rpartition(".")
    if place != "torch.nn" or chosen.name in _NO_MODULE:
        return None
    if chosen.entry.learned:
        (weight,) = learned.values()
        prelu = nn.PReLU(len(weight))
        prelu.weight = nn.Parameter(weight)
        return prelu
    theirs = _THEIRS.get(chosen.name, {})
    numbers = {theirs.get(key, key): value for key, value in chosen.numbers.items()}
    if chosen.entry.rowwise:
        numbers["dim"] = -1
    module: nn.Module = getattr(nn, name)(**numbers)
    return module
