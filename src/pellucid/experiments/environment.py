"""What a run ran on: enough to repeat it, nothing secret."""

import os
import platform
from importlib import metadata
from typing import Any

import torch

__all__ = ["environment", "version"]

_PACKAGES = ("torch", "numpy", "scikit-learn", "duckdb", "narwhals", "safetensors", "msgspec")
_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "MKL_CBWR", "ATEN_CPU_CAPABILITY")


def version() -> str:
    """Pellucid's own version."""
    return metadata.version("pellucid")


def environment() -> dict[str, Any]:
    """Versions, processor and threads; of the environment variables only those that change the arithmetic."""
    return {
        "pellucid": version(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": _processor(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "packages": {name: metadata.version(name) for name in _PACKAGES},
        "variables": {name: os.environ[name] for name in _VARIABLES if name in os.environ},
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 a device, not a path of ours
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
