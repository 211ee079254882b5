"""The network as plain data: a list of layers that a trainer, a file and a NumPy predictor can all read.

Widths here are the true ones; whatever padding a trainer uses for speed stays inside the trainer.
"""

import math
from typing import Literal, TypeAlias

import msgspec

from pellucid.catalogue import Value

__all__ = [
    "ActivationLayer",
    "ActivityLayer",
    "AdaptiveLayer",
    "DropoutLayer",
    "FeatureLayer",
    "LayerSpec",
    "LinearLayer",
    "NetworkSpec",
    "NormLayer",
    "ScaleLayer",
    "ThresholdLayer",
    "parameter_shapes",
]


class FeatureLayer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag="features"
):
    """Turns encoded columns into the first dense vector.

    Output, in this order: the number embeddings (column after column, ``embedding_size`` values each: the number
    itself first), or the ``numeric`` numbers as they are when ``frequencies`` is 0; then the ``passed`` columns; then
    one vector of ``category_size`` values for each entry of ``categories``.

    Periodic number embedding "PBLD" (Holzmüller et al. 2024, arXiv 2407.04491, §3), for each numeric column x:
    ``[x ; cos(2π·x·frequency + phase) · mixing + offset]``.

    Attributes:
        numeric: How many leading columns of X are numbers.
        passed: How many further columns of X pass through as they are (indicators, one-hot columns).
        frequencies: Cosines per number, 0 for no number embedding.
        embedding_size: Values per number, the number itself included; ≥ 2 when ``frequencies`` > 0.
        categories: For each embedded column the number of rows of its table, code 0 (missing or unseen) included.
        category_size: Values per embedded category.
    """

    numeric: int
    passed: int = 0
    frequencies: int = 0
    embedding_size: int = 1
    categories: tuple[int, ...] = ()
    category_size: int = 0

    @property
    def outputs(self) -> int:
        """Width of the dense vector."""
        per_number = self.embedding_size if self.frequencies else 1
        return self.numeric * per_number + self.passed + len(self.categories) * self.category_size


class ScaleLayer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag="scale"):
    """Multiplies every value by its own learned factor."""

    width: int


class LinearLayer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag="linear"
):
    """``x · weight + bias`` with weight ``[m, i, o]`` and bias ``[m, o]``."""

    inputs: int
    outputs: int


class ActivationLayer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag="activation"
):
    """An activation.

    Attributes:
        name: Registered name.
        width: Values that it takes.
        result: Values that it gives; 0: as many as it takes.
        numbers: Every number of the activation, by parameter; words and flags among them.
        learned: Names of the learned numbers per unit ``[width]``, such as PReLU's slope.
        parametric: Mix it with the identity by a learned slope per unit: x + slope·(f(x) − x).
    """

    name: str
    width: int
    result: int = 0
    numbers: dict[str, Value] = {}
    learned: tuple[str, ...] = ()
    parametric: bool = False

    @property
    def outputs(self) -> int:
        """Values that it gives."""
        return self.result or self.width


class DropoutLayer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag="dropout"
):
    """Drops values while training, each member at its own rate; does nothing when predicting."""

    width: int


class ActivityLayer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag="activity"
):
    """Where a penalty on hidden values looks while training; gives what it takes."""

    width: int


class NormLayer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag="norm"):
    """``(x − mean)/√(variance + eps) · scale + shift``.

    Attributes:
        kind: ``batch_norm``: mean and variance of each unit over the rows of a batch, and their running means when
            predicting (Ioffe & Szegedy 2015, arXiv 1502.03167); ``layer_norm``: over the units of a row (Ba et al.
            2016, arXiv 1607.06450).
        width: Values.
        eps: Added to the variance; > 0.
    """

    kind: Literal["batch_norm", "layer_norm"]
    width: int
    eps: float = 1e-5


class ThresholdLayer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag="thresholds"
):
    """One score and a learned threshold for each of ``count`` outputs: x + bias (CORAL's shared weight)."""

    count: int


class AdaptiveLayer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag="adaptive"
):
    """The scores of an adaptive softmax, behind one another: the head's, then every cluster's.

    The head scores the ``head`` most frequent classes and one output per cluster; a cluster's scores come through a
    projection to fewer values (Grave et al. 2017, arXiv 1609.04309). No biases.

    Attributes:
        inputs: Values that it takes.
        head: Classes in the head.
        clusters: Classes of each cluster.
        projections: Width of each cluster's projection.
    """

    inputs: int
    head: int
    clusters: tuple[int, ...]
    projections: tuple[int, ...]

    @property
    def outputs(self) -> int:
        """Values that it gives."""
        return self.head + len(self.clusters) + sum(self.clusters)


