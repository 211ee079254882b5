"""Keeps compiled code from one run to the next, beside the fetched data sets.

Code is native: it is taken up only from a file of the user's own, written for this very processor and compiler by these
very sources, and whole.
"""

import contextlib
import functools
import hashlib
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

__all__ = ["code_file", "keep", "kept", "kernel"]

Kernel: TypeAlias = Callable[[int, int, int], None]

_SUM = hashlib.sha256().digest_size
_lock = threading.Lock()
_loaded: dict[str, Any] = {}


def kernel() -> Kernel:
    """``(address of a frame, first step, one past the last)``, see ``kernels.steps.run``; compiled at most once."""
    with _lock:
        if not _loaded:
            # Only here: the base install has no compiler.
            from pellucid.training.engines.compiled.kernels.machine import Machine
            from pellucid.training.engines.compiled.kernels.steps import run

            machine = Machine()
            file = code_file(machine.kind)
            code = kept(file)
            if code is None:
                code = machine.compile(run, 3)
                keep(file, code)
            _loaded["machine"], _loaded["run"] = machine, machine.load(code, 3)
        found: Kernel = _loaded["run"]
        return found


def code_file(kind: str) -> Path:
    """Where code for a processor and compiler is kept: under ``$PELLUCID_CACHE``, else the user's cache folder."""
    chosen = os.environ.get("PELLUCID_CACHE")
    folder = Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pellucid"
    return folder / "compiled" / f"{hashlib.sha256(kind.encode() + _sources()).hexdigest()[:32]}.o"


@functools.cache
def _sources() -> bytes:
    """A digest of every file that is compiled."""
    here = Path(__file__).parent
    found = hashlib.sha256()
    for path in [*sorted((here / "kernels").glob("*.py")), here / "codes.py", here / "work.py"]:
        found.update(path.read_bytes())
    return found.digest()


def kept(file: Path) -> bytes | None:
    """The code in a file; None where there is none, it is not the user's own, or it is damaged."""
    try:
        with file.open("rb") as opened:
            status = os.fstat(opened.fileno())
            if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
                return None
            content = opened.read()
    except OSError:
        return None
    code = content[_SUM:]
    return code if code and hashlib.sha256(code).digest() == content[:_SUM] else None


def keep(file: Path, code: bytes) -> None:
    """Write code to a file, whole or not at all; without a place to write, the next run compiles again."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(hashlib.sha256(code).digest() + code)
            os.replace(name, file)
        except OSError:
            os.unlink(name)
            raise
