"""A member's training steps: gather, forward, loss, backward, update; everything stays in the nearest caches."""

from typing import Any

from pellucid.training.engines.compiled.codes import MERGED
from pellucid.training.engines.compiled.kernels.activations import activate, pull
from pellucid.training.engines.compiled.kernels.control import Variable, cases, loop, routine, tables, when
from pellucid.training.engines.compiled.kernels.dropout import drop, times
from pellucid.training.engines.compiled.kernels.losses import price
from pellucid.training.engines.compiled.kernels.products import column_sums, product, transpose, transposed_product
from pellucid.training.engines.compiled.kernels.terms import (
    FLOAT,
    LINE,
    LONG,
    ONE,
    Term,
    absolute,
    bits_of,
    constant,
    double,
    floats_of,
    load,
    load_number,
    prefetch,
    root,
    select,
    single,
    store,
    total,
    vector,
)
from pellucid.training.engines.compiled.kernels.updates import clip, penalise, scale, squares, update
from pellucid.training.engines.compiled.work import LayerField, ParameterField, Place

__all__ = ["run"]

_INFINITE = float("inf")
# Bytes of a row number.
_EIGHT = 8


@routine()
def _copy(source: Term, place: Term, size: Term) -> None:
    with loop(0, size, LINE) as at:
        store(place + at, load(source + at))


@routine()
def _silence(y: Term, size: Term, wide: Term, used: Term, window: Term) -> None:
    """Zeros in the columns from ``used`` on, fewer than sixteen, of rows of ``wide`` bytes."""
    last = wide - LINE
    # Bits from memory, because a choice would become a slow store; see ``activations.pull``.
    kept = bits_of(load(window + wide - used * ONE, aligned=False))
    with loop(last, size, wide) as at:
        store(y + at, floats_of(bits_of(load(y + at)) & kept))


def _gather(work: Any, member: Term, step: Term) -> Term:
    """Bring inputs and targets of a batch together; how many of its rows are real."""
    places = work.places
    batch, wide = places[Place.BATCH], places[Place.TABLE_WIDTH] * ONE
    table, first, aims = places[Place.TABLE], places[Place.FIRST], places[Place.AIMS]
    targets, count = work.targets.at(0), work.targets.shape[1]
    rows, weights = work.rows.at(step, member), work.weights.at(step, member)

    # Several short loops: the processor then waits for many rows at once.
    with loop(0, batch) as r:
        _copy(table + load_number(rows + r * _EIGHT, LONG) * wide, first + r * wide, wide)
    with loop(0, batch) as r:
        own = targets + load_number(rows + r * _EIGHT, LONG) * count * ONE
        with loop(0, count) as t:
            store(aims + (t * batch + r) * ONE, load_number(own + t * ONE))
    real = Variable(vector(batch))
    with loop(0, batch * ONE, LINE) as at:
        real.add(select(load(weights + at) > 0.0, vector(batch, 1.0), 0.0))
    return total(double(real.get()))


def _look_ahead(work: Any, member: Term, step: Term) -> None:
    """Have the rows and numbers of the next step brought near."""
    batch, table, wide = work.places[Place.BATCH], work.places[Place.TABLE], work.places[Place.TABLE_WIDTH] * ONE
    # The last step looks at itself.
    later = select(step + 1 < work.updates.shape[0], step + 1, step)
    rows, weights = work.rows.at(later, member), work.weights.at(later, member)
    with loop(0, batch * ONE, LINE) as at:
        prefetch(weights + at)
    for each in (work.updates, work.rates, work.numbers):
        prefetch(each.at(later, member))
    with loop(0, batch) as r:
        prefetch(table + load_number(rows + r * _EIGHT, LONG) * wide)


def _forward(work: Any, member: Term, step: Term) -> None:
    batch = work.places[Place.BATCH]
    with loop(0, work.layers.shape[0]) as n:
        x, y, inputs, outputs = (
            work.layers[n, field] for field in (LayerField.X, LayerField.Y, LayerField.INPUTS, LayerField.OUTPUTS)
        )
        size = batch * outputs * ONE

        def linear() -> None:
            weight, bias = (
                work.addresses[member, work.layers[n, field], 0] for field in (LayerField.WEIGHT, LayerField.BIAS)
            )
            entering, used = work.layers[n, LayerField.ENTERING], work.layers[n, LayerField.USED]
            one, packed = batch.like(ONE), work.places[Place.PACKED]
            # If the relu behind is a part of this product, its values are what is stored.
            merged = work.activations[member, n, 0] > 0
            least = select(merged, Term(x.builder, constant(FLOAT, 0.0)), -_INFINITE)
            place = select(merged, work.layers[n, LayerField.Y_AFTER], y)
            product(x, inputs * ONE, one, batch, entering, weight, outputs, used, bias, least, place, packed)

        def activation() -> None:
            activate(work.activations[member, n, 0], x, y, size, work.bends[member, n, 0], work.bends[member, n, 1])
            with when(work.activations[member, n, 1] > 0):
                used, window = work.layers[n, LayerField.USED], work.places[Place.WINDOW]
                _silence(y, size, outputs * ONE, used, window)

        def dropout() -> None:
            stream, mask = work.layers[n, LayerField.STREAM], work.layers[n, LayerField.MASK]
            level, factor = work.levels[step, member], work.scales[step, member]
            seed, epoch = work.seeds[member], work.epochs[member]
            drop(x, batch * outputs, seed, stream, epoch, step, level, factor, mask, y)

        cases(work.layers[n, LayerField.KIND], [linear, activation, dropout])


