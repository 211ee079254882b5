"""Compiled dropout drops what ``StackNoise`` drops, bit for bit."""

import numpy as np
import pytest
import torch
from test_compiled_kernels import aligned

pytest.importorskip("llvmlite")
from pellucid.training.engines.compiled.kernels.control import routine
from pellucid.training.engines.compiled.kernels.dropout import drop
from pellucid.training.engines.compiled.kernels.machine import Machine
from pellucid.training.engines.compiled.kernels.terms import load_number
from pellucid.training.randomness import StackNoise

SEEDS, RATES = [0, 7, 123456789012, (1 << 64) - 1, -5], np.array([0.5, 0.3, 0.8, 0.01, 0.0])


@pytest.mark.parametrize(("stream", "epoch", "step"), [(3, 0, 0), (4, 5, 9), (17, 1_000_000, 2)])
def test_masks_are_those_of_the_other_engines(stream, epoch, step):
    noise = StackNoise(SEEDS, RATES, dtype=torch.float32)
    noise.begin_epoch(epoch, step + 1, np.ones((step + 1, len(SEEDS))))
    noise.begin_step(step)
    wanted = noise.mask(stream, 32, 48)

    @routine()
    def write(x, count, seed, stream, epoch, step, least, scale, mask, y):
        drop(x, count, seed, stream, epoch, step, least, load_number(scale), mask, y)

    machine = Machine()
    run = machine.load(machine.compile(write, 10), 10)
    x, mask, y, scale = aligned(32, 48), aligned(32, 48), aligned(32, 48), aligned(16)
    x[:] = np.random.default_rng(0).normal(size=x.shape)
    for member, (seed, rate) in enumerate(zip(SEEDS, RATES, strict=True)):
        level = int(np.rint(rate * 65536))
        scale[0] = 1.0 / (1.0 - level / 65536)
        own = np.array([seed & 0xFFFFFFFFFFFFFFFF], dtype=np.uint64).view(np.int64)[0]
        places = (x.ctypes.data, x.size, own, stream, epoch, step, level - 32768)
        run(*places, scale.ctypes.data, mask.ctypes.data, y.ctypes.data)
        np.testing.assert_array_equal(mask, wanted[member])
        np.testing.assert_array_equal(y, x * wanted[member].numpy())
