"""Dropout masks, bit for bit those of ``randomness.StackNoise``, where the sources of all of this stand."""

from pellucid.training.engines.compiled.kernels.control import loop, routine
from pellucid.training.engines.compiled.kernels.terms import (
    LANES,
    LINE,
    ONE,
    Term,
    load,
    logical_shift,
    numbered,
    select,
    short,
    shuffled,
    spread,
    store,
    vector,
)

__all__ = ["drop", "times"]

_MIX_1, _MIX_2, _GOLDEN = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15
_HASH_1, _HASH_2, _HASH_3 = 0x7FEB352D, 0x846CA68B - (1 << 32), 0x9E3779B1 - (1 << 32)


def _mix(z: Term) -> Term:
    z = (z ^ logical_shift(z, 30)) * _MIX_1
    z = (z ^ logical_shift(z, 27)) * _MIX_2
    return z ^ logical_shift(z, 31)


@routine()
def drop(
    x: Term,
    count: Term,
    seed: Term,
    stream: Term,
    epoch: Term,
    step: Term,
    least: Term,
    scale: Term,
    mask: Term,
    y: Term,
) -> None:
    """Y = x·mask for ``count`` numbers, and the mask: ``scale``, or 0 where a draw of 16 bits lies below ``least``.

    Args:
        x: Where the numbers lie.
        count: A multiple of 32.
        seed: Of the member; with stream, epoch and step it makes the key of ``randomness.step_keys``.
        stream: Of the layer.
        epoch: Counted from 0.
        step: Of the epoch, counted from 0.
        least: −2¹⁵ to 2¹⁵ − 1.
        scale: 1/(1 − p).
        mask: Where the mask goes.
        y: Where the product goes.
    """
    key = _mix(seed)
    for part in (stream, epoch, step):
        key = _mix(key + part * _GOLDEN)
    kept, none = spread(scale), vector(x)
    low, high, least = spread(short(key)), spread(short(logical_shift(key, 32))), spread(short(least))
    with loop(0, count, 2 * LANES) as start:
        # One draw of 32 bits decides about two neighbours.
        h = (numbered(x) + spread(short(logical_shift(start, 1)))) * _HASH_3 ^ low
        h = (h ^ logical_shift(h, 16)) * _HASH_1 + high
        h = (h ^ logical_shift(h, 15)) * _HASH_2
        h = h ^ logical_shift(h, 16)
        evens = select((h << 16) >> 16 >= least, kept, none)
        odds = select(h >> 16 >= least, kept, none)
        for half in range(2):
            order = [n // 2 + 8 * half + n % 2 * LANES for n in range(LANES)]
            own, at = shuffled(evens, odds, order), start * ONE + half * LINE
            store(mask + at, own)
            store(y + at, load(x + at) * own)


@routine()
def times(y: Term, size: Term, mask: Term) -> None:
    """Y ← y·mask, ``size`` bytes of each."""
    with loop(0, size, LINE) as at:
        store(y + at, load(y + at) * load(mask + at))