def _backward(work: Any, member: Term) -> None:
    places = work.places
    batch = places[Place.BATCH]
    gradient, other = Variable(places[Place.PULLED]), Variable(places[Place.PULLED_ON])
    with loop(0, work.layers.shape[0]) as done:
        n = work.layers.shape[0] - 1 - done
        x, y, inputs, outputs = (
            work.layers[n, field] for field in (LayerField.X, LayerField.Y, LayerField.INPUTS, LayerField.OUTPUTS)
        )
        size, dy = batch * outputs * ONE, gradient.get()

        def linear() -> None:
            weight, bias = work.layers[n, LayerField.WEIGHT], work.layers[n, LayerField.BIAS]
            one, zeros, packed = batch.like(ONE), places[Place.ZEROS], places[Place.PACKED]
            to_weight, to_bias = (work.parameters[each, ParameterField.GRADIENT] for each in (weight, bias))
            entering, used = work.layers[n, LayerField.ENTERING], work.layers[n, LayerField.USED]
            none = Term(x.builder, constant(FLOAT, -_INFINITE))
            product(x, one, inputs * ONE, entering, batch, dy, outputs, used, zeros, none, to_weight, packed)
            column_sums(dy, batch, outputs, to_bias)
            with when(work.layers[n, LayerField.NEEDS_INPUT] > 0):
                # And if the relu before is, so is its derivative.
                merged = work.activations[member, n, 1] > 0
                gate, gate_row = select(merged, x, places[Place.ONES]), select(merged, inputs * ONE, 0)
                dx, matrix = other.get(), work.addresses[member, weight, 0]
                transposed_product(dy, batch, used, matrix, outputs, inputs, entering, gate, gate_row, dx, packed)
                gradient.set(dx)
                other.set(dy)

        def activation() -> None:
            code = work.activations[member, n, 0]
            with when(code > MERGED):
                dx = other.get()
                pull(code, dy, x, y, size, work.bends[member, n, 0], work.bends[member, n, 1], dx)
                gradient.set(dx)
                other.set(dy)

        def dropout() -> None:
            times(dy, size, work.layers[n, LayerField.MASK])

        cases(work.layers[n, LayerField.KIND], [linear, activation, dropout])


def _regularise(work: Any, member: Term) -> None:
    """Add penalties, clip values, clip the norm, in this order; see ``training.regularising``."""
    limit, longest = work.limits[member, 0], work.limits[member, 1]
    total = Variable(longest.like(0.0))
    with loop(0, work.parameters.shape[0]) as n:
        size, g = work.parameters[n, ParameterField.SIZE], work.parameters[n, ParameterField.GRADIENT]
        linear, square = work.penalties[member, n, 0], work.penalties[member, n, 1]
        with when(absolute(linear) + absolute(square) > 0.0):
            penalise(g, work.addresses[member, n, 0], size, linear, square)
        with when(work.parameters[n, ParameterField.COUNTS] > 0):
            with when(limit < _INFINITE):
                clip(g, size, single(limit))
            with when(longest < _INFINITE):
                total.add(squares(g, size))
    with when(longest < _INFINITE):
        factor = longest / (root(total.get()) + 1e-6)
        # A norm that is no number leaves the gradient alone.
        with when(factor < 1.0), loop(0, work.parameters.shape[0]) as n:
            size, g = work.parameters[n, ParameterField.SIZE], work.parameters[n, ParameterField.GRADIENT]
            with when(work.parameters[n, ParameterField.COUNTS] > 0):
                scale(g, size, single(factor))


def _update(work: Any, member: Term, step: Term) -> None:
    code, numbers = work.updates[step, member], work.numbers.at(step, member)
    with loop(0, work.parameters.shape[0]) as n, when(work.parameters[n, ParameterField.MOVES] > 0):
        p, *state = (work.addresses[member, n, place] for place in range(4))
        size, g = work.parameters[n, ParameterField.SIZE], work.parameters[n, ParameterField.GRADIENT]
        decays = work.parameters[n, ParameterField.DECAYS] > 0
        decay, rate = select(decays, work.rates[step, member, 0], 1.0), work.rates[step, member, 1] * work.factors[n]
        update(code, p, g, *state, size, decay, rate, numbers)


def _step(work: Any, member: Term, step: Term) -> None:
    places = work.places
    batch, width = places[Place.BATCH], places[Place.OUTPUT_WIDTH]
    real = _gather(work, member, step)
    _look_ahead(work, member, step)
    _forward(work, member, step)
    transpose(places[Place.LAST], batch, width, places[Place.OUTPUTS], places[Place.COLUMNS])
    loss = price(
        work.losses[member],
        *(places[place] for place in (Place.COLUMNS, Place.SLOPES, Place.AIMS)),
        work.weights.at(step, member),
        work.column_numbers.at(member),
        batch,
        places[Place.OUTPUTS],
        places[Place.SHARED],
        work.loss_numbers[member],
    )
    work.tally.add(loss * real, member, 0)
    work.tally.add(real, member, 1)
    transpose(places[Place.SLOPES], width, batch, batch, places[Place.PULLED])
    _backward(work, member)
    _regularise(work, member)
    _update(work, member, step)


def run(frame: Term, start: Term, stop: Term) -> None:
    """Take steps ``start`` to before ``stop`` of every member's epoch, one member after the other.

    Args:
        frame: Address of ``Work.frame``.
        start: Counted from 0.
        stop: One past the last.
    """
    work = tables(frame)
    with loop(0, work.seeds.shape[0]) as member, loop(start, stop) as step:
        _step(work, member, step)
