"""How activations are told: their own formula with the numbers put in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pellucid.activations import Activation
from pellucid.explain.exact import stable_slope
from pellucid.explain.notation import put_in
from pellucid.explain.numbers import factor, written
from pellucid.explain.passing import as_array
from pellucid.explain.symbols import Vector, indexed
from pellucid.networks.activate import Activate
from pellucid.shapes import Floats

__all__ = ["Curve", "curve_of"]

# Formulas without the words that explain them, for those whose words hold names too.
_SHORT = {
    "gelu": "x·Φ(x)",
    "rrelu": "x if x > 0 else slope·x",
    "softplus": "log(1 + exp(beta·x)) / beta",
}
_SHORT_SLOPES = {
    "gelu": "Φ(x) + x·φ(x)",
    "softplus": "sigmoid(beta·x)",
    "prelu": "1 if x > 0 else negative_slope",
}
# Beyond so much the value has rounded to its end, and the derivative is told without it.
_FAR_OUT = {"sigmoid": (15.0, "sigmoid(x)·sigmoid(−x)"), "tanh": (8.0, "1/cosh(x)²")}
_TANH_GELU = "½·x·(1 + tanh(0.7979·(x + 0.04472·x³)))"
_GATES = {"glu": "sigmoid", "reglu": "relu", "geglu": "gelu", "swiglu": "silu", "bilinear": ""}


@dataclass(frozen=True)
class Curve:
    """An activation on a row.

    Attributes:
        entry: The activation.
        numbers: Its numbers, those of single units as arrays.
        is_single: Whether every value depends on its own input alone.
        slope: Learned mixtures with the identity ``[i]``; None where there are none.
        width: Values that it takes.
    """

    entry: Activation
    numbers: Mapping[str, Any]
    is_single: bool
    slope: Floats | None
    width: int

    def formula(self, source: Vector, place: int) -> str:
        """The value at a place, in symbols."""
        if not self.is_single:
            return self._row_formula(source, place)
        inner = put_in(self._own, {"x": source(place)})
        return (
            inner
            if self.slope is None
            else f"{source(place)} + {indexed('m', place)}{source.level}·({inner} − {source(place)})"
        )

    def with_numbers(self, x: Floats, place: int) -> str:
        """The same with the numbers of the row put in; empty where that would be no line."""
        if not self.is_single:
            return self._row_numbers(x, place)
        if self.entry.name == "identity":
            return ""
        inner = put_in(self._own, {"x": float(x[place]), **self._at(place)})
        if inner == self._own:
            return ""
        if self.slope is None:
            return inner
        return f"{factor(x[place])} + {factor(self.slope[place])}·({inner} − {factor(x[place])})"

    def derivative(self, source: Vector, result: Vector, place: int, x: float) -> str:
        """The local derivative at x, in symbols; empty where a value depends on several inputs."""
        if not self.is_single or self.slope is not None:
            return ""
        far, text = _FAR_OUT.get(self.entry.name, (np.inf, ""))
        if abs(x) > far:
            return put_in(text, {"x": source(place)})
        text = _SHORT_SLOPES.get(self.entry.name, self.entry.derivative.partition(";")[0])
        return put_in(text, {"x": source(place), "y": result(place)})

    def slopes(self, x: Floats, y: Floats) -> Floats | None:
        """Local derivatives; None where a value depends on several inputs."""
        if not self.is_single:
            return None
        z, out = torch.as_tensor(x), torch.as_tensor(y)
        own = stable_slope(self.entry.name, z)
        if own is None:
            out = self.entry.value(z, self.tensors) if self.slope is not None else out
            own = self.entry.pull(torch.ones_like(z), z, out, self.tensors)
        found: Floats = own.numpy()
        if self.slope is None:
            return found
        mixed: Floats = (1.0 - self.slope) + self.slope * found
        return mixed

    @property
    def _own(self) -> str:
        if self.entry.name == "gelu" and self.numbers.get("approximate") == "tanh":
            return _TANH_GELU
        return _SHORT.get(self.entry.name, self.entry.formula)

    @property
    def tensors(self) -> dict[str, Any]:
        """Its numbers as value and pull want them."""
        return {
            name: torch.as_tensor(value) if isinstance(value, np.ndarray) else value
            for name, value in self.numbers.items()
        }

    def _at(self, place: int) -> dict[str, float]:
        """Its numbers at a unit."""
        found = {}
        for name, value in self.numbers.items():
            own = value[place] if isinstance(value, np.ndarray) else value
            if isinstance(own, int | float | np.floating) and not isinstance(own, bool):
                found[name] = float(own)
        return found

    def _row_formula(self, source: Vector, place: int) -> str:
        name, width = self.entry.name, self.width
        if name in _GATES:
            gate = _GATES[name]
            opened = source(place + width // 2)
            return f"{source(place)}·{gate}({opened})" if gate else f"{source(place)}·{opened}"
        match name:
            case "softmax":
                return f"exp({source(place)}) / Σ_c exp({source.letter}_c{source.level})"
            case "softmin":
                return f"exp(−{source(place)}) / Σ_c exp(−{source.letter}_c{source.level})"
            case "log_softmax":
                return f"{source(place)} − log Σ_c exp({source.letter}_c{source.level})"
            case "maxout":
                pieces = int(self.numbers["pieces"])
                return f"max({', '.join(source(place + k * (width // pieces)) for k in range(pieces))})"
            case "crelu":
                return f"max(0, {source(place)})" if place < width else f"max(0, −{source(place - width)})"
            case "increasing":
                sums = " + ".join(f"log(1 + exp({source(k)}))" for k in range(1, place + 1))
                return source(0) + (f" + {sums}" if sums else "")
            case _:
                return self.entry.formula

    def _row_numbers(self, x: Floats, place: int) -> str:
        name, width = self.entry.name, self.width
        if name in _GATES:
            gate, opened = _GATES[name], x[place + width // 2]
            return f"{factor(x[place])}·" + (f"{gate}({written(opened)})" if gate else factor(opened))
        match name:
            case "softmax" | "softmin" | "log_softmax":
                sign = -1.0 if name == "softmin" else 1.0
                terms = " + ".join(f"exp({written(sign * each)})" for each in x[:8])
                more = f" + … {len(x) - 8} more = {written(float(np.exp(sign * x[8:]).sum()))}" if len(x) > 8 else ""
                if name == "log_softmax":
                    return f"{written(x[place])} − log({terms}{more})"
                return f"exp({written(sign * x[place])}) / ({terms}{more})"
            case "maxout":
                pieces = int(self.numbers["pieces"])
                return f"max({', '.join(written(x[place + k * (width // pieces)]) for k in range(pieces))})"
            case "crelu":
                return f"max(0, {written(x[place] if place < width else -x[place - width])})"
            case "increasing":
                sums = " + ".join(f"log(1 + exp({written(x[k])}))" for k in range(1, place + 1))
                return written(x[0]) + (f" + {sums}" if sums else "")
            case _:
                return ""


def curve_of(layer: Activate, tape: Any, row: int, width: int, slope: Floats | None) -> Curve:
    """What a layer does to one row.

    Args:
        layer: The layer.
        tape: What its forward pass has kept.
        row: Which row of the batch.
        width: Values that it takes.
        slope: Learned mixtures with the identity ``[i]``; None where there are none.
    """
    entry = layer.slices[0].entry
    numbers: dict[str, Any] = {}
    for name, value in tape.numbers[0].items():
        if isinstance(value, Tensor):
            # Learned numbers are one per unit, drawn ones one per row and unit.
            value = as_array(value[0, min(row, value.shape[1] - 1), :width])
        numbers[name] = value
    single = not (entry.rowwise or entry.takes or entry.gives)
    return Curve(entry, numbers, single, slope, width)
