"""Terms: Python that writes machine instructions when it calculates.

A compiler that is handed a loop over numbers turns it into vector instructions or does not, depending on what stands
around it, and it knows no exponential of sixteen numbers. So the loops are written in terms, which put down LLVM's
instructions, vectors of sixteen where they should be vectors. A Python loop over terms is thereby unrolled; loops of
the finished code are those of ``control``.

Vectors of sixteen are cut into what the machine has (2×8 with AVX2, 4×4 with NEON), lane by lane the same arithmetic,
so that the width of its registers changes no bit.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, Union

from llvmlite import ir

__all__ = [
    "DOUBLE",
    "FLOAT",
    "LANES",
    "LINE",
    "LONG",
    "ONE",
    "Number",
    "Term",
    "absolute",
    "bits_of",
    "called",
    "constant",
    "double",
    "floats_of",
    "fused",
    "load",
    "load_number",
    "logical_shift",
    "numbered",
    "prefetch",
    "real",
    "root",
    "select",
    "short",
    "shuffled",
    "sign",
    "single",
    "spread",
    "store",
    "total",
    "vector",
    "whole",
]

LANES = 16
# Bytes of a float32, and of sixteen.
ONE, LINE = 4, 64

FLOAT, DOUBLE, _INT, LONG = ir.FloatType(), ir.DoubleType(), ir.IntType(32), ir.IntType(64)
_FLOATS, _INTS = ir.VectorType(FLOAT, LANES), ir.VectorType(_INT, LANES)

Number: TypeAlias = Union["Term", float, int]


class Term:
    """A value of the finished code: one number or sixteen, real or whole.

    Two terms of one kind, or one and a Python number, are calculated with as usual; ``>>`` keeps the sign. Comparisons
    are false where either side is no number.
    """

    def __init__(self, builder: ir.IRBuilder, value: Any) -> None:
        self.builder, self.value = builder, value

    def of(self, other: Number) -> Any:
        """Another value of the same kind, for LLVM."""
        return other.value if isinstance(other, Term) else constant(self.value.type, other)

    def like(self, number: float) -> "Term":
        """A Python number as another term of the same kind."""
        return Term(self.builder, self.of(number))

    def _with(self, other: Number, real: str, whole: str, *, swapped: bool = False) -> "Term":
        name = real if _is_real(self.value.type) else whole
        pair = (self.of(other), self.value) if swapped else (self.value, self.of(other))
        return Term(self.builder, getattr(self.builder, name)(*pair))

    def __add__(self, other: Number) -> "Term":
        return self._with(other, "fadd", "add")

    def __radd__(self, other: Number) -> "Term":
        return self._with(other, "fadd", "add", swapped=True)

    def __sub__(self, other: Number) -> "Term":
        return self._with(other, "fsub", "sub")

    def __rsub__(self, other: Number) -> "Term":
        return self._with(other, "fsub", "sub", swapped=True)

    def __mul__(self, other: Number) -> "Term":
        return self._with(other, "fmul", "mul")

    def __rmul__(self, other: Number) -> "Term":
        return self._with(other, "fmul", "mul", swapped=True)

    def __truediv__(self, other: Number) -> "Term":
        return self._with(other, "fdiv", "")

    def __rtruediv__(self, other: Number) -> "Term":
        return self._with(other, "fdiv", "", swapped=True)

    def __and__(self, other: Number) -> "Term":
        return self._with(other, "", "and_")

    def __or__(self, other: Number) -> "Term":
        return self._with(other, "", "or_")

    def __xor__(self, other: Number) -> "Term":
        return self._with(other, "", "xor")

    def __lshift__(self, other: Number) -> "Term":
        return self._with(other, "", "shl")

    def __rshift__(self, other: Number) -> "Term":
        return self._with(other, "", "ashr")

    def __neg__(self) -> "Term":
        return Term(self.builder, self.builder.fneg(self.value))

    def _compared(self, sign: str, other: Number) -> "Term":
        compare = self.builder.fcmp_ordered if _is_real(self.value.type) else self.builder.icmp_signed
        return Term(self.builder, compare(sign, self.value, self.of(other)))

    def __lt__(self, other: Number) -> "Term":
        return self._compared("<", other)

    def __le__(self, other: Number) -> "Term":
        return self._compared("<=", other)

    def __gt__(self, other: Number) -> "Term":
        return self._compared(">", other)

    def __ge__(self, other: Number) -> "Term":
        return self._compared(">=", other)

    def equals(self, other: Number) -> "Term":
        """Whether both are the same number."""
        return self._compared("==", other)


def _is_real(kind: ir.Type) -> bool:
    element = kind.element if isinstance(kind, ir.VectorType) else kind
    return isinstance(element, ir.FloatType | ir.DoubleType)


def constant(kind: ir.Type, value: float | Sequence[float]) -> ir.Constant:
    """A Python number, or sixteen, as LLVM writes them."""
    if isinstance(kind, ir.VectorType) and not isinstance(value, Sequence):
        value = [value] * kind.count
    return ir.Constant(kind, value)


def called(name: str, *terms: Term) -> Term:
    """One of LLVM's own functions, whose arguments and result are of one kind."""
    builder, kind = terms[0].builder, terms[0].value.type
    suffix = f"v{kind.count}f32" if isinstance(kind, ir.VectorType) else {FLOAT: "f32", DOUBLE: "f64"}[kind]
    full = f"{name}.{suffix}"
    function = builder.module.globals.get(full)
    if function is None:
        function = ir.Function(builder.module, ir.FunctionType(kind, [kind] * len(terms)), full)
    return Term(builder, builder.call(function, [term.value for term in terms]))


