"""Lines: which of the running lines are the person's own."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType

import torch

from pellucid.doctor.facts import Place

__all__ = ["Lines"]

_PELLUCID = Path(__file__).resolve().parents[2]
_LIBRARIES = tuple(
    f"{Path(path)}/"
    for path in {
        str(Path(os.__file__).parent),  # the standard library; to ask sysconfig takes 3 ms
        str(Path(torch.__file__).parent),
        str(_PELLUCID),
    }
)
_INSTALLED = ("/site-packages/", "/dist-packages/")
_GENERATED = ("<frozen", "<__array_function__", "<eval_with_key>", "<torch_package", "<attrs generated")

# Files of PyTorch whose frames merely hand a call on, between a person's line and the function that it names.
_HANDING_ON = {
    str(Path(torch.__file__).parent / name)
    for name in (
        "overrides.py",
        "_tensor.py",
        "functional.py",
        "nn/functional.py",
        "_jit_internal.py",
        "utils/_contextlib.py",
        "special/__init__.py",
        "linalg/__init__.py",
        "_higher_order_ops/utils.py",
    )
}


class Lines:
    """Tells the person's files from those of libraries, by name, and remembers the answers.

    Args:
        own: Files that are the person's wherever they lie.
    """

    def __init__(self, own: frozenset[str] = frozenset()) -> None:
        self._own: dict[str, bool] = dict.fromkeys(own, True)

    def is_own(self, code: CodeType) -> bool:
        """Whether the person wrote it: not in the standard library, not installed, not generated."""
        file = code.co_filename
        known = self._own.get(file)
        if known is None:
            plain = file.replace("\\", "/")
            known = not (plain.startswith(_LIBRARIES + _GENERATED) or any(part in plain for part in _INSTALLED))
            self._own[file] = known
        return known

    def innermost(self, frame: FrameType | None, skip: Callable[[FrameType], bool] | None = None) -> Place | None:
        """The innermost of the person's lines, from a frame outward."""
        while frame is not None:
            if self.is_own(frame.f_code) and not (skip and skip(frame)):
                return Place(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
            frame = frame.f_back
        return None

    def here(self, skip: Callable[[FrameType], bool] | None = None) -> Place | None:
        """The innermost of the person's lines that are running."""
        return self.innermost(sys._getframe(1), skip)

    def direct(self, frame: FrameType | None) -> FrameType | None:
        """The frame that called a function, if the person wrote it; None if a library did."""
        while frame is not None:
            code = frame.f_code
            if self.is_own(code):
                return frame
            if code.co_filename not in _HANDING_ON:
                return None
            frame = frame.f_back
        return None
