"""A kernel: several element-wise operations in one pass over memory, as text for the compiler.

Numbers travel in vectors along the fastest axis. Everything is read before anything is written at a place, so that a
result may stand where an operand stood. The length of the slowest axis, which grows with the members of a stack, is an
argument: stacks of any size share their kernels.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pellucid.arithmetic.writer import Name, Writer

__all__ = ["NAME", "Operand", "kernel_text"]

NAME = "fused"


@dataclass(frozen=True)
class Operand:
    """A tensor that a kernel reads or writes.

    Attributes:
        kind: What its numbers are called.
        bytes: Of a number.
        strides: Axis by axis, in numbers.
        is_result: Whether it is written.
    """

    kind: str
    bytes: int
    strides: tuple[int, ...]
    is_result: bool = False

    @property
    def depth(self) -> int:
        """The last axis along which its numbers differ; −1: none."""
        return max((axis for axis, stride in enumerate(self.strides) if stride), default=-1)


def kernel_text(
    lengths: Sequence[int],
    operands: Sequence[Operand],
    lanes: int,
    write: Callable[[Writer, Sequence[Name]], Sequence[Name]],
) -> str:
    """The module of a function that takes the address of a table: length of the slowest axis, addresses of operands.

    Args:
        lengths: Of the axes, the slowest first; the first is left to the table.
        operands: Those that are read, then those that are written.
        lanes: Numbers in a vector; divides the last length.
        write: Writes the arithmetic for vectors of the operands that are read, and says what is to be written.
    """
    text = _Text(lengths, operands, lanes)
    return text.module(write)


class _Text:
    def __init__(self, lengths: Sequence[int], operands: Sequence[Operand], lanes: int) -> None:
        self._lengths, self._operands, self._lanes = list(lengths), list(operands), lanes
        self._last = len(lengths) - 1
        self._writer = Writer(lanes)
        self._lines: list[str] = []
        # Where each operand's numbers begin at the axis that is being written, and what has been read.
        self._places: list[Name] = []
        self._read: dict[int, Name] = {}

    def module(self, write: Callable[[Writer, Sequence[Name]], Sequence[Name]]) -> str:
        lines = self._lines
        lines.append("entry:")
        lines.append("  %count = load i64, ptr %table, align 8")
        for number in range(len(self._operands)):
            lines.append(f"  %at{number} = getelementptr i64, ptr %table, i64 {number + 1}")
            lines.append(f"  %p{number} = load ptr, ptr %at{number}, align 8")
            self._places.append(f"%p{number}")
        self._read_alike(-1)
        lines.append("  br label %head0")
        self._axis(0, "entry", write)
        lines.append("end:")
        lines.append("  ret void")
        body = "\n".join(lines)
        return f"define void @{NAME}(ptr %table) {{\n{body}\n}}\n{self._writer.declarations()}\n"

    def _axis(self, axis: int, before: str, write: Callable[[Writer, Sequence[Name]], Sequence[Name]]) -> None:
        lines, outer = self._lines, list(self._places)
        length = "%count" if not axis else str(self._lengths[axis])
        step = self._lanes if axis == self._last else 1
        lines.append(f"head{axis}:")
        lines.append(f"  %i{axis} = phi i64 [ 0, %{before} ], [ %n{axis}, %latch{axis} ]")
        for number, operand in enumerate(self._operands):
            stride = operand.strides[axis]
            if stride:
                lines.append(f"  %o{axis}_{number} = mul i64 %i{axis}, {stride * operand.bytes}")
                lines.append(f"  %p{axis}_{number} = getelementptr i8, ptr {outer[number]}, i64 %o{axis}_{number}")
                self._places[number] = f"%p{axis}_{number}"
        if axis == self._last:
            self._body(write)
            lines.append(f"  br label %latch{axis}")
        else:
            self._read_alike(axis)
            lines.append(f"  br label %head{axis + 1}")
            self._axis(axis + 1, f"head{axis}", write)
        self._places = outer
        lines.append(f"latch{axis}:")
        lines.append(f"  %n{axis} = add i64 %i{axis}, {step}")
        lines.append(f"  %more{axis} = icmp slt i64 %n{axis}, {length}")
        out = f"latch{axis - 1}" if axis else "end"
        lines.append(f"  br i1 %more{axis}, label %head{axis}, label %{out}")

    def _read_alike(self, axis: int) -> None:
        """Read what is the same along all further axes."""
        for number, operand in enumerate(self._operands):
            if operand.is_result or operand.depth != axis:
                continue
            vector = self._writer.vector(operand.kind)
            self._lines += [
                f"  %s{number} = load {operand.kind}, ptr {self._places[number]}, align {operand.bytes}",
                f"  %t{number} = insertelement {vector} poison, {operand.kind} %s{number}, i32 0",
                f"  %r{number} = shufflevector {vector} %t{number}, {vector} poison, "
                f"<{self._lanes} x i32> zeroinitializer",
            ]
            self._read[number] = f"%r{number}"

    def _body(self, write: Callable[[Writer, Sequence[Name]], Sequence[Name]]) -> None:
        for number, operand in enumerate(self._operands):
            if operand.is_result or operand.depth != self._last:
                continue
            vector = self._writer.vector(operand.kind)
            self._lines.append(f"  %r{number} = load {vector}, ptr {self._places[number]}, align {operand.bytes}")
            self._read[number] = f"%r{number}"
        reads = [self._read[number] for number, operand in enumerate(self._operands) if not operand.is_result]
        found = list(write(self._writer, reads))
        self._lines += self._writer.lines
        written = [number for number, operand in enumerate(self._operands) if operand.is_result]
        for number, name in zip(written, found, strict=True):
            operand = self._operands[number]
            vector = self._writer.vector(operand.kind)
            self._lines.append(f"  store {vector} {name}, ptr {self._places[number]}, align {operand.bytes}")
