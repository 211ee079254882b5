"""PyTorch's modules as plain layers with their parameters."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from torch import Tensor, nn

from pellucid.activations import ACTIVATIONS
from pellucid.errors import PellucidError, UsageError
from pellucid.records import ActivationLayer, LayerSpec, LinearLayer, NormLayer
from pellucid.shapes import Array

__all__ = ["Converted", "convert", "leaves"]

# What numbers of activations are called in PyTorch where that is another name.
_THEIRS = {
    "leaky_relu": {"slope": "negative_slope"},
    "rrelu": {"low": "lower", "high": "upper"},
    "hard_tanh": {"low": "min_val", "high": "max_val"},
    "softshrink": {"threshold": "lambd"},
    "hardshrink": {"threshold": "lambd"},
}
_SILENT = (nn.Identity, nn.Flatten, nn.Dropout, nn.AlphaDropout)


class Converted(NamedTuple):
    """One layer.

    Attributes:
        spec: The layer.
        arrays: Its parameters by their short names.
        absent: Short names of parameters that the module does not have; they are among ``arrays`` as zeros.
    """

    spec: LayerSpec
    arrays: dict[str, Array]
    absent: tuple[str, ...] = ()


def leaves(module: nn.Module, path: str = "") -> Iterator[tuple[str, nn.Module]]:
    """The modules without further modules in them, in order, by their paths."""
    children = list(module.named_children())
    if not children:
        yield path or type(module).__name__, module
    for name, child in children:
        yield from leaves(child, f"{path}.{name}" if path else name)


def convert(path: str, module: nn.Module, width: int) -> Converted | None:
    """A module as a layer; None for one that changes nothing when predicting.

    Args:
        path: Where it stands in the model.
        module: The module.
        width: Values that come in.

    Raises:
        UsageError: If it is none of the plain layers; names it.
    """
    if isinstance(module, _SILENT):
        return None
    match module:
        case nn.Linear(in_features=i, out_features=o):
            if i != width:
                raise UsageError(f"{path} takes {i} values, and {width} come in.")
            bias = np.zeros(o) if module.bias is None else _array(module.bias)
            missing = () if module.bias is not None else ("bias",)
            return Converted(
                LinearLayer(inputs=i, outputs=o), {"weight": _array(module.weight).T, "bias": bias}, missing
            )
        case nn.BatchNorm1d():
            if module.running_mean is None or module.running_var is None:
                raise UsageError(
                    f"{path} is a BatchNorm1d without running statistics, which cannot be told row by row."
                )
            gain, shift, absent = _affine(module, width)
            arrays = {"scale": gain, "shift": shift, "mean": _array(module.running_mean)}
            arrays["variance"] = _array(module.running_var)
            return Converted(NormLayer(kind="batch_norm", width=width, eps=module.eps), arrays, absent)
        case nn.LayerNorm(normalized_shape=shape):
            if tuple(shape) != (width,):
                raise UsageError(f"{path} normalises the shape {tuple(shape)}, and rows of {width} values come in.")
            gain, shift, absent = _affine(module, width)
            spec = NormLayer(kind="layer_norm", width=width, eps=module.eps)
            return Converted(spec, {"scale": gain, "shift": shift}, absent)
        case _:
            return _activation(path, module, width)


def _affine(module: nn.Module, width: int) -> tuple[Array, Array, tuple[str, ...]]:
    gain, shift = getattr(module, "weight", None), getattr(module, "bias", None)
    absent = tuple(name for name, own in (("scale", gain), ("shift", shift)) if own is None)
    return (
        np.ones(width) if gain is None else _array(gain),
        np.zeros(width) if shift is None else _array(shift),
        absent,
    )


def _activation(path: str, module: nn.Module, width: int) -> Converted:
    name = type(module).__name__
    known = next((entry for entry in ACTIVATIONS if entry.twin == f"torch.nn.{name}"), None)
    if known is None or known.name == "adaptive_log_softmax":
        raise UsageError(
            f"explain tells Linear, BatchNorm1d, LayerNorm, Dropout and activations, found {path}: {name}. "
            "Leave the layer out, or explain the part of the network that is made of these."
        )
    theirs = _THEIRS.get(known.name, {})
    given = {
        each.name: getattr(module, theirs.get(each.name, each.name))
        for each in known.parameters
        if hasattr(module, theirs.get(each.name, each.name))
    }
    try:
        chosen = ACTIVATIONS(known.name, **given)
    except PellucidError as error:
        raise UsageError(f"{path}: {error}") from None
    if known.rowwise and getattr(module, "dim", -1) not in (-1, 1):
        raise UsageError(f"{path} works along dimension {module.dim}, not along the values of a row. Use dim=1.")
    arrays: dict[str, Array] = {}
    if known.learned:
        (learned,) = known.learned
        weight = module.weight
        assert isinstance(weight, Tensor)
        own = _array(weight)
        if len(own) == 1 and width > 1:
            raise UsageError(
                f"{path} shares one slope among {width} units, and here every unit has its own. Use "
                f"{name}(num_parameters={width})."
            )
        arrays[learned.name] = own
    given_width = known.gives(width, chosen.numbers) if known.gives else width
    spec = ActivationLayer(
        name=known.name,
        width=width,
        result=given_width if given_width != width else 0,
        numbers=dict(chosen.numbers),
        learned=tuple(each.name for each in known.learned),
    )
    return Converted(spec, arrays)


def _array(values: Tensor) -> Array:
    found: Array = values.detach().double().cpu().numpy().copy()
    return found
