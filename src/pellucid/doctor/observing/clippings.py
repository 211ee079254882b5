"""Clippings of gradients."""

import sys
from collections.abc import Callable
from functools import wraps
from types import FrameType, GeneratorType
from typing import Any

import torch
from torch import Tensor

from pellucid.doctor.observing.patches import Patches
from pellucid.doctor.observing.scene import Part, Scene
from pellucid.doctor.observing.steps import Steps

__all__ = ["Clippings"]

_KEPT = 10_000
_NAMES = ("clip_grad_norm_", "clip_grad_value_")


class Clippings(Part):
    """Takes down calls of ``clip_grad_norm_`` and ``clip_grad_value_``."""

    what = "Clipping of gradients"

    def __init__(self, scene: Scene, steps: Steps) -> None:
        super().__init__(scene)
        self._steps = steps

    def patch(self, patches: Patches) -> None:
        """Replaces both, under every name by which programs reach them."""
        for name in _NAMES:
            original = vars(torch.nn.utils.clip_grad)[name]
            ours = self._watched(original, name)
            for module in (torch.nn.utils, torch.nn.utils.clip_grad):
                if vars(module)[name] is original:
                    patches.replace(module, name, ours)

    def _watched(self, original: Callable[..., Any], name: str) -> Callable[..., Any]:
        scene = self.scene

        @wraps(original)
        def clip(parameters: Any, *args: Any, **kwargs: Any) -> Any:
            if not self.works or not scene.is_watched():
                return original(parameters, *args, **kwargs)
            first: list[Any] = []
            if isinstance(parameters, GeneratorType):
                parameters = _noting(parameters, first)  # a generator can be gone through only once
            elif isinstance(parameters, Tensor):
                first = [parameters]
            elif isinstance(parameters, list | tuple):
                first = list(parameters[:1])
            result = original(parameters, *args, **kwargs)
            try:
                limit = args[0] if args else kwargs.get("max_norm", kwargs.get("clip_value"))
                self._clipped(first, limit, result if name == "clip_grad_norm_" else None, sys._getframe(1))
            except Exception as error:
                self.broke(error)
            return result

        return clip

    def _clipped(self, parameters: list[Any], limit: Any, norm: Any, frame: FrameType) -> None:
        place = self.scene.lines.innermost(frame)
        for stepped in self._steps.holding(parameters):
            seen = stepped.seen
            if len(seen.clipped) >= _KEPT:
                continue
            before = stepped.backwards > 0 or not seen.steps
            # Reading a number off another device would make the program wait; that is done for measured steps only.
            readable = isinstance(norm, Tensor) and (norm.device.type == "cpu" or stepped.measuring)
            seen.clipped.append(
                (
                    seen.steps + 1 if before else seen.steps,
                    place,
                    float(limit),
                    float(norm) if readable else float("nan"),
                    "before" if before else "after",
                )
            )


def _noting(parameters: Any, first: list[Any]) -> Any:
    """The same generator, which leaves its first value behind."""
    for parameter in parameters:
        if not first:
            first.append(parameter)
        yield parameter