def _place(address: Term, kind: ir.Type) -> Any:
    return address.builder.inttoptr(address.value, kind.as_pointer())


def load(address: Term, count: int = LANES, *, aligned: bool = True) -> Term:
    """Sixteen numbers or another count; they begin at a multiple of their bytes, or of one's if not ``aligned``."""
    kind = ir.VectorType(FLOAT, count)
    align = count * ONE if aligned else ONE
    return Term(address.builder, address.builder.load(_place(address, kind), align=align))


def load_number(address: Term, kind: ir.Type = FLOAT) -> Term:
    """The number at an address."""
    return Term(address.builder, address.builder.load(_place(address, kind), align=ONE if kind == FLOAT else 2 * ONE))


def store(address: Term, value: Term) -> None:
    """One number or several to an address that is a multiple of their bytes."""
    kind = value.value.type
    size = kind.count * ONE if isinstance(kind, ir.VectorType) else ONE if kind == FLOAT else 2 * ONE
    address.builder.store(value.value, _place(address, kind), align=size)


def prefetch(address: Term) -> None:
    """Have the line at an address brought near; any address will do."""
    builder, where, name = address.builder, ir.IntType(8).as_pointer(), "llvm.prefetch.p0"
    function = builder.module.globals.get(name)
    if function is None:
        function = ir.Function(builder.module, ir.FunctionType(ir.VoidType(), [where, _INT, _INT, _INT]), name)
    # To be read, kept as near as can be, and data.
    builder.call(function, [builder.inttoptr(address.value, where), *(ir.Constant(_INT, n) for n in (0, 3, 1))])


def spread(number: Term, count: int = LANES) -> Term:
    """A number, sixteen times or another count."""
    builder, kind = number.builder, ir.VectorType(number.value.type, count)
    nowhere = ir.Constant(kind, ir.Undefined)
    one = builder.insert_element(nowhere, number.value, ir.Constant(_INT, 0))
    return shuffled(Term(builder, one), None, [0] * count)


def vector(near: Term, value: float = 0.0, count: int = LANES) -> Term:
    """A Python number, sixteen times or another count, beside any term."""
    return Term(near.builder, constant(ir.VectorType(FLOAT, count), value))


def numbered(near: Term) -> Term:
    """The whole numbers 0, 1, …, 15, beside any term."""
    return Term(near.builder, constant(_INTS, list(range(LANES))))


def shuffled(a: Term, b: Term | None, order: Sequence[int]) -> Term:
    """The numbers of two vectors behind one another, picked in this order."""
    other = ir.Constant(a.value.type, ir.Undefined) if b is None else b.value
    picked = ir.Constant(ir.VectorType(_INT, len(order)), list(order))
    return Term(a.builder, a.builder.shuffle_vector(a.value, other, picked))


def fused(a: Term, b: Number, c: Number) -> Term:
    """a·b + c, rounded once on machines that can."""
    return called("llvm.fmuladd", a, Term(a.builder, a.of(b)), Term(a.builder, a.of(c)))


def root(x: Term) -> Term:
    """√x."""
    return called("llvm.sqrt", x)


def absolute(x: Term) -> Term:
    """|x|."""
    return called("llvm.fabs", x)


def select(truth: Term, a: Number, b: Number) -> Term:
    """A where it is true, else b; one of them is a term."""
    kind = a if isinstance(a, Term) else b
    assert isinstance(kind, Term)
    return Term(truth.builder, truth.builder.select(truth.value, kind.of(a), kind.of(b)))


def sign(x: Term) -> Term:
    """1, −1, or 0; NaN for NaN."""
    return select(x > 0.0, 1.0, select(x < 0.0, -1.0, x * 0.0))


def bits_of(x: Term) -> Term:
    """The bits of float32 as int32."""
    return Term(x.builder, x.builder.bitcast(x.value, _INTS))


def floats_of(n: Term) -> Term:
    """The bits of int32 as float32."""
    return Term(n.builder, n.builder.bitcast(n.value, _FLOATS))


def whole(n: Term) -> Term:
    """Sixteen whole numbers as float32."""
    return Term(n.builder, n.builder.sitofp(n.value, _FLOATS))


def real(n: Term) -> Term:
    """A whole number as float32."""
    return Term(n.builder, n.builder.sitofp(n.value, FLOAT))


def single(x: Term) -> Term:
    """A float64 as float32."""
    return Term(x.builder, x.builder.fptrunc(x.value, FLOAT))


def short(n: Term) -> Term:
    """A whole number of 64 bits as int32."""
    return Term(n.builder, n.builder.trunc(n.value, _INT))


def logical_shift(n: Term, count: int) -> Term:
    """Bits moved to the right, zeros behind them."""
    return Term(n.builder, n.builder.lshr(n.value, n.of(count)))


def double(x: Term) -> Term:
    """Sixteen float32 as float64."""
    return Term(x.builder, x.builder.fpext(x.value, ir.VectorType(DOUBLE, LANES)))


def total(x: Term) -> Term:
    """The sum of all sixteen, halves upon halves."""
    count = LANES
    while count > 1:
        count //= 2
        x = shuffled(x, None, range(count)) + shuffled(x, None, range(count, 2 * count))
    return Term(x.builder, x.builder.extract_element(x.value, ir.Constant(_INT, 0)))
