"""Formulas are torch's to the last bit, and what is none is found out."""

from functools import partial

import pytest
import torch

from pellucid import arithmetic
from pellucid.networks.recording import Recording
from pellucid.networks.values import Values

pytest.importorskip("llvmlite")

from pellucid.networks.fusing import formulas, probing
from pellucid.networks.fusing.candidates import part_of

X, Y, Z = (torch.randn(2, 32, 32) for _ in range(3))
WHOLE = torch.randint(-(2**31), 2**31 - 1, (2, 32, 32), dtype=torch.int32)
ATEN = torch.ops.aten
CALLS = {
    "add": lambda: X + Y,
    "add of a number": lambda: X + 0.3,
    "add of a part": lambda: torch.add(X, Y, alpha=1.05),
    "sub": lambda: X - Y,
    "sub of a number": lambda: X - 0.3,
    "rsub": lambda: 1.3 - X,
    "mul": lambda: X * Y,
    "mul by a number": lambda: X * 0.7,
    "div": lambda: X / Y,
    "div by a number": lambda: X / 0.7,
    "neg": lambda: -X,
    "abs": lambda: X.abs(),
    "reciprocal": lambda: X.reciprocal(),
    "relu": lambda: X.relu(),
    "clamp": lambda: X.clamp(-0.5, 0.7),
    "clamp below": lambda: X.clamp(min=0.1),
    "clamp above": lambda: X.clamp(max=0.1),
    "clamp_min": lambda: torch.clamp_min(X, 0.1),
    "clamp_max": lambda: torch.clamp_max(X, 0.1),
    "maximum": lambda: torch.maximum(X, Y),
    "minimum": lambda: torch.minimum(X, Y),
    "threshold_backward": lambda: ATEN.threshold_backward(X, Y, 0.2),
    "addcmul": lambda: torch.addcmul(X, Y, Z),
    "addcmul of a part": lambda: torch.addcmul(X, Y, Z, value=-0.3),
    "tanh_backward": lambda: ATEN.tanh_backward(X, Y),
    "sigmoid_backward": lambda: ATEN.sigmoid_backward(X, Y),
    "elu_backward": lambda: ATEN.elu_backward(X, 1.3, 1.1, 1.0, True, Y),
    "lerp": lambda: torch.lerp(X, Y, Z),
    "lerp by a number": lambda: torch.lerp(X, Y, 0.3),
    "whole add": lambda: WHOLE + 7,
    "whole mul": lambda: WHOLE * 0x7FEB352D,
    "whole and": lambda: WHOLE & 0xFFFF,
    "whole xor": lambda: WHOLE ^ 99,
    "whole xor of two": lambda: WHOLE.bitwise_xor(WHOLE.flip(0)),
    "whole shift": lambda: WHOLE >> 3,
    "halves": lambda: WHOLE.view(torch.int16).to(torch.float32),
    **{name: partial(getattr(arithmetic, name), X) for name in ("exp", "expm1", "tanh", "erf", "sin", "cos")},
}


def recorded(code):
    """The last operation of a piece of code."""
    recording = Recording()
    with recording:
        code()
    found = Values(recording.calls).operations[-1]
    assert found is not None
    return found


@pytest.mark.parametrize("call", CALLS)
def test_every_operator_has_a_formula_that_is_torchs(call):
    part = part_of(recorded(CALLS[call]))
    assert part is not None
    assert part.formula in next(own for own in formulas.FORMULAS.values() if part.formula in own)


def test_every_formula_is_tried():
    assert {
        f"{op.function._schema.name.removeprefix('aten::')}.{op.function._overloadname or 'default'}"
        for op in map(recorded, CALLS.values())
    } >= formulas.FORMULAS.keys() - {"add.Scalar", "sub.Scalar", "mul.Scalar", "div.Scalar", "rsub.Tensor"}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda w, kind, x: w.choice("oge", x, w.constant(0.0), x, w.constant(0.0)),  # NaN becomes 0
        lambda w, kind, x: w.choice("ogt", x, w.constant(1e-7), x, w.constant(0.0)),
        lambda w, kind, x: w.two("fadd", x, w.constant(0.0)),
    ],
)
def test_a_formula_that_is_not_torchs_is_not_used(wrong, monkeypatch):
    monkeypatch.setattr(probing, "FORMULAS", {**formulas.FORMULAS, "relu.default": (wrong,)})
    monkeypatch.setattr(probing, "_known", {})
    assert part_of(recorded(CALLS["relu"])) is None


def test_of_several_formulas_torchs_is_used(monkeypatch):
    right = formulas.FORMULAS["mul.Tensor"][0]
    wrong = formulas.FORMULAS["add.Tensor"][0]
    monkeypatch.setattr(probing, "FORMULAS", {**formulas.FORMULAS, "mul.Tensor": (wrong, right)})
    monkeypatch.setattr(probing, "_known", {})
    part = part_of(recorded(CALLS["mul"]))
    assert part is not None
    assert part.formula is right


def test_arguments_that_a_formula_does_not_know_are_left_to_torch():
    assert part_of(recorded(lambda: torch.sub(X, Y, alpha=0.5))) is None
    assert part_of(recorded(lambda: ATEN.elu_backward(X, 1.0, 1.0, 1.0, False, Y))) is None
    assert part_of(recorded(lambda: X.to(torch.float64))) is None
