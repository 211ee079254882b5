"""A stack of feed-forward networks: a list of layers, run forward and backward by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from torch import Tensor

from pellucid.networks.activate import Activate
from pellucid.networks.activity import Activity
from pellucid.networks.adaptive import Adaptive
from pellucid.networks.batch_norm import BatchNorm
from pellucid.networks.dropout import Dropout
from pellucid.networks.features import Features
from pellucid.networks.input_noise import InputNoise
from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layer_norm import LayerNorm
from pellucid.networks.layout import ParameterSpec, padded
from pellucid.networks.linear import Linear, Precision
from pellucid.networks.scale import Scale
from pellucid.networks.thresholds import Thresholds
from pellucid.records import (
    ActivationLayer,
    ActivityLayer,
    AdaptiveLayer,
    DropoutLayer,
    FeatureLayer,
    LayerSpec,
    LinearLayer,
    NetworkSpec,
    NormLayer,
    ScaleLayer,
    ThresholdLayer,
)

__all__ = ["Network"]


class Network:
    """The layers of a stack, ready to run.

    Attributes:
        members: How many networks.
        outputs: True width of the output.
        layers: Layers that compute something, in forward order. A feature layer that would only copy is left out.
        parameters: Every parameter, in forward order; the same for all members.
        precision: Of the matrix products.
    """

    def __init__(self, specs: Sequence[NetworkSpec], *, precision: Precision = "float32") -> None:
        """Build the layers.

        Args:
            specs: One per member. They agree in everything but the names and numbers of activations; members with
                equal activations cost least if they stand beside each other.
            precision: Of the matrix products of linear layers; everything else is computed in the parameters' type.

        Raises:
            ValueError: If there is none, or they disagree in anything else.
        """
        if not specs:
            raise ValueError("a stack has at least one member")
        self._specs, self.precision = tuple(specs), precision
        first = self._specs[0]
        # Members of one recipe share one description.
        others = list({id(spec): spec for spec in self._specs}.values())[1:]
        if others and any(_shape(spec) != _shape(first) for spec in others):
            raise ValueError("members of a stack may differ in the names and numbers of their activations alone")
        self.members, self.outputs = len(self._specs), first.outputs
        self.features: Features | None = None
        self.layers: list[AbstractLayer] = []
        for number in range(len(first.layers)):
            self.layers += self._make(number, [spec.layers[number] for spec in self._specs])
        self.parameters: tuple[ParameterSpec, ...] = tuple(p for layer in self.layers for p in layer.parameters)
        self._first_with_parameters = next(i for i, layer in enumerate(self.layers) if layer.parameters)

    def _make(self, number: int, specs: Sequence[LayerSpec]) -> list[AbstractLayer]:
        name = str(number)
        match specs[0]:
            case FeatureLayer() as spec:
                noise = [InputNoise(number, spec.numeric)] if spec.numeric else []
                if not (spec.frequencies and spec.numeric) and not spec.categories:
                    return [*noise]
                self.features = Features(name, spec)
                return [*noise, self.features]
            case ScaleLayer(width=width):
                return [Scale(name, width)]
            case LinearLayer(inputs=i, outputs=o):
                return [Linear(name, i, o, self.precision)]
            case ActivationLayer():
                return [Activate(name, number, [spec for spec in specs if isinstance(spec, ActivationLayer)])]
            case NormLayer(kind="batch_norm", width=width, eps=eps):
                return [BatchNorm(name, width, eps)]
            case NormLayer(width=width, eps=eps):
                return [LayerNorm(name, width, eps)]
            case ActivityLayer():
                return [Activity()]
            case DropoutLayer(width=width):
                return [Dropout(number, width)]
            case ThresholdLayer(count=count):
                return [Thresholds(name, count)]
            case AdaptiveLayer() as spec:
                return [Adaptive(name, spec)]

    @property
    def slope_width(self) -> int:
        """Columns of the outputs' gradient that ``backward`` can do with: 1 where a linear layer of one output ends."""
        last = self.layers[-1]
        return 1 if isinstance(last, Linear) and last.outputs == 1 else padded(self.outputs)

    def spec(self, member: int) -> NetworkSpec:
        """One member as plain data."""
        return self._specs[member]

    def take(self, members: Sequence[int]) -> "Network":
        """The same layers for only these members."""
        return Network([self._specs[member] for member in members], precision=self.precision)

    @classmethod
    def join(cls, parts: Sequence["Network"]) -> "Network":
        """The members of several stacks of the same layers, one behind the other."""
        return cls([spec for part in parts for spec in part._specs], precision=parts[0].precision)

    def starts(self, member: int) -> dict[str, Any]:
        """First values of the parameters that do not start by chance, for one member: name → ``file_shape``."""
        return {name: array for layer in self.layers for name, array in layer.starts(member).items()}

    def forward(
        self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None = None, codes: Tensor | None = None
    ) -> tuple[Tensor, list[Any]]:
        """Outputs ``[m, b, o]`` (padded width) and one tape per layer.

        Args:
            parameters: Name → ``[m, …]``. A training pass moves the statistics among them.
            x: Encoded columns ``[m, b, i]``, i padded to a multiple of 16 with zeros.
            noise: What a training step brings along; None when predicting.
            codes: Category codes ``[m, b, e]``, for networks with embedded categories.
        """
        if self.features is not None:
            self.features.see(codes)
        tapes: list[Any] = []
        for layer in self.layers:
            x, tape = layer.forward(parameters, x, noise)
            tapes.append(tape)
        return x, tapes

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tapes: Sequence[Any],
        output_gradient: Tensor,
        gradients: Mapping[str, Tensor],
    ) -> None:
        """Overwrite ``gradients``, given the gradient of the outputs ``[m, b, o]``, o padded or ``slope_width``.

        Same shapes as the parameters; those of statistics are left alone, and so may be padding, which is 0.
        """
        dy: Tensor | None = output_gradient
        for number in range(len(self.layers) - 1, -1, -1):
            assert dy is not None
            dy = self.layers[number].backward(
                parameters, tapes[number], dy, gradients, need_input=number > self._first_with_parameters
            )
            if number == self._first_with_parameters:
                return

    def activity(self, tapes: Sequence[Any]) -> Tensor | None:
        """What penalties on hidden values add to the loss of a training pass ``[m]``; None where there are none."""
        total: Tensor | None = None
        for layer, tape in zip(self.layers, tapes, strict=True):
            if isinstance(layer, Activity) and (penalty := layer.penalty(tape)) is not None:
                total = penalty if total is None else total + penalty
        return total


def _shape(spec: NetworkSpec) -> tuple[LayerSpec, ...]:
    """What members of a stack agree in: the layers without the names and numbers of activations."""
    return tuple(
        msgspec.structs.replace(layer, name="", numbers={}, result=layer.outputs)
        if isinstance(layer, ActivationLayer)
        else layer
        for layer in spec.layers
    )
