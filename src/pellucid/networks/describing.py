"""From a recipe to a network: which layers it asks for, on an input of these columns."""

from collections.abc import Sequence
from typing import Literal, Protocol

from pellucid.activations import ACTIVATIONS, ChosenActivation
from pellucid.errors import UnknownNameError, UsageError
from pellucid.networks.adaptive import adaptive_layer
from pellucid.records import (
    ActivationLayer,
    ActivityLayer,
    DropoutLayer,
    FeatureLayer,
    LayerSpec,
    LinearLayer,
    NetworkSpec,
    NormLayer,
    ScaleLayer,
    ThresholdLayer,
)

__all__ = ["Numbers", "describe_network"]


class Numbers(Protocol):
    """The part of a recipe that shapes a network."""

    @property
    def hidden(self) -> tuple[int, ...]: ...  # noqa: D102
    @property
    def activation(self) -> str: ...  # noqa: D102
    @property
    def parametric_activation(self) -> bool: ...  # noqa: D102
    @property
    def norm(self) -> str: ...  # noqa: D102
    @property
    def number_frequencies(self) -> int: ...  # noqa: D102
    @property
    def number_embedding_size(self) -> int: ...  # noqa: D102
    @property
    def category_embedding_size(self) -> int: ...  # noqa: D102
    @property
    def input_scale(self) -> bool: ...  # noqa: D102


def describe_network(
    recipe: Numbers,
    *,
    numeric: int,
    passed: int = 0,
    categories: Sequence[int] = (),
    outputs: int,
    output_activation: str = "identity",
    head: Literal["linear", "coral", "adaptive"] = "linear",
    cutoffs: Sequence[int] = (),
    division: float = 4.0,
    sparse: Sequence[int] = (),
) -> NetworkSpec:
    """The network that a recipe asks for, on an input of these columns.

    Args:
        recipe: Widths, activation, norm and embeddings.
        numeric: Leading columns that are numbers.
        passed: Further columns that pass through.
        categories: Table sizes of the embedded columns, code 0 included.
        outputs: Width of the output.
        output_activation: Choice of an activation behind the head.
        head: ``linear``: a linear layer; ``coral``: one linear score and a learned threshold per output;
            ``adaptive``: the scores of an adaptive softmax over ``outputs − len(cutoffs)`` classes.
        cutoffs: For ``adaptive``: the first class of each cluster.
        division: For ``adaptive``: each cluster's projection is so much narrower than the one before it.
        sparse: Which hidden layers, counted from 0, an activity penalty looks at.

    Raises:
        UnknownNameError: If there is no such activation or norm; offers the nearest.
        UsageError: If an activation cannot stand where it is asked for.
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
    activation = _hidden_activation(recipe)
    for number, hidden in enumerate(recipe.hidden):
        own = _activation_layer(activation, hidden, parametric=recipe.parametric_activation)
        layers.append(LinearLayer(inputs=width, outputs=own.width))
        layers += _norm(recipe.norm, own.width)
        layers.append(own)
        width = own.outputs
        if number in sparse:
            layers.append(ActivityLayer(width=width))
        layers.append(DropoutLayer(width=width))
    last = _activation_layer(ACTIVATIONS(output_activation), outputs)
    if head == "coral":
        layers += [LinearLayer(inputs=width, outputs=1), ThresholdLayer(count=last.width)]
    elif head == "adaptive":
        layers.append(adaptive_layer(width, last.width - len(cutoffs), cutoffs, division=division))
    else:
        layers.append(LinearLayer(inputs=width, outputs=last.width))
    if last.name != "identity":
        layers.append(last)
    return NetworkSpec(layers=tuple(layers))


def _activation_layer(activation: ChosenActivation, values: int, *, parametric: bool = False) -> ActivationLayer:
    """The layer that is asked for with so many values; those that change the width count as in ``Recipe.hidden``."""
    entry, numbers = activation.entry, activation.numbers
    taken = entry.takes(values, numbers) if entry.takes else values
    given = entry.gives(taken, numbers) if entry.gives else values
    return ActivationLayer(
        name=entry.name,
        width=taken,
        result=given if given != taken else 0,
        numbers=dict(numbers),
        learned=tuple(each.name for each in entry.learned),
        parametric=parametric,
    )


def _hidden_activation(recipe: Numbers) -> ChosenActivation:
    activation = ACTIVATIONS(recipe.activation)
    entry = activation.entry
    if entry.output_only:
        raise UsageError(
            f"{entry.name} belongs at the output of a network, found activation={recipe.activation!r}. "
            f"Use output_activation={recipe.activation!r}, and another activation between layers."
        )
    if recipe.parametric_activation and (entry.takes or entry.gives):
        raise UsageError(
            f"parametric_activation mixes every value with what the activation makes of it, but {entry.name} gives "
            "another number of values than it takes. Use parametric_activation=False."
        )
    return activation


def _norm(kind: str, width: int) -> list[LayerSpec]:
    match kind:
        case "none":
            return []
        case "batch_norm" | "layer_norm":
            return [NormLayer(kind=kind, width=width)]
        case _:
            raise UnknownNameError("norm", kind, ("none", "batch_norm", "layer_norm"))
