"""What stands around the calculations of the finished code: loops, choices, variables, functions and tables."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from llvmlite import ir

from pellucid.training.engines.compiled.kernels.terms import LONG, Number, Term, constant, load_number, store
from pellucid.training.engines.compiled.work import AXES, FIELDS, Work

__all__ = ["Table", "Variable", "cases", "loop", "routine", "tables", "when", "write_function"]

_NOTHING = ir.VoidType()


class Variable:
    """A value that changes from round to round of a loop; it stands in a register."""

    def __init__(self, first: Term) -> None:
        self._builder = first.builder
        with first.builder.goto_entry_block():
            self._place = first.builder.alloca(first.value.type)
        self.set(first)

    def get(self) -> Term:
        """Its value now."""
        return Term(self._builder, self._builder.load(self._place))

    def set(self, value: Term) -> None:
        """Another value from here on."""
        self._builder.store(value.value, self._place)

    def add(self, value: Number) -> None:
        """More of it."""
        self.set(self.get() + value)


@contextmanager
def loop(start: Number, stop: Term, step: Number = 1) -> Iterator[Term]:
    """Numbers from ``start`` to before ``stop``, ``step`` apart."""
    builder = stop.builder
    number = Variable(Term(builder, stop.of(start)))
    again, inside, after = (builder.append_basic_block(name) for name in ("again", "inside", "after"))
    builder.branch(again)
    builder.position_at_end(again)
    now = number.get()
    builder.cbranch((now < stop).value, inside, after)
    builder.position_at_end(inside)
    yield now
    number.set(now + step)
    builder.branch(again)
    builder.position_at_end(after)


@contextmanager
def when(truth: Term) -> Iterator[None]:
    """What is done only if it is true."""
    with truth.builder.if_then(truth.value):
        yield


def cases(code: Term, branches: Sequence[Callable[[], None]]) -> None:
    """Do what stands at the code's place in the list, and nothing for any other code."""
    builder = code.builder
    after = builder.append_basic_block("after")
    switch = builder.switch(code.value, after)
    for number, branch in enumerate(branches):
        block = builder.append_basic_block("case")
        switch.add_case(constant(code.value.type, number), block)
        builder.position_at_end(block)
        branch()
        builder.branch(after)
    builder.position_at_end(after)


def routine(result: ir.Type = _NOTHING) -> Callable[[Callable[..., Term | None]], Callable[..., Any]]:
    """Make a function of terms one of the finished code: written where it is called first, called from then on.

    Args:
        result: Kind of what it gives.
    """

    def made(write: Callable[..., Term | None]) -> Callable[..., Any]:
        @functools.wraps(write)
        def call(*terms: Term) -> Term | None:
            builder = terms[0].builder
            name = f"{write.__module__}.{write.__name__}"
            function = builder.module.globals.get(name)
            if function is None:
                kind = ir.FunctionType(result, [term.value.type for term in terms])
                function = ir.Function(builder.module, kind, name)
                function.linkage = "internal"
                write_function(function, write)
            found = builder.call(function, [term.value for term in terms])
            return None if result is _NOTHING else Term(builder, found)

        return call

    return made


def write_function(function: ir.Function, write: Callable[..., Term | None]) -> None:
    """Fill a function of the finished code with what a function of terms does."""
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    found = write(*(Term(builder, argument) for argument in function.args))
    if found is None:
        builder.ret_void()
    else:
        builder.ret(found.value)


class Table:
    """An array of ``Work``: ``table[i, j]`` is the number in row i, column j.

    Attributes:
        shape: Lengths of its axes.
    """

    def __init__(self, frame: Term, number: int, kind: str) -> None:
        """Take the array's address and lengths from the frame that ``Work.frame`` makes."""
        first, *self.shape = (load_number(frame + 8 * (number * (1 + AXES) + n), LONG) for n in range(1 + AXES))
        self._first, self._kind = first, {"int64": LONG, "float32": ir.FloatType(), "float64": ir.DoubleType()}[kind]
        self._bytes = 4 if kind == "float32" else 8

    def at(self, *indices: Number) -> Term:
        """The address of an entry, or of the first one of a row."""
        place = self._first.like(0)
        for axis, length in enumerate(self.shape):
            place = place * length + (indices[axis] if axis < len(indices) else 0)
        return self._first + place * self._bytes

    def __getitem__(self, indices: Number | tuple[Number, ...]) -> Term:
        places = indices if isinstance(indices, tuple) else (indices,)
        return load_number(self.at(*places), self._kind)

    def add(self, value: Number, *indices: Number) -> None:
        """Add to an entry."""
        place = self.at(*indices)
        store(place, load_number(place, self._kind) + value)


def tables(frame: Term) -> Any:
    """Every array of ``Work``, by its name."""
    return Work(*(Table(frame, number, kind) for number, kind in enumerate(FIELDS.values())))  # type: ignore[arg-type]
