"""Writes the arithmetic of a kernel in LLVM's language: one line for each operation on a vector of numbers."""

from typing import TypeAlias

import numpy as np
import torch

__all__ = ["KINDS", "Name", "Writer"]

Name: TypeAlias = str
"""Of a vector, or the text of a constant one."""

KINDS = {torch.float32: "float", torch.int32: "i32", torch.int16: "i16"}
"""What a tensor's numbers are called."""


class Writer:
    """Lines of a kernel.

    Attributes:
        lines: Written so far.
    """

    def __init__(self, lanes: int) -> None:
        """Begin; ``lanes``: numbers in a vector."""
        self._lanes, self.lines = lanes, list[str]()
        self._count = 0

    def vector(self, kind: str) -> str:
        """The type of a vector of such numbers."""
        return f"<{self._lanes} x {kind}>"

    def new(self, text: str) -> Name:
        """What a line computes, under a name of its own."""
        self._count += 1
        name = f"%v{self._count}"
        self.lines.append(f"  {name} = {text}")
        return name

    def constant(self, value: float, kind: str = "float") -> Name:
        """The same number everywhere, rounded as torch rounds it for a tensor of this kind."""
        # LLVM writes a float as the bits of the double of that value.
        text = f"0x{np.float64(np.float32(value)).view(np.uint64):016X}" if kind == "float" else str(int(value))
        return "<" + ", ".join([f"{kind} {text}"] * self._lanes) + ">"

    def two(self, operator: str, a: Name, b: Name, kind: str = "float") -> Name:
        """An operator between two vectors, such as ``fadd``."""
        return self.new(f"{operator} {self.vector(kind)} {a}, {b}")

    def fused(self, a: Name, b: Name, c: Name) -> Name:
        """A·b + c, rounded once."""
        kind = self.vector("float")
        return self.new(f"call {kind} @llvm.fma.v{self._lanes}f32({kind} {a}, {kind} {b}, {kind} {c})")

    def negative(self, a: Name) -> Name:
        """−a."""
        return self.new(f"fneg {self.vector('float')} {a}")

    def size(self, a: Name) -> Name:
        """|a|."""
        kind = self.vector("float")
        return self.new(f"call {kind} @llvm.fabs.v{self._lanes}f32({kind} {a})")

    def bits(self, a: Name) -> Name:
        """The bits of floats as whole numbers."""
        return self.new(f"bitcast {self.vector('float')} {a} to {self.vector('i32')}")

    def floats(self, a: Name) -> Name:
        """The floats that have these bits."""
        return self.new(f"bitcast {self.vector('i32')} {a} to {self.vector('float')}")

    def with_sign(self, a: Name, sign: Name) -> Name:
        """|a| with the sign of another."""
        kind = self.vector("float")
        return self.new(f"call {kind} @llvm.copysign.v{self._lanes}f32({kind} {a}, {kind} {sign})")

    def whole_choice(self, comparison: str, a: Name, b: Name, then: Name, other: Name) -> Name:
        """Floats ``then`` where the comparison (``eq``, ``slt`` …) of whole numbers a and b holds, else ``other``."""
        kind = self.vector("float")
        holds = self.new(f"icmp {comparison} {self.vector('i32')} {a}, {b}")
        return self.new(f"select {self.vector('i1')} {holds}, {kind} {then}, {kind} {other}")

    def choice(self, comparison: str, a: Name, b: Name, then: Name, other: Name) -> Name:
        """``then`` where the comparison (``ogt``, ``ole``, ``uno`` …) of a and b holds, else ``other``."""
        kind = self.vector("float")
        holds = self.new(f"fcmp {comparison} {kind} {a}, {b}")
        return self.new(f"select {self.vector('i1')} {holds}, {kind} {then}, {kind} {other}")

    def declarations(self) -> str:
        """Of what lines may call."""
        kind = self.vector("float")
        return "\n".join(
            [
                f"declare {kind} @llvm.fma.v{self._lanes}f32({kind}, {kind}, {kind})",
                f"declare {kind} @llvm.fabs.v{self._lanes}f32({kind})",
                f"declare {kind} @llvm.copysign.v{self._lanes}f32({kind}, {kind})",
            ]
        )
