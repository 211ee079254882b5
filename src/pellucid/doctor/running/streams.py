"""Standard output kept free for one document: whatever the script and its children print goes to standard error."""

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["flush", "reserve_stdout"]


def flush(stream: Any) -> None:
    """Write out what a stream still holds; a script may have closed it, or put anything in its place."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        stream.flush()


def reserve_stdout() -> Callable[[str], None]:
    """Send everything that is printed from now on to standard error, and give the one way to standard output.

    The descriptor is moved, so that subprocesses and C code are included, and it stays moved: what a script prints as
    it shuts down comes after the document was written, and must not follow it.
    """
    flush(sys.stdout)
    try:
        kept = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # somebody has closed one of them
        stream = sys.stdout
        sys.stdout = sys.stderr
        return lambda text: print(text, end="", file=stream)

    def write(text: str) -> None:
        flush(sys.stdout)
        with os.fdopen(os.dup(kept), "w", encoding="utf-8") as stream:
            stream.write(text)

    return write
