"""Chain: the layers of a network with the names that their values go by."""

from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.explain.symbols import Level, Vector
from pellucid.networks import AbstractLayer, Network
from pellucid.networks.activate import Activate
from pellucid.networks.activity import Activity
from pellucid.networks.adaptive import Adaptive
from pellucid.networks.batch_norm import BatchNorm
from pellucid.networks.dropout import Dropout
from pellucid.networks.features import Features
from pellucid.networks.input_noise import InputNoise
from pellucid.networks.layer_norm import LayerNorm
from pellucid.networks.linear import Linear
from pellucid.networks.scale import Scale
from pellucid.networks.thresholds import Thresholds
from pellucid.records import ActivationLayer, NetworkSpec

__all__ = ["Link", "chain_of", "network_in_words"]


# Where a layer follows another of its kind.
_FURTHER = {"a": "h", "h": "v", "n": "r", "d": "q"}
# Letters of what is done to inputs, which belongs to no linear layer.
_OF_INPUTS = ("e", "s", "u")


@dataclass(frozen=True)
class Link:
    """One layer.

    Attributes:
        number: Its place among the layers that compute something.
        layer: The layer.
        title: What it is: ``layer 1, linear 2 → 3``.
        level: Names of its parameters.
        source: Names of what it takes.
        result: Names of what it gives.
        inputs: Values that it takes.
        outputs: Values that it gives.
        at: Number of the linear layer that it belongs to, from 1; 0 before the first.
    """

    number: int
    layer: AbstractLayer
    title: str
    level: Level
    source: Vector
    result: Vector
    inputs: int
    outputs: int
    at: int

    @property
    def is_silent(self) -> bool:
        """Whether it gives what it takes, under the same names."""
        return self.source == self.result


def chain_of(network: Network, columns: int, *, drops: bool = True, noisy: bool = True) -> tuple[Link, ...]:
    """The layers in forward order.

    Args:
        network: A stack of one.
        columns: Encoded columns, without codes of categories.
        drops: Whether dropout drops anything.
        noisy: Whether inputs are noisy.
    """
    spec = network.spec(0)
    ranked = [layer for layer in network.layers if isinstance(layer, Linear | Adaptive)]
    several = len(ranked) > 1
    found: list[Link] = []
    source, width, at = Vector("x"), columns, 0
    used: set[Vector] = set()
    for number, layer in enumerate(network.layers):
        if isinstance(layer, Linear | Adaptive):
            at += 1
        level = Level(f"^({max(at, 1)})" if several else "")
        outputs, letter, words = _outcome(layer, width, spec)
        is_idle = (isinstance(layer, Dropout) and not drops) or (isinstance(layer, InputNoise) and not noisy)
        result = source
        if letter and not is_idle:
            used.add(source)
            result = Vector(letter) if letter in _OF_INPUTS else level.vector(letter)
            while result in used:
                result = Vector(_FURTHER.get(result.letter, f"{result.letter}′"), result.level)
        place = f"layer {at}, " if at else ""
        found.append(Link(number, layer, f"{place}{words}", level, source, result, width, outputs, at))
        source, width = result, outputs
    return tuple(found)


def _outcome(layer: AbstractLayer, width: int, spec: NetworkSpec) -> tuple[int, str, str]:
    """Values that it gives, their letter (empty: that of the input), and the layer in words."""
    match layer:
        case Linear(inputs=i, outputs=o):
            return o, "z", f"linear {i} → {o}"
        case Activate():
            own = spec.layers[layer.stream]
            assert isinstance(own, ActivationLayer)
            return own.outputs, "a", str(layer.slices[0].chosen[0])
        case BatchNorm():
            return width, "n", "batch norm"
        case LayerNorm():
            return width, "n", "layer norm"
        case Dropout():
            return width, "d", "dropout"
        case InputNoise():
            return width, "u", "input noise"
        case Scale():
            return width, "s", "input scale"
        case Features():
            return layer.spec.outputs, "e", "embedding"
        case Thresholds(count=count):
            return count, "t", f"thresholds 1 → {count}"
        case Adaptive():
            return layer.spec.outputs, "z", f"adaptive scores {width} → {layer.spec.outputs}"
        case Activity():
            return width, "", "activity penalty"
        case _:
            raise TypeError(f"no names for a layer of type {type(layer).__name__}")


def network_in_words(links: Sequence[Link]) -> str:
    """``2-3-1, tanh``."""
    linear = [link for link in links if isinstance(link.layer, Linear | Adaptive)]
    widths = [str(linear[0].inputs), *(str(link.outputs) for link in linear)] if linear else []
    names: list[str] = []
    for link in links:
        if not isinstance(link.layer, Linear | Activity | Dropout | InputNoise):
            word = link.title.rpartition(", ")[2]
            if word not in names:
                names.append(word)
    return ", ".join(["-".join(widths), *names])
