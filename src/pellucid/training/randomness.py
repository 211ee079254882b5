"""Randomness as a function of (member seed, stream, epoch, step): nothing to save, nothing shared between members.

Initial weights come from NumPy's Philox generator, whose key and counter are set from those four numbers. What is drawn
again and again, orders of rows once an epoch and dropout masks at every step, comes from a hash of 32-bit counters in
plain integer arithmetic, for many members at a time: the same bits on every device, for any number of threads, wherever
a member stands in a stack.
"""

import threading
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor
from torch.utils._python_dispatch import _disable_current_modes

from pellucid.activations.masks import passed
from pellucid.shapes import Array, RowNumbers

__all__ = [
    "GRADIENT",
    "INITIALISATION",
    "PERMUTATION",
    "SAMPLE",
    "StackNoise",
    "borrowed_generator",
    "generator",
    "permutations",
    "step_keys",
]

# Streams below 1000 belong to the layers of a network, by layer number.
PERMUTATION = 1000
INITIALISATION = 1001
SAMPLE = 1002
# Gradient noise: one stream per parameter from here on.
GRADIENT = 2000

_LEVELS = 1 << 16
# Rows whose numbers fit beside 20 random bits.
_SHORT = 1 << 12
# Of SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators", §3): multipliers, and the
# odd number nearest to 2⁶⁴/φ that one state lies from the next.
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def generator(seed: int, stream: int, epoch: int = 0, step: int = 0) -> np.random.Generator:
    """A fresh generator for one (seed, stream, epoch, step)."""
    key = np.array([seed & 0xFFFFFFFFFFFFFFFF, stream], dtype=np.uint64)
    # The low words of the counter count the draws; epoch and step sit where draws never reach.
    counter = np.array([0, 0, epoch, step], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


class _Borrowed(threading.local):
    """One generator per thread, set anew for every use: making one costs as much as drawing thousands of numbers."""

    def __init__(self) -> None:
        self.bits = np.random.Philox(key=np.zeros(2, dtype=np.uint64), counter=np.zeros(4, dtype=np.uint64))
        self.generator = np.random.Generator(self.bits)
        self.start = self.bits.state


_borrowed = _Borrowed()


def borrowed_generator(seed: int, stream: int) -> np.random.Generator:
    """What ``generator`` gives, for the thread's own use until it asks here again: it is always the same object."""
    start = _borrowed.start
    start["state"]["key"][:] = (seed & 0xFFFFFFFFFFFFFFFF, stream)
    _borrowed.bits.state = start
    return _borrowed.generator


def permutations(seeds: Sequence[int], epochs: ArrayLike, count: int) -> RowNumbers:
    """Orders of rows, each a function of seed, epoch and number of rows alone ``[m, count]``.

    Rows are sorted by what the hash gives for their numbers, 32 bits that no two rows share; row numbers ride along in
    the keys. Up to 4096 rows they take the place of the low bits, so that 32 − ⌈log₂ count⌉ random bits decide, 20 at
    least: of two rows the one with the lower number then comes first with a chance of ½ + 2⁻²¹ at most. This is faster
    than shuffling: NumPy sorts several numbers at a time, keys of 32 bits twice as fast as those of 64.

    Args:
        seeds: Members' seeds ``[m]``.
        epochs: One number, or ``[m]``.
        count: Rows, at most 2³².
    """
    numbers = np.arange(count, dtype=np.uint32)
    halves = _states(seeds, PERMUTATION, epochs).view(np.uint32).reshape(-1, 2)
    # As ``_hashed`` does it for tensors, less its last shift, which leaves the upper bits alone.
    drawn = numbers * np.uint32(_HASH_3 & 0xFFFFFFFF) ^ halves[:, :1]
    shifted = drawn >> np.uint32(16)
    drawn ^= shifted
    drawn *= np.uint32(_HASH_1)
    drawn += halves[:, 1:]
    np.right_shift(drawn, np.uint32(15), out=shifted)
    drawn ^= shifted
    drawn *= np.uint32(_HASH_2 & 0xFFFFFFFF)
    found: RowNumbers
    if count <= _SHORT:
        low = np.uint32((1 << max(count - 1, 0).bit_length()) - 1)
        drawn &= ~low
        drawn |= numbers
        drawn.sort(axis=1)
        found = (drawn & low).astype(np.int64)
    else:
        keys = drawn.astype(np.uint64)
        keys <<= np.uint64(32)
        keys |= numbers
        keys.sort(axis=1)
        keys &= np.uint64(0xFFFFFFFF)
        found = keys.view(np.int64)
    return found


def step_keys(seeds: Sequence[int], stream: int, epochs: ArrayLike, steps: int) -> Array:
    """Two 32-bit keys for every step and member: ``[steps, m, 2]``, int32; ``epochs`` is one number, or ``[m]``."""
    each = np.arange(steps, dtype=np.uint64)[:, None] * _GOLDEN
    state = _mix(_states(seeds, stream, epochs)[None, :] + each)
    keys: Array = state.view(np.int32).reshape(steps, len(seeds), 2)
    return keys


def _states(seeds: Sequence[int], stream: int, epochs: ArrayLike) -> Array:
    """64 bits for every member, a function of its seed, the stream and its epoch ``[m]``."""
    with np.errstate(over="ignore"):
        state = _mix(np.array([seed & 0xFFFFFFFFFFFFFFFF for seed in seeds], dtype=np.uint64))
        state = _mix(state + np.uint64(stream) * _GOLDEN)
        return _mix(state + np.asarray(epochs, dtype=np.uint64) * _GOLDEN)


def _mix(z: Array) -> Array:
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    mixed: Array = z ^ (z >> np.uint64(31))
    return mixed


def _as_int32(value: int) -> int:
    return value - (1 << 32) if value >= 1 << 31 else value


# Multipliers of Wellons' low-bias 32-bit hash ("Prospecting for hash functions", 2018).
_HASH_1, _HASH_2, _HASH_3 = _as_int32(0x7FEB352D), _as_int32(0x846CA68B), _as_int32(0x9E3779B1)


def _hashed(h: Tensor, key1: Tensor, key2: Tensor) -> Tensor:
    h = h.bitwise_xor(key1)
    h.bitwise_xor_(_shifted(h, 16)).mul_(_HASH_1)
    h.add_(key2)
    h.bitwise_xor_(_shifted(h, 15)).mul_(_HASH_2)
    return h.bitwise_xor_(_shifted(h, 16))


def _shifted(h: Tensor, bits: int) -> Tensor:
    # torch shifts copies of the sign in; they are masked away, or the top bit would always become 0.
    return (h >> bits).bitwise_and_((1 << (32 - bits)) - 1)


class StackNoise:
    """Everything random in one stack, step by step: dropout masks, slopes of random activations, noise.

    Attributes:
        rates: Share dropped, per member ``[m]``, before the schedule's factor.
        input_noise: Standard deviation of the noise on inputs ``[m, 1, 1]``; None where nobody wants any.
        activity: Strength of the penalty on hidden values ``[m, 1, 1]``; None where nobody has one.
        row_weights: Weights of the step's rows ``[m, b]``, which layers that look over a batch go by: 0 on filling.
    """

    def __init__(
        self,
        seeds: Sequence[int],
        rates: Array,
        *,
        dtype: torch.dtype,
        input_noise: Array | None = None,
        activity: Array | None = None,
        device: torch.device | str = "cpu",
    ) -> None:
        self.seeds, self.rates, self.dtype = list(seeds), np.asarray(rates, dtype=np.float64), dtype
        self._device = torch.device(device)
        self._input_noise, self._activity = input_noise, activity
        self.input_noise = _spread(input_noise, dtype, self._device)
        self.activity = _spread(activity, dtype, self._device)
        m = len(self.seeds)
        self.row_weights = torch.ones(m, 1, dtype=dtype, device=self._device)
        self._counters: dict[int, Tensor] = {}
        self._epochs: ArrayLike = 0
        self._steps = self._step = 0
        self._drops = bool(self.rates.any())
        # Numbers of all steps of the epoch, and those of the present step, which always stand in the same memory.
        self._keys: dict[int, tuple[Tensor, ...]] = {}
        self._thresholds: tuple[Tensor, ...] = ()
        self._scales: tuple[Tensor, ...] = ()
        self._key: dict[int, Tensor] = {}
        self._threshold = torch.zeros(m, 1, dtype=dtype, device=self._device)
        self._scale = torch.ones(m, 1, dtype=dtype, device=self._device)

    @property
    def is_recordable(self) -> bool:
        """Draws are computed from tensors that stay where they are while ``begin_step`` writes their numbers."""
        return True

    def begin_epoch(self, epochs: ArrayLike, steps: int, factor: Array) -> None:
        """Get ready for an epoch of so many steps.

        Args:
            epochs: Which epoch, counted from 0: one number, or each member's own ``[m]``.
            steps: How many.
            factor: On the rates ``[steps, m]``.
        """
        self._epochs, self._steps = epochs, steps
        self._keys = {}
        if self._drops:
            # 16 random bits decide, so a rate is met to within 2⁻¹⁷.
            levels = np.rint(self.rates * factor * _LEVELS).clip(0, _LEVELS - 1)
            # Draws are whole numbers: those from the level on lie above the level less a half.
            thresholds, scales = levels - _LEVELS // 2 - 0.5, 1.0 / (1.0 - levels / _LEVELS)
            # The uniform case, which the keys do not change, is the usual one: one row of numbers, broadcast.
            self._thresholds = torch.as_tensor(thresholds, dtype=self.dtype, device=self._device).unsqueeze(2).unbind(0)
            self._scales = torch.as_tensor(scales, dtype=self.dtype, device=self._device).unsqueeze(2).unbind(0)

    def begin_step(self, step: int, row_weights: Tensor | None = None) -> None:
        """Move to a step of the epoch, counted from 0, on rows of these weights ``[m, b]``."""
        self._step = step
        if row_weights is not None:
            self.row_weights = row_weights
        for stream, key in self._key.items():
            key.copy_(self._keys_of(stream)[step])
        if self._drops:
            self._threshold.copy_(self._thresholds[step])
            self._scale.copy_(self._scales[step])

    def mask(self, stream: int, rows: int, width: int) -> Tensor | None:
        """Factors ``[m, rows, width]``: 0 with a member's rate p, else 1/(1 − p); None when nobody drops."""
        if not self._drops:
            return None
        draws = self._draws(stream, rows * width // 2).view(torch.int16)
        kept = passed(self._scale, draws.to(self.dtype).sub_(self._threshold))
        return kept.view(len(self.seeds), rows, width)

    def uniform(self, stream: int, rows: int, width: int) -> Tensor:
        """Draws ``[m, rows, width]`` from [0, 1), in steps of 2⁻²⁴."""
        return self._fractions(self._draws(stream, rows * width)).view(len(self.seeds), rows, width)

    def normal(self, stream: int, rows: int, width: int) -> Tensor:
        """Standard normal draws ``[m, rows, width]``.

        Box & Muller (1958), "A note on the generation of random normal deviates", eq. (1): √(−2·ln u)·cos(2π·v).
        """
        first = self._fractions(self._draws(stream, rows * width))
        second = self._fractions(self._draws(stream, rows * width, twist=True))
        # ln is taken of 1 − u, which is never 0.
        radius = torch.log(1.0 - first).mul_(-2.0).sqrt_()
        return radius.mul_(torch.cos(second.mul_(2.0 * np.pi))).view(len(self.seeds), rows, width)

    def _fractions(self, draws: Tensor) -> Tensor:
        return _shifted(draws, 8).to(self.dtype).mul_(2.0**-24)

    def _draws(self, stream: int, size: int, *, twist: bool = False) -> Tensor:
        """32 random bits each ``[m, size]``; the twist gives a second set that has nothing to do with the first."""
        # What is made here serves all steps; it is no part of what a step computes.
        with _disable_current_modes():
            if stream not in self._key:
                self._key[stream] = self._keys_of(stream)[self._step].clone()
            if size not in self._counters:
                counted = np.arange(size, dtype=np.uint32) * np.uint32(_HASH_3 & 0xFFFFFFFF)
                self._counters[size] = torch.as_tensor(counted.view(np.int32), device=self._device).unsqueeze(0)
        now, counters = self._key[stream], self._counters[size]
        if twist:
            # Swapped and mixed keys: another of the 2⁶⁴ sequences.
            return _hashed(counters, now[:, 1:].bitwise_xor(_HASH_3), now[:, :1].bitwise_xor(_HASH_1))
        return _hashed(counters, now[:, :1], now[:, 1:])

    def _keys_of(self, stream: int) -> tuple[Tensor, ...]:
        """Keys of every step of the epoch ``[m, 2]`` each."""
        if stream not in self._keys:
            keys = step_keys(self.seeds, stream, self._epochs, self._steps)
            self._keys[stream] = torch.as_tensor(keys, device=self._device).unbind(0)
        return self._keys[stream]

    def take(self, members: Sequence[int]) -> "StackNoise":
        """The noise of only these members."""
        chosen = list(members)
        return StackNoise(
            [self.seeds[m] for m in chosen],
            self.rates[chosen],
            dtype=self.dtype,
            input_noise=None if self._input_noise is None else self._input_noise[chosen],
            activity=None if self._activity is None else self._activity[chosen],
            device=self._device,
        )


def _spread(values: Array | None, dtype: torch.dtype, device: torch.device) -> Tensor | None:
    """``[m, 1, 1]``, or None where all are 0."""
    if values is None or not values.any():
        return None
    return torch.as_tensor(values, dtype=dtype, device=device).view(-1, 1, 1)
