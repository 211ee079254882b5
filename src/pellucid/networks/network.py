"""A stack of feed-forward networks: a list of layers, run forward and backward by hand."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from torch import Tensor

from pellucid.networks.activate import Activate, ParametricActivate
from pellucid.networks.dropout import Dropout
from pellucid.networks.features import Features
from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import Group, ParameterSpec
from pellucid.networks.linear import Linear
from pellucid.networks.scale import Scale
from pellucid.records import (
    ActivationLayer,
    DropoutLayer,
    FeatureLayer,
    LayerSpec,
    LinearLayer,
    NetworkSpec,
    ScaleLayer,
)

__all__ = ["Network", "Numbers", "describe_network", "group_parameters"]


class Numbers(Protocol):
    """The part of a recipe that shapes a network."""

    @property
    def hidden(self) -> tuple[int, ...]: ...  # noqa: D102
    @property
    def activation(self) -> str: ...  # noqa: D102
    @property
    def parametric_activation(self) -> bool: ...  # noqa: D102
    @property
    def number_frequencies(self) -> int: ...  # noqa: D102
    @property
    def number_embedding_size(self) -> int: ...  # noqa: D102
    @property
    def category_embedding_size(self) -> int: ...  # noqa: D102
    @property
    def input_scale(self) -> bool: ...  # noqa: D102


def describe_network(
    recipe: Numbers, *, numeric: int, passed: int = 0, categories: Sequence[int] = (), outputs: int
) -> NetworkSpec:
    """The network that a recipe asks for, on an input of these columns.

    Args:
        recipe: Widths, activation and embeddings.
        numeric: Leading columns that are numbers.
        passed: Further columns that pass through.
        categories: Table sizes of the embedded columns, code 0 included.
        outputs: Width of the output.
    """
    features = FeatureLayer(
        numeric=numeric,
        passed=passed,
        frequencies=recipe.number_frequencies if numeric else 0,
        embedding_size=recipe.number_embedding_size if recipe.number_frequencies and numeric else 1,
        categories=tuple(categories),
        category_size=recipe.category_embedding_size if categories else 0,
    )
    layers: list[LayerSpec] = [features]
    width = features.outputs
    if recipe.input_scale:
        layers.append(ScaleLayer(width=width))
    for hidden in recipe.hidden:
        layers.append(LinearLayer(inputs=width, outputs=hidden))
        layers.append(ActivationLayer(name=recipe.activation, width=hidden, parametric=recipe.parametric_activation))
        layers.append(DropoutLayer(width=hidden))
        width = hidden
    layers.append(LinearLayer(inputs=width, outputs=outputs))
    return NetworkSpec(layers=tuple(layers))


class Network:
    """The layers of a stack, ready to run.

    Attributes:
        spec: The network as plain data.
        layers: Layers that compute something, in forward order. A feature layer that would only copy is left out.
        parameters: Every parameter, in forward order.
    """

    def __init__(self, spec: NetworkSpec) -> None:
        self.spec = spec
        self.features: Features | None = None
        self.layers: list[AbstractLayer] = []
        for number, layer in enumerate(spec.layers):
            made = self._make(str(number), number, layer)
            if made is not None:
                self.layers.append(made)
        self.parameters: tuple[ParameterSpec, ...] = tuple(p for layer in self.layers for p in layer.parameters)
        self._first_with_parameters = next(i for i, layer in enumerate(self.layers) if layer.parameters)

    def _make(self, name: str, stream: int, spec: LayerSpec) -> AbstractLayer | None:
        match spec:
            case FeatureLayer():
                if not (spec.frequencies and spec.numeric) and not spec.categories:
                    return None
                self.features = Features(name, spec)
                return self.features
            case ScaleLayer(width=width):
                return Scale(name, width)
            case LinearLayer(inputs=i, outputs=o):
                return Linear(name, i, o)
            case ActivationLayer(name=activation, width=width, parametric=True):
                return ParametricActivate(name, activation, width)
            case ActivationLayer(name=activation, width=width):
                return Activate(activation, width)
            case DropoutLayer(width=width):
                return Dropout(stream, width)
            case _:
                raise TypeError(f"no layer is made of {spec}")

    def forward(
        self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None = None, codes: Tensor | None = None
    ) -> tuple[Tensor, list[Any]]:
        """Outputs ``[m, b, o]`` (padded width) and one tape per layer.

        Args:
            parameters: Name → ``[m, …]``.
            x: Encoded columns ``[m, b, i]``, i padded to a multiple of 16 with zeros.
            noise: Random masks; None when predicting.
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
        """Overwrite ``gradients`` (same shapes as the parameters), given the gradient of the outputs ``[m, b, o]``."""
        dy: Tensor | None = output_gradient
        for number in range(len(self.layers) - 1, -1, -1):
            assert dy is not None
            dy = self.layers[number].backward(
                parameters, tapes[number], dy, gradients, need_input=number > self._first_with_parameters
            )
            if number == self._first_with_parameters:
                return


def group_parameters(
    parameters: Sequence[ParameterSpec],
    *,
    lr_factors: Mapping[str, float],
    width_scaled: bool,
    decay_all: bool,
) -> list[Group]:
    """Group parameters that share learning-rate factor and decay.

    Args:
        parameters: All of a network's parameters.
        lr_factors: Parameter kind → factor on its learning rate.
        width_scaled: Divide a weight's learning rate by √fan-in.
        decay_all: Decay every parameter, not weights alone.
    """
    found: dict[tuple[float, bool], list[str]] = {}
    for spec in parameters:
        factor = lr_factors.get(spec.kind, 1.0)
        if width_scaled and spec.kind == "weight":
            factor /= spec.fan_in**0.5
        found.setdefault((factor, decay_all or spec.kind == "weight"), []).append(spec.name)
    return [Group(tuple(names), factor, decays) for (factor, decays), names in found.items()]
