"""Where a function mode stands among those of the program."""

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._device import DeviceContext

__all__ = [
    "TRANSFORMED",
    "dispatch_modes",
    "function_modes",
    "is_foreign",
    "is_transformed",
    "put_below",
    "take_out",
    "tracing",
]


def put_below(mode: TorchFunctionMode) -> None:
    """Puts a mode beneath all others of this thread.

    The program leaves its own modes by taking off whatever lies on top, so ours must never lie there. A default device
    insists on the very bottom; ours goes right above it.
    """
    above = _take_all()
    if above and isinstance(above[-1], DeviceContext):
        torch._C._push_on_torch_function_stack(above.pop())
    torch._C._push_on_torch_function_stack(mode)
    for other in reversed(above):
        torch._C._push_on_torch_function_stack(other)


def take_out(mode: TorchFunctionMode) -> None:
    """Takes a mode out, wherever it lies; nothing happens if it is not there."""
    for other in reversed(_take_all()):
        if other is not mode:
            torch._C._push_on_torch_function_stack(other)


def _take_all() -> list[TorchFunctionMode]:
    """All modes, the uppermost first."""
    return [torch._C._pop_torch_function_stack() for _ in range(torch._C._len_torch_function_stack())]


def is_foreign() -> bool:
    """Whether what runs now is no ordinary computation but recorded or transformed: nothing may be added to it."""
    return (
        is_transformed(TRANSFORMED)
        or dispatch_modes() > 0  # fake tensors, counters of operations
        or tracing() is not None  # torch.jit.trace
        or (_HAS_CUDA and _is_capturing())
    )


function_modes = torch._C._len_torch_function_stack
dispatch_modes = torch._C._len_torch_dispatch_stack

# Whether vmap, grad and their like transform what runs now. To ask for their stack would make one, for good, which
# PyTorch then copies for every node of every backward pass: 16,000 instructions of a small network's step.
is_transformed = torch._C._dispatch_tls_is_dispatch_key_included
TRANSFORMED = torch._C.DispatchKey.FuncTorchDynamicLayerFrontMode
tracing = torch._C._get_tracing_state
_HAS_CUDA: bool = torch.backends.cuda.is_built()  # type: ignore[no-untyped-call]


def _is_capturing() -> bool:
    """Whether a CUDA graph is being recorded."""
    begun: bool = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    return begun and torch.cuda.is_current_stream_capturing()
