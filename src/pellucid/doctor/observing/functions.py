"""Functions of PyTorch as a function mode meets them: their names, and which are worth a note."""

from collections.abc import Callable
from typing import Any

from torch import Tensor

__all__ = ["name_of"]

# What only asks about a tensor, or shows it.
_UNINTERESTING = {
    "size", "dim", "ndimension", "numel", "nelement", "stride", "element_size", "is_contiguous", "data_ptr",
    "storage_offset", "untyped_storage", "storage", "is_floating_point", "is_complex", "is_signed", "is_inference",
    "get_device", "__len__", "__repr__", "__format__", "__hash__", "__dir__", "__get__", "__set__", "__delete__",
    "_set_grad_enabled", "_is_view", "register_hook", "__deepcopy__", "__reduce_ex__", "is_pinned", "__array__",
    "backward", "retain_grad", "is_same_size", "_has_compatible_shallow_copy_type", "_make_subclass", "unflatten",
}  # fmt: skip
_PROPERTIES = {"data", "grad", "T", "mT", "H", "mH", "real", "imag"}


def name_of(function: Callable[..., Any]) -> str | None:
    """Name as facts spell it, such as ``softmax``, ``Tensor.softmax`` or ``Tensor.data``; None if it is uninteresting.

    Setting a property is told as ``Tensor.grad.__set__``.
    """
    name = getattr(function, "__name__", "")
    if name in ("__get__", "__set__"):
        attribute = getattr(getattr(function, "__self__", None), "__name__", "")
        if attribute not in _PROPERTIES:
            return None
        return f"Tensor.{attribute}" if name == "__get__" else f"Tensor.{attribute}.__set__"
    if not name or name in _UNINTERESTING:
        return None
    qualified = getattr(function, "__qualname__", name)
    owner = qualified.rpartition(".")[0]
    return f"Tensor.{name}" if owner in ("TensorBase", "Tensor", Tensor.__qualname__) else name
