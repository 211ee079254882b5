"""A GPU that is not there: tensors without values that say they are on it, and refuse to meet tensors elsewhere.

Torch's fake tensors run every operation as far as shapes, types and devices go. What they cannot do, look at a value,
is done here; so whole trainings can be run, with numbers that mean nothing.
"""

import ctypes
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
import torch
from torch._subclasses import fake_tensor
from torch._subclasses.fake_tensor import FakeTensorMode, unset_fake_temporarily
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from pellucid.networks import out_forms
from pellucid.networks.recording import Recording, memory_of
from pellucid.networks.units import real_units
from pellucid.objectives.numbers import row_of
from pellucid.training import randomness, trainer

DEVICE = "cuda:0"
_WAITS = {torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape}
# Constants that are kept for good: those that are made here have no values.
_KEPT = (real_units, row_of)


def _is_real(x):
    return type(x) is torch.Tensor


class Values(TorchFunctionMode):
    """Makes up the values of fake tensors that are looked at: ones, everywhere."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if all(map(_is_real, [x for x in tree_leaves(args) if isinstance(x, torch.Tensor)])):
            if func in (torch.Tensor.cpu, torch.Tensor.numpy):
                with unset_fake_temporarily():
                    return func(*args)
            return func(*args, **(kwargs or {}))
        match func:
            case torch.Tensor.numpy:
                assert args[0].fake_device.type == "cpu", "a tensor on a GPU is no array: .cpu() first"
                return np.ones(args[0].shape, str(args[0].dtype).removeprefix("torch."))
            case torch.Tensor.tolist:
                return np.ones(args[0].shape).tolist()
            case torch.Tensor.item | torch.Tensor.__float__:
                return 1.0
            case torch.Tensor.__bool__ | torch.equal:
                return True
            case torch.Tensor.new_tensor:
                # Torch would ask the GPU which one it is.
                return torch.tensor(args[1], dtype=args[0].dtype, device=args[0].fake_device)
            case torch.Tensor.data_ptr:
                return memory_of(args[0])
        return func(*args, **(kwargs or {}))


class NoWaiting(TorchDispatchMode):
    """Refuses what no CUDA graph can hold: copies from or to main memory, and looks at values."""

    @classmethod
    def _should_skip_dynamo(cls):
        return False

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        found = func(*args, **(kwargs or {}))
        tensors = [each for each in tree_leaves((args, kwargs, found)) if isinstance(each, torch.Tensor)]
        assert all(each.device.type == "cuda" for each in tensors), f"{func} meets tensors in main memory"
        assert not _WAITS & set(func.tags), f"{func} waits for values"
        return found


def _recorded(self, func, types, args=(), kwargs=None):
    # A fake tensor that is asked where it is computes nothing.
    return func(*args) if func.namespace == "prim" else _written(self, func, types, args, kwargs)


_written = Recording.__torch_dispatch__


def _really(function):
    def run(*args):
        with unset_fake_temporarily():
            return function(*args)

    return run


@contextmanager
def _guard():
    """A build of PyTorch without CUDA does not know how to make a GPU the present one; nothing need be done here."""
    if torch.backends.cuda.is_built():
        yield
        return
    libraries = Path(torch.__file__).parent / "lib"
    known = (ctypes.c_void_p * 16).in_dll(
        ctypes.CDLL(str(next(libraries.glob("libc10.*")))), "_ZN3c104impl26device_guard_impl_registryE"
    )
    cuda, meta = 1, 14  # c10/core/DeviceType.h
    known[cuda] = known[meta]
    try:
        yield
    finally:
        known[cuda] = None


def _table_gradient(out, *args):
    return [lambda: out.copy_(torch.ops.aten.embedding_dense_backward(*args))]


@contextmanager
def fake_cuda(monkeypatch):
    """In here ``DEVICE`` is such a GPU."""
    monkeypatch.setattr(randomness, "_disable_current_modes", nullcontext)
    monkeypatch.setattr(Recording, "__torch_dispatch__", _recorded)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (1 << 33, 1 << 34))
    # Torch keeps single values beside a fake tensor, and would bring these to the GPU indeed.
    monkeypatch.setattr(fake_tensor, "CONSTANT_NUMEL_LIMIT", 0)
    # Torch's fake tensors know this operator only without ``out``.
    monkeypatch.setitem(out_forms._OWN, "embedding_dense_backward", _table_gradient)
    # What is looked at before training begins has values.
    for name in ("settle_all", "look_at_values", "row_weights"):
        monkeypatch.setattr(trainer, name, _really(getattr(trainer, name)))
    for each in _KEPT:
        each.cache_clear()
    try:
        with _guard(), FakeTensorMode(allow_non_fake_inputs=True), Values():
            yield
    finally:
        for each in _KEPT:
            each.cache_clear()
