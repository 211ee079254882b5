"""What the compiled engine does not do, in words."""

import importlib.util
import sys
from collections.abc import Iterator, Sequence

import torch

from pellucid.networks.activate import Activate
from pellucid.networks.activity import Activity
from pellucid.networks.dropout import Dropout
from pellucid.networks.input_noise import InputNoise
from pellucid.networks.linear import Linear
from pellucid.networks.network import Network
from pellucid.training.data import TrainingData
from pellucid.training.engines.compiled.codes import LOSSES, OPTIMIZERS, activation_code
from pellucid.training.settling import Settled

__all__ = ["available", "reasons"]


def available() -> bool:
    """Whether the compiler is installed."""
    return importlib.util.find_spec("llvmlite") is not None


def reasons(
    members: Sequence[Settled], network: Network, data: TrainingData, *, dtype: torch.dtype, device: torch.device | str
) -> Iterator[str]:
    """Everything for which members are refused; what is true of one alone is true of it in any company.

    Args:
        members: Of one shape.
        network: Their layers.
        data: What they learn from.
        dtype: Of parameters.
        device: Where they are.
    """
    if not available():
        yield "llvmlite is not installed (pip install 'pellucid[fast]')"
    if sys.byteorder != "little":
        yield "this machine's numbers begin with their upper bytes"
    if dtype != torch.float32:
        yield "it computes in float64"
    if torch.device(device).type != "cpu":
        yield "it does not train on the CPU"
    if data.units is not None or members[0].objective.target.rows != 1:
        yield "its units are of several rows"
    yield from _of_layers(network)
    for member in members:
        yield from _of_member(member)


def _of_layers(network: Network) -> Iterator[str]:
    if network.features is not None:
        yield "it embeds columns"
    if network.precision != "float32":
        yield f"its matrix products are in {network.precision}"
    for layer in network.layers:
        if isinstance(layer, Activate):
            if layer.slope is not None:
                yield "its activations have learned slopes"
            for part in layer.slices:
                if activation_code(part.entry.name, part.chosen[0].numbers) is None:
                    yield f"the activation {part.entry.name} is not compiled"
        elif not isinstance(layer, Linear | Dropout | InputNoise | Activity) and layer is not network.features:
            yield f"the layer {type(layer).__name__} is not compiled"


def _of_member(member: Settled) -> Iterator[str]:
    recipe = member.recipe
    if recipe.input_noise:
        yield "it puts noise on its inputs"
    if member.activity:
        yield "it penalises hidden values"
    if member.objective.loss.name not in LOSSES:
        yield f"the loss {member.objective.loss.name} is not compiled"
    if member.optimizer.name not in OPTIMIZERS:
        yield f"the optimizer {member.optimizer.name} is not compiled"
    if member.optimizer.structural.get("amsgrad", False):
        yield "amsgrad is not compiled"
    if recipe.gradient_noise:
        yield "it puts noise on its gradients"
    for penalty in member.penalties:
        if penalty.limit < float("inf"):
            yield f"the penalty {penalty.name} is not compiled"
