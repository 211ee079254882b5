"""Fixes tried out: the program as it is and mended copies of it, run side by side for a few dozen steps."""

from pellucid.doctor.confirming.confirm import confirm

__all__ = ["confirm"]
