"""Warnings that PyTorch gives while our functions stand between it and the person's line, told at that line.

Python names the line that called whoever warns, and shows a warning once per line. While functions are watched that
would be a line of ours, for all of the person's.
"""

import sys
import warnings
from pathlib import Path
from types import FrameType
from typing import Any

from torch.overrides import handle_torch_function

from pellucid.doctor.observing.patches import Patches
from pellucid.doctor.observing.scene import Part

__all__ = ["Warned"]

_OURS = f"{Path(__file__).parent}/"


class Warned(Part):
    """Sends warnings to the lines where they would be without us."""

    what = "Warnings"

    def patch(self, patches: Patches) -> None:
        """Replaces the function by which Python shows warnings."""
        original = vars(warnings).get("_showwarnmsg")
        if original is None:  # a Python that does it otherwise: lines are then named wrongly, nothing worse
            return

        def show(message: Any) -> None:
            if self.scene.is_over or not self.works or not str(message.filename).startswith(_OURS):
                original(message)
                return
            try:
                frame = _beyond_us(sys._getframe(1))
                _forget(message.filename)
                if frame is None:
                    original(message)
                    return
                names = frame.f_globals
                warnings.warn_explicit(
                    message.message,
                    message.category,
                    frame.f_code.co_filename,
                    frame.f_lineno,
                    names.get("__name__", "<unknown>"),
                    names.setdefault("__warningregistry__", {}),
                    names,
                    message.source,
                )
            except Warning:
                raise  # the person has turned warnings of this line into errors
            except Exception as error:
                self.broke(error)
                original(message)

        patches.replace(warnings, "_showwarnmsg", show)


def _beyond_us(frame: FrameType | None) -> FrameType | None:
    """The frame that would have called whoever warns: beyond ours, and beyond PyTorch's way of handing on to a mode."""
    while frame is not None and not frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    if frame is not None and frame.f_code is handle_torch_function.__code__ and frame.f_back is not None:
        frame = frame.f_back.f_back  # what lies between is the function itself, at its beginning
    return frame


def _forget(file: str) -> None:
    """Python remembers that it has shown a warning of our line; the next may belong to another of the person's."""
    for name, module in list(sys.modules.items()):
        if name.startswith(__package__ or "") and getattr(module, "__file__", None) == file:
            getattr(module, "__warningregistry__", {}).clear()
