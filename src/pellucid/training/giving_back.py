"""Giving freed memory back to the system: glibc keeps it for whoever asks next, and each thread's for that thread.

Stacks come and go, each with arrays of other sizes. What they leave behind is free, but holes in the heaps of several
threads fit nobody, so that a process grows for as long as it trains: a comparison of 1,000 networks on housing.csv took
666 MB instead of 556.
"""

import ctypes
import sys
import time
from collections.abc import Callable
from functools import cache

__all__ = ["give_memory_back"]

# A call takes 1 to 15 ms; a small stack may last no longer.
_SELDOM = 1.0
_last = 0.0


def give_memory_back(*, seldom: bool = False) -> None:
    """Return free pages to the system, where the C library can (glibc); elsewhere nothing happens.

    Args:
        seldom: Only if a second has passed since the last time.
    """
    global _last
    now = time.monotonic()
    if seldom and now - _last < _SELDOM:
        return
    _last = now
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    """``malloc_trim`` (glibc manual, section 3.2.3.5), or something that does nothing."""
    if sys.platform == "linux":
        try:
            found: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
        except (OSError, AttributeError):  # musl and others have none
            return lambda pad: None
        return found
    return lambda pad: None
