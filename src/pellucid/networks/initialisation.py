"""Initial parameters, drawn for one network alone and then copied into its place in a stack."""

import numpy as np
import torch

from pellucid.errors import UsageError
from pellucid.networks.features import Features
from pellucid.networks.initializers import INITIALIZERS, ChosenInitializer
from pellucid.networks.layout import Group, ParameterSpec, Tensors
from pellucid.networks.linear import Linear
from pellucid.networks.network import Network
from pellucid.shapes import Array, Codes, Floats

__all__ = ["initial_parameters"]

# Rows whose random mixture gives a bias ("he+5"; pytabkit's name for it).
_BIAS_ROWS = 5


def initial_parameters(
    network: Network,
    generator: np.random.Generator,
    *,
    member: int = 0,
    method: str = "pytorch",
    frequency_scale: float = 0.1,
    sample: Floats | None = None,
    codes: Codes | None = None,
) -> dict[str, Array]:
    """One network's initial parameters by name, true shapes, float64.

    Args:
        network: The stack that it belongs to.
        generator: Source of every draw; consumed in the order of the layers.
        member: Which one it is there.
        method: Choice of an initializer, for the weights and biases of linear layers and the weights of an adaptive
            softmax; ``data``: see :func:`_from_data`.
        frequency_scale: Standard deviation of the number embedding's frequencies.
        sample: Encoded training rows ``[n, i]`` (i padded), n a multiple of 16; for ``data`` alone.
        codes: Their category codes ``[n, e]``.

    Raises:
        UnknownNameError: If there is no such initializer; offers the nearest.
        UsageError: If one of its numbers is out of range, or it needs rows to look at and there are none.
    """
    chosen = INITIALIZERS(method)
    starts = network.starts(member)
    arrays: dict[str, Array] = {}
    for spec in network.parameters:
        given = starts.get(spec.name)
        arrays[spec.name] = _draw(spec, chosen, generator, frequency_scale) if given is None else given
    if chosen.entry.looks_at_data:
        if sample is None:
            raise UsageError(f"{chosen.name} needs training rows to look at; pass sample.")
        _from_data(network.take([member]), arrays, generator, sample, codes)
    return arrays


def _draw(
    spec: ParameterSpec, chosen: ChosenInitializer, generator: np.random.Generator, frequency_scale: float
) -> Array:
    shape, kind = spec.file_shape, spec.kind
    if kind == "weight":
        inputs, outputs = shape
        return chosen.weight(inputs, outputs, generator)
    if kind == "bias":
        return chosen.bias(spec.fan_in, shape[0], generator)
    if kind == "category":
        return generator.standard_normal(shape)
    if kind == "frequency":
        if spec.name.endswith("phase"):
            return generator.uniform(-np.pi, np.pi, shape)
        return generator.standard_normal(shape) * frequency_scale
    # The small linear map of a number's embedding: what torch.nn.Linear does.
    bound = spec.fan_in**-0.5
    return generator.uniform(-bound, bound, shape)


def _from_data(
    network: Network, arrays: dict[str, Array], generator: np.random.Generator, sample: Floats, codes: Codes | None
) -> None:
    """RealMLP's data-driven initialisation (arXiv 2407.04491, appendix A; "std" weights and "he+5" biases).

    Layer by layer: weights N(0, 1), rescaled so that every unit's pre-activation has unit spread over the sample;
    each bias is minus a random convex mixture of five rows' pre-activations, so that a rectifier's kink lies among the
    data.
    """
    names = tuple(spec.name for spec in network.parameters)
    alone = Tensors(network.parameters, [Group(names, 1.0, True)], 1, dtype=torch.float64)
    alone.load(0, arrays)
    x = torch.as_tensor(sample, dtype=torch.float64).unsqueeze(0)
    left = sum(isinstance(layer, Linear) for layer in network.layers)
    for layer in network.layers:
        if isinstance(layer, Features):
            layer.see(None if codes is None else torch.as_tensor(codes).unsqueeze(0))
        if isinstance(layer, Linear):
            weight = generator.standard_normal((layer.inputs, layer.outputs))
            # By torch, whose threads are counted: NumPy's would make the cores that train wait for each other.
            z = (x[0, :, : layer.inputs] @ torch.from_numpy(weight)).numpy()
            spread = z.std(axis=0)
            # A unit that is the same for all rows (one row, say) has no spread to go by and keeps its weights.
            spread[spread <= 1e-8 * np.abs(z).max(axis=0)] = 1.0
            rows = generator.integers(0, len(z), (_BIAS_ROWS, layer.outputs))
            mixture = generator.standard_exponential((_BIAS_ROWS, layer.outputs))
            mixture /= mixture.sum(axis=0)
            arrays[layer.weight] = weight / spread
            arrays[layer.bias] = -(mixture * np.take_along_axis(z / spread, rows, axis=0)).sum(axis=0)
            alone.load(0, arrays)
            left -= 1
            if not left:
                return
        x, _ = layer.forward(alone.views, x, None)
