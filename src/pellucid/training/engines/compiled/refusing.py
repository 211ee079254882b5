"""What the compiled engine does not do, in words."""

import importlib.util
import sys
from collections.abc import Iterator

import torch

from pellucid.networks.activate import Activate
from pellucid.networks.activity import Activity
from pellucid.networks.dropout import Dropout
from pellucid.networks.input_noise import InputNoise
from pellucid.networks.linear import Linear
from pellucid.training.engines.compiled.codes import LOSSES, OPTIMIZERS, activation_code
from pellucid.training.stack import Stack

__all__ = ["available", "reasons"]


def available() -> bool:
    """Whether the compiler is installed."""
    return importlib.util.find_spec("llvmlite") is not None


def reasons(stack: Stack) -> Iterator[str]:
    """Everything for which a stack is refused."""
    if not available():
        yield "llvmlite is not installed (pip install 'pellucid[fast]')"
    if sys.byteorder != "little":
        yield "this machine's numbers begin with their upper bytes"
    if stack.dtype != torch.float32:
        yield "it computes in float64"
    if stack.device.type != "cpu":
        yield "it does not train on the CPU"
    if stack.data.units is not None or stack.rows_a_unit != 1:
        yield "its units are of several rows"
    yield from _of_layers(stack)
    yield from _of_losses(stack)
    yield from _of_updates(stack)


def _of_layers(stack: Stack) -> Iterator[str]:
    if stack.network.features is not None:
        yield "it embeds columns"
    if stack.network.precision != "float32":
        yield f"its matrix products are in {stack.network.precision}"
    if stack.noise.input_noise is not None:
        yield "it puts noise on its inputs"
    if stack.noise.activity is not None:
        yield "it penalises hidden values"
    for layer in stack.network.layers:
        if isinstance(layer, Activate):
            if layer.slope is not None:
                yield "its activations have learned slopes"
            for part in layer.slices:
                if activation_code(part.entry.name, part.chosen[0].numbers) is None:
                    yield f"the activation {part.entry.name} is not compiled"
        elif not isinstance(layer, Linear | Dropout | InputNoise | Activity) and layer is not stack.network.features:
            yield f"the layer {type(layer).__name__} is not compiled"


def _of_losses(stack: Stack) -> Iterator[str]:
    for name in sorted({objective.loss.name for objective in stack.objective.objectives} - set(LOSSES)):
        yield f"the loss {name} is not compiled"


def _of_updates(stack: Stack) -> Iterator[str]:
    for name in sorted({chosen.name for chosen in stack.optimizer.chosen} - set(OPTIMIZERS)):
        yield f"the optimizer {name} is not compiled"
    if any(chosen.structural.get("amsgrad", False) for chosen in stack.optimizer.chosen):
        yield "amsgrad is not compiled"
    if any(member.recipe.gradient_noise for member in stack.members):
        yield "it puts noise on its gradients"
    for penalty in {penalty for member in stack.members for penalty in member.penalties}:
        if penalty.limit < float("inf"):
            yield f"the penalty {penalty.name} is not compiled"
