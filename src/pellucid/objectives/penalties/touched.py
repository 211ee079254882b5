"""Which parameters a penalty looks at."""

from collections.abc import Sequence
from typing import Protocol

from pellucid.errors import UsageError
from pellucid.objectives.penalties.entry import ChosenPenalty

__all__ = ["Spec", "touched"]


class Spec(Protocol):
    """One parameter of a network (``networks.ParameterSpec``)."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def true_shape(self) -> tuple[int, ...]: ...  # noqa: D102


def touched(penalty: ChosenPenalty, specs: Sequence[Spec]) -> tuple[str, ...]:
    """Names of the parameters that a penalty on parameters looks at, in the order of the network.

    Args:
        penalty: With a word ``on``.
        specs: All parameters of the network, named ``<layer number>.<parameter>``; statistics are no parameters.

    Raises:
        UsageError: If the network has no such parameter.
    """
    layers = sorted({_layer(spec) for spec in specs if spec.kind == "weight"})
    chosen = str(penalty.numbers["on"])
    match chosen:
        case "all":
            found = [spec.name for spec in specs if spec.kind != "statistic"]
        case "biases" | "embeddings" | "weights":
            kind = {"biases": "bias", "embeddings": "category", "weights": "weight"}[chosen]
            found = [spec.name for spec in specs if spec.kind == kind]
        case _:
            wanted = {"first": layers[:1], "hidden": layers[:-1], "last": layers[-1:]}[chosen]
            found = [spec.name for spec in specs if spec.kind == "weight" and _layer(spec) in wanted]
    if not found:
        raise UsageError(f"{penalty} looks at {_NOTHING[chosen]}. Choose another `on`, or leave the penalty out.")
    return tuple(found)


_NOTHING = {
    "hidden": "the weights into hidden units, and this network has none",
    "embeddings": "embeddings of categories, and this network has none",
    "biases": "biases, and this network has none",
}


def _layer(spec: Spec) -> int:
    return int(spec.name.partition(".")[0])
