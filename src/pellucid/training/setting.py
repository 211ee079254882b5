"""Setting: how training computes."""

from dataclasses import dataclass

import torch

from pellucid.errors import SurroundingsError, UsageError
from pellucid.networks import Precision

__all__ = ["Setting", "check_setting"]


@dataclass(frozen=True)
class Setting:
    """How training computes; it changes no member but by rounding.

    Attributes:
        dtype: float32, or float64 to compare with references.
        device: ``cpu`` or ``cuda``.
        precision: ``float32``, or ``bfloat16`` for matrix products.
        engine: Name of an engine, or ``auto``.
    """

    dtype: torch.dtype = torch.float32
    device: str = "cpu"
    precision: Precision = "float32"
    engine: str = "auto"


def check_setting(setting: Setting) -> None:
    """Refuse what cannot be.

    Raises:
        UsageError: If a value is none of its options, or two contradict each other.
        SurroundingsError: If the device is not there.
    """
    if setting.dtype not in (torch.float32, torch.float64):
        raise UsageError(f"dtype must be torch.float32 or torch.float64, found {setting.dtype}.")
    if setting.precision not in ("float32", "bfloat16"):
        raise UsageError(f"precision must be 'float32' or 'bfloat16', found {setting.precision!r}.")
    if setting.precision == "bfloat16" and setting.dtype == torch.float64:
        raise UsageError("precision='bfloat16' and dtype=torch.float64 contradict each other. Leave one of them out.")
    kind = setting.device.split(":")[0]
    if kind not in ("cpu", "cuda"):
        raise UsageError(f"device must be 'cpu' or 'cuda' (or 'cuda:1' and so on), found {setting.device!r}.")
    if kind == "cuda" and not torch.cuda.is_available():
        raise SurroundingsError(
            "device='cuda' asks for a GPU, and PyTorch sees none on this machine. Use device='cpu', or install a CUDA "
            "build of PyTorch."
        )
