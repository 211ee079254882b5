"""What rules might change of the program around them, put back: random states, modes of models, warnings."""

import random
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from pellucid.doctor.facts import Session

__all__ = ["undisturbed"]


@contextmanager
def undisturbed(session: Session) -> Iterator[None]:
    """Put back, whatever happens inside: random states, training modes, default type, and silence warnings.

    Gradient mode and its like belong to a thread; rules run in one of their own (see ``containing``).
    """
    python, torchs = random.getstate(), torch.get_rng_state()
    try:
        devices = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []  # type: ignore[no-untyped-call]
    except RuntimeError:  # a GPU that has stopped at an error draws nothing any more
        devices = []
    numpy = sys.modules.get("numpy")
    numpys = numpy.random.get_state() if numpy is not None else None
    dtype = torch.get_default_dtype()
    modes = {id(module): (module, module.training) for seen in session.models for module in seen.module.modules()}
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        random.setstate(python)
        torch.set_rng_state(torchs)
        if devices:
            torch.cuda.set_rng_state_all(devices)
        if numpy is not None:
            numpy.random.set_state(numpys)
        torch.set_default_dtype(dtype)
        for module, training in modes.values():
            if module.training is not training:
                module.training = training  # not train(), which also sets the modules below and may be overridden
