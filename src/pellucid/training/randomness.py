"""Randomness as a function of (member seed, stream, epoch, step): nothing to save, nothing shared between members.

Long draws made once an epoch (permutations, initial weights) come from NumPy's Philox generator, whose key and counter
are set from those four numbers. Dropout masks, drawn every step, come from a hash of 32-bit counters in plain integer
arithmetic: the same bits on every device, for any number of threads, wherever a member stands in a stack.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from pellucid.shapes import Array

__all__ = ["INITIALISATION", "PERMUTATION", "SAMPLE", "StackNoise", "generator", "step_keys"]

# Streams below 1000 belong to the layers of a network, by layer number.
PERMUTATION = 1000
INITIALISATION = 1001
SAMPLE = 1002

_LEVELS = 1 << 16
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def generator(seed: int, stream: int, epoch: int = 0, step: int = 0) -> np.random.Generator:
    """A fresh generator for one (seed, stream, epoch, step)."""
    key = np.array([seed & 0xFFFFFFFFFFFFFFFF, stream], dtype=np.uint64)
    # The low words of the counter count the draws; epoch and step sit where draws never reach.
    counter = np.array([0, 0, epoch, step], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


def step_keys(seeds: Sequence[int], stream: int, epoch: int, steps: int) -> Array:
    """Two 32-bit keys for every step and member: ``[steps, m, 2]``, int32.

    The finaliser is SplitMix64's (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators", §3).
    """
    with np.errstate(over="ignore"):
        state = _mix(np.array([seed & 0xFFFFFFFFFFFFFFFF for seed in seeds], dtype=np.uint64))
        state = _mix(state + np.uint64(stream) * np.uint64(0x9E3779B97F4A7C15))
        state = _mix(state + np.uint64(epoch) * np.uint64(0x9E3779B97F4A7C15))
        each = np.arange(steps, dtype=np.uint64)[:, None] * np.uint64(0x9E3779B97F4A7C15)
        state = _mix(state[None, :] + each)
    keys: Array = state.view(np.int32).reshape(steps, len(seeds), 2)
    return keys


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
    """Dropout masks of one stack, step by step.

    Attributes:
        rates: Share dropped, per member ``[m]``, before the schedule's factor.
    """

    def __init__(self, seeds: Sequence[int], rates: Array, *, dtype: torch.dtype) -> None:
        self.seeds, self.rates, self.dtype = list(seeds), np.asarray(rates, dtype=np.float64), dtype
        self._counters: dict[int, Tensor] = {}
        self._keys: dict[int, Tensor] = {}
        self._epoch = self._steps = self._step = 0
        self._factor = np.ones((1, len(self.seeds)))
        self._drops = bool(self.rates.any())

    def begin_epoch(self, epoch: int, steps: int, factor: Array) -> None:
        """Get ready for an epoch of so many steps; ``factor [steps, m]`` multiplies the rates."""
        self._epoch, self._steps, self._factor = epoch, steps, factor
        self._keys = {}

    def begin_step(self, step: int) -> None:
        """Move to a step of the epoch, counted from 0."""
        self._step = step
        if self._drops:
            rates = self.rates * self._factor[step]
            # 16 random bits decide, so a rate is met to within 2⁻¹⁷.
            levels = np.rint(rates * _LEVELS).clip(0, _LEVELS - 1)
            # The uniform case, which the keys do not change, is the usual one: one row of numbers, broadcast.
            self._threshold = torch.as_tensor((levels - _LEVELS // 2).astype(np.int16)).view(-1, 1)
            self._scale = torch.as_tensor(1.0 / (1.0 - levels / _LEVELS), dtype=self.dtype).view(-1, 1)

    def mask(self, stream: int, rows: int, width: int) -> Tensor | None:
        """Factors ``[m, rows, width]``: 0 with a member's rate p, else 1/(1 − p); None when nobody drops."""
        if not self._drops:
            return None
        keys = self._keys.get(stream)
        if keys is None:
            keys = torch.from_numpy(step_keys(self.seeds, stream, self._epoch, self._steps))
            self._keys[stream] = keys
        size = rows * width // 2
        counters = self._counters.get(size)
        if counters is None:
            counters = torch.arange(size, dtype=torch.int32).mul_(_HASH_3).unsqueeze(0)
            self._counters[size] = counters
        now = keys[self._step]
        draws = _hashed(counters, now[:, :1], now[:, 1:]).view(torch.int16)
        kept = torch.where(draws >= self._threshold, self._scale, 0.0)
        return kept.view(len(self.seeds), rows, width)

    def take(self, members: Sequence[int]) -> "StackNoise":
        """The noise of only these members."""
        chosen = list(members)
        return StackNoise([self.seeds[m] for m in chosen], self.rates[chosen], dtype=self.dtype)
