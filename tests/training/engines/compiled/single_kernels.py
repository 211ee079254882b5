"""Single kernels as functions, and memory that they can work on."""

import numpy as np

from pellucid.training.engines.compiled.kernels.machine import Machine
from pellucid.training.engines.compiled.kernels.terms import ONE

MACHINE = Machine()


def aligned(*shape):
    """Zeros that begin at a multiple of 64 bytes."""
    raw = np.zeros(int(np.prod(shape)) + 16, dtype=np.float32)
    start = -(raw.ctypes.data // ONE) % 16
    return raw[start : start + int(np.prod(shape))].reshape(shape)


def compiled(write, arguments):
    """A function of so many addresses and whole numbers."""
    return MACHINE.load(MACHINE.compile(write, arguments), arguments)
