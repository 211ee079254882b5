"""The gradients of a pass under the names that people give them: ``W1``, ``b1``, ``z1``, ``a1``, ``x``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from torch import nn

from pellucid.explain.chain import Link
from pellucid.explain.exact import exact_pass
from pellucid.explain.passing import Pass, as_array, run_pass
from pellucid.explain.subject import Subject
from pellucid.explain.symbols import slope
from pellucid.networks.activate import Activate
from pellucid.networks.linear import Linear
from pellucid.shapes import Floats

__all__ = ["Quantity", "backward_quantities", "canonical", "handed_parameters", "module_paths"]

_NAME = re.compile(
    r"(?:∂l/∂|∂|dl/d|d_?loss_?d?_?|dl_?d_?|d_|d|grad(?:ient)?_?(?:of_)?|g_|g|delta_)?"
    r"(weights?|bias(?:es)?|delta|δ|inputs?|[wbzahx])_?(\d*)"
)
_LETTERS = {"h": "a", "d": "z", "δ": "z", "i": "x"}


@dataclass(frozen=True)
class Quantity:
    """One gradient.

    Attributes:
        key: Letter and layer, as ``canonical`` finds them.
        name: As a person writes it.
        symbol: As the pass writes it.
        expected: The gradient of the mean loss: of a parameter, or row by row ``[n, o]``.
        is_parameter: Whether it belongs to a parameter.
        link: The layer that it comes from.
    """

    key: tuple[str, int]
    name: str
    symbol: str
    expected: Floats
    is_parameter: bool
    link: Link


def canonical(name: str, paths: Mapping[str, int] | None = None) -> tuple[str, int]:
    """Letter and layer of a name: ``dW2``, ``grad_w_2``, ``∂L/∂W^(2)`` are ``("w", 2)``.

    Args:
        name: As a person writes it.
        paths: Path of a module → number of its layer, for names such as ``encoder.2.weight``.
    """
    path, _, last = name.strip().rpartition(".")
    if path and last in ("weight", "bias") and path in (paths or {}):
        assert paths is not None
        return last[0], paths[path]
    bare = re.sub(r"\^\(|[)\[\]]", "", name.strip().casefold())
    found = _NAME.fullmatch(bare)
    if found is None:
        return bare, 0
    letter = _LETTERS.get(found[1][0], found[1][0])
    return letter, int(found[2] or (0 if letter == "x" else 1))


def module_paths(subject: Subject) -> dict[str, int]:
    """Path of every linear module → number of its layer; empty where no module is explained."""
    if subject.twin is None:
        return {}
    linear = [path for path, module in subject.twin.named_modules() if isinstance(module, nn.Linear)]
    return {path: number for number, path in enumerate(linear, 1)}


def handed_parameters(subject: Subject, layout: str) -> dict[str, Floats]:
    """Weights and biases of linear layers by name, copies."""
    arrays = subject.parameters.arrays(0)
    found: dict[str, Floats] = {}
    for link in subject.links:
        if isinstance(link.layer, Linear):
            weight = arrays[link.layer.weight]
            found[f"W{link.at}"] = weight.copy() if layout == "io" else weight.T.copy()
            if link.layer.bias not in subject.absent:
                found[f"b{link.at}"] = arrays[link.layer.bias].copy()
    return found


def backward_quantities(subject: Subject, layout: str) -> list[Quantity]:
    """All of them in the order in which a backward pass computes them."""
    rounded = run_pass(subject)
    exact = exact_pass(subject, rounded)
    passed = rounded if exact is None else exact.passed
    wide = passed.batch.weights.shape[1]
    real = [j * wide + unit for j in range(subject.rows_a_unit) for unit in range(subject.units)]
    found: list[Quantity] = []
    for link in reversed(subject.links):
        own = passed.layers[link.number]
        if link.is_silent or own.dy is None:
            continue
        if isinstance(link.layer, Linear | Activate):
            letter = "z" if isinstance(link.layer, Linear) else "a"
            values = as_array(own.dy[real, : link.outputs])
            symbol = slope(link.result.whole)
            found.append(Quantity((letter, link.at), f"d{letter}{link.at}", symbol, values, False, link))
        if isinstance(link.layer, Linear):
            found += _parameters(subject, link, link.layer, passed, layout)
    first = passed.layers[0].dx
    if first is not None:
        link = subject.links[0]
        values = as_array(first[real, : link.inputs])
        found.append(Quantity(("x", 0), "dx", "∂L/∂x", values, False, link))
    return found


def _parameters(subject: Subject, link: Link, layer: Linear, passed: Pass, layout: str) -> list[Quantity]:
    found = []
    for letter, name in (("W", layer.weight), ("b", layer.bias)):
        if name in subject.absent:
            continue
        spec = next(each for each in subject.network.parameters if each.name == name)
        own = as_array(passed.gradients.views[name][0][spec.corner]).reshape(spec.file_shape)
        turned = np.ascontiguousarray(own.T) if layout == "oi" else own
        symbol = slope(f"{letter}{link.level.mark}")
        found.append(Quantity((letter.lower(), link.at), f"d{letter}{link.at}", symbol, turned, True, link))
    return found
