"""The compiled engine, an optional one: it needs llvmlite (``pip install 'pellucid[fast]'``)."""

from pellucid.training.engines.compiled.engine import Compiled
from pellucid.training.engines.compiled.refusing import available, reasons

__all__ = ["Compiled", "available", "reasons"]
