"""Gated linear units: half of the values, each times an activation of its partner in the other half."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from pellucid.activations.entry import Activation, Numbers
from pellucid.activations.pieces import cut, piece_width
from pellucid.activations.rectifiers import IDENTITY, RELU
from pellucid.activations.sigmoids import SIGMOID
from pellucid.activations.smooth_rectifiers import GELU, SILU
from pellucid.catalogue import Value

__all__ = ["BILINEAR", "GEGLU", "GLU", "REGLU", "SWIGLU"]

_SHAZEER = "Shazeer (2020), GLU variants improve transformer, arXiv 2002.05202, section 2"


def _value_of(name: str, gate: Activation) -> Callable[[Tensor, Numbers], Tensor]:
    numbers = gate.defaults

    def value(x: Tensor, _: Numbers) -> Tensor:
        carried, gating = cut(x, 2, name)
        return carried * gate.value(gating, numbers)

    return value


def _pull_of(name: str, gate: Activation) -> Callable[[Tensor, Tensor, Tensor, Numbers], Tensor]:
    numbers = gate.defaults

    def pull(dy: Tensor, x: Tensor, y: Tensor, _: Numbers) -> Tensor:
        # y = a·f(b):  da = dy·f(b),  db = (dy·a)·f′(b)
        carried, gating = cut(x, 2, name)
        opened = gate.value(gating, numbers)
        return torch.cat([dy * opened, gate.pull(dy * carried, gating, opened, numbers)], -1)

    return pull


def _gated(
    name: str, formula: str, purpose: str, gate: Activation, *, source: str = _SHAZEER, twin: str = ""
) -> Activation:
    def gives(width: int, numbers: Mapping[str, Value]) -> int:
        return piece_width(width, 2, name)

    return Activation(
        name=name,
        formula=f"{formula}, a the first half of the inputs and b the second",
        purpose=purpose,
        source=source,
        derivative=f"by a: {gate.name}(b); by b: a·{gate.name}′(b)",
        range="(−∞, ∞)",
        zero_centred=True,
        saturates="where the gate is shut",
        value=_value_of(name, gate),
        pull=_pull_of(name, gate),
        takes=lambda width, numbers: 2 * width,
        gives=gives,
        twin=twin,
    )


GLU = _gated(
    "glu",
    "a·sigmoid(b)",
    "A learned gate beside every value: it can multiply inputs, which sums of them cannot. Takes twice the width.",
    SIGMOID,
    source="Dauphin, Fan, Auli & Grangier (2017), Language modeling with gated convolutional networks, "
    "arXiv 1612.08083, eq. (1)",
    twin="torch.nn.GLU",
)
REGLU = _gated("reglu", "a·relu(b)", "A glu whose gate is a relu: shut or open without end.", RELU)
GEGLU = _gated("geglu", "a·gelu(b)", "A glu whose gate is a gelu; common in transformers.", GELU)
SWIGLU = _gated("swiglu", "a·silu(b)", "A glu whose gate is a silu; common in language models.", SILU)
BILINEAR = _gated("bilinear", "a·b", "A glu without a function in its gate: products of two linear maps.", IDENTITY)
