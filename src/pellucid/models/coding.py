"""The code of a reconstruction: what its first layers say."""

from collections.abc import Mapping

from pellucid.models.predictor import Predictor
from pellucid.records import NetworkSpec
from pellucid.shapes import Array

__all__ = ["code_predictor"]


def code_predictor(network: NetworkSpec, arrays: Mapping[str, Array], layers: int) -> Predictor:
    """A predictor of the leading layers alone.

    Args:
        network: The whole network.
        arrays: Its parameters, named by the number of their layer.
        layers: How many of them give the code.
    """
    own = {name: values for name, values in arrays.items() if int(name.split(".")[0]) < layers}
    return Predictor(NetworkSpec(layers=network.layers[:layers]), own)