LayerSpec: TypeAlias = (
    FeatureLayer
    | ScaleLayer
    | LinearLayer
    | ActivationLayer
    | ActivityLayer
    | DropoutLayer
    | NormLayer
    | ThresholdLayer
    | AdaptiveLayer
)


class NetworkSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A feed-forward network: its layers in forward order."""

    layers: tuple[LayerSpec, ...]

    @property
    def outputs(self) -> int:
        """Width of the network's output."""
        match self.layers[-1]:
            case ScaleLayer() | DropoutLayer() | ActivityLayer() | NormLayer() as last:
                return last.width
            case ThresholdLayer(count=count):
                return count
            case FeatureLayer() | LinearLayer() | ActivationLayer() | AdaptiveLayer() as last:
                return last.outputs

    @property
    def parameter_count(self) -> int:
        """Numbers that are learned; running means and variances are not."""
        statistics = {
            f"{number}.{name}"
            for number, layer in enumerate(self.layers)
            if isinstance(layer, NormLayer)
            for name in ("mean", "variance")
        }
        return sum(math.prod(shape) for name, shape in parameter_shapes(self).items() if name not in statistics)

    def __str__(self) -> str:
        """Widths joined by dashes, such as ``14-64-64-1``."""
        linear = [layer for layer in self.layers if isinstance(layer, LinearLayer | AdaptiveLayer)]
        return "-".join(str(width) for width in [linear[0].inputs, *(layer.outputs for layer in linear)])


def parameter_shapes(network: NetworkSpec) -> dict[str, tuple[int, ...]]:
    """Name and true shape (without the member axis) of every parameter, in the order of the layers.

    Names are ``<layer number>.<parameter>``: ``0.frequency [numeric, frequencies]``, ``0.phase`` (same shape),
    ``0.mixing [numeric, frequencies, embedding_size − 1]``, ``0.offset [numeric, embedding_size − 1]``,
    ``0.category.<k> [levels, category_size]``, ``1.factor [width]``, ``2.weight [i, o]``, ``2.bias [o]``,
    ``3.slope [width]``; ``3.<name> [width]`` for every learned number of an activation; ``4.scale``, ``4.shift`` and,
    for batch norm, ``4.mean`` and ``4.variance [width]``; ``5.bias [count]`` for thresholds; ``6.head [i, head +
    clusters]``, ``6.projection.<k> [i, p]`` and ``6.cluster.<k> [p, size]`` for an adaptive softmax.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for number, layer in enumerate(network.layers):
        match layer:
            case FeatureLayer(numeric=n, frequencies=f, embedding_size=e):
                if f:
                    shapes[f"{number}.frequency"] = shapes[f"{number}.phase"] = (n, f)
                    shapes[f"{number}.mixing"] = (n, f, e - 1)
                    shapes[f"{number}.offset"] = (n, e - 1)
                for column, levels in enumerate(layer.categories):
                    shapes[f"{number}.category.{column}"] = (levels, layer.category_size)
            case ScaleLayer(width=width):
                shapes[f"{number}.factor"] = (width,)
            case LinearLayer(inputs=i, outputs=o):
                shapes[f"{number}.weight"] = (i, o)
                shapes[f"{number}.bias"] = (o,)
            case ActivationLayer(width=width):
                for name in ("slope",) * layer.parametric + layer.learned:
                    shapes[f"{number}.{name}"] = (width,)
            case NormLayer(width=width):
                for name in ("scale", "shift") + ("mean", "variance") * (layer.kind == "batch_norm"):
                    shapes[f"{number}.{name}"] = (width,)
            case ThresholdLayer(count=count):
                shapes[f"{number}.bias"] = (count,)
            case AdaptiveLayer(inputs=i):
                shapes[f"{number}.head"] = (i, layer.head + len(layer.clusters))
                for k, (size, width) in enumerate(zip(layer.clusters, layer.projections, strict=True)):
                    shapes[f"{number}.projection.{k}"] = (i, width)
                    shapes[f"{number}.cluster.{k}"] = (width, size)
            case _:
                pass
    return shapes
