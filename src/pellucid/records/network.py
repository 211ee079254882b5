"""The network as plain data: a list of layers that a trainer, a file and a NumPy predictor can all read.

Widths here are the true ones; whatever padding a trainer uses for speed stays inside the trainer.
"""

from typing import TypeAlias

import msgspec

__all__ = [
    "ActivationLayer",
    "DropoutLayer",
    "FeatureLayer",
    "LayerSpec",
    "LinearLayer",
    "NetworkSpec",
    "ScaleLayer",
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
    """An activation by its registered name; ``parametric`` mixes it with the identity: x + slope·(f(x) − x)."""

    name: str
    width: int
    parametric: bool = False


class DropoutLayer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag="dropout"
):
    """Drops values while training, each member at its own rate; does nothing when predicting."""

    width: int


LayerSpec: TypeAlias = FeatureLayer | ScaleLayer | LinearLayer | ActivationLayer | DropoutLayer


class NetworkSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A feed-forward network: its layers in forward order, the last one linear."""

    layers: tuple[LayerSpec, ...]

    @property
    def outputs(self) -> int:
        """Width of the network's output."""
        last = self.layers[-1]
        assert isinstance(last, LinearLayer)
        return last.outputs

    def __str__(self) -> str:
        """Widths joined by dashes, such as ``14-64-64-1``."""
        linear = [layer for layer in self.layers if isinstance(layer, LinearLayer)]
        return "-".join(str(width) for width in [linear[0].inputs, *(layer.outputs for layer in linear)])


def parameter_shapes(network: NetworkSpec) -> dict[str, tuple[int, ...]]:
    """Name and true shape (without the member axis) of every parameter, in the order of the layers.

    Names are ``<layer number>.<parameter>``: ``0.frequency [numeric, frequencies]``, ``0.phase`` (same shape),
    ``0.mixing [numeric, frequencies, embedding_size − 1]``, ``0.offset [numeric, embedding_size − 1]``,
    ``0.category.<k> [levels, category_size]``, ``1.factor [width]``, ``2.weight [i, o]``, ``2.bias [o]``,
    ``3.slope [width]``.
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
            case ActivationLayer(width=width, parametric=True):
                shapes[f"{number}.slope"] = (width,)
            case _:
                pass
    return shapes
