"""Learning-rate schedulers: where they are made and how often they step."""

import sys
from collections.abc import Callable
from functools import wraps
from types import FrameType
from typing import Any

from torch.optim import lr_scheduler

from pellucid.doctor.facts import Place, SchedulerSeen
from pellucid.doctor.observing.patches import Patches
from pellucid.doctor.observing.scene import Part, Scene
from pellucid.doctor.observing.steps import Steps

__all__ = ["Schedulers"]

_SCHEDULERS = 256


class _Scheduled:
    """A scheduler, its line and its steps."""

    def __init__(self, scheduler: Any, place: Place | None) -> None:
        self.scheduler = scheduler
        self.place = place
        self.steps = 0


class Schedulers(Part):
    """Takes down schedulers."""

    what = "Learning-rate schedulers"

    def __init__(self, scene: Scene, steps: Steps) -> None:
        super().__init__(scene)
        self._steps = steps
        self._scheduled: dict[int, _Scheduled] = {}
        self._making = 0

    def patch(self, patches: Patches) -> None:
        """Replaces ``__init__`` and ``step`` of every class of schedulers that has its own."""
        base = lr_scheduler.LRScheduler
        for kind in (base, *_descendants(base)):
            if kind.__module__ == base.__module__:
                if "__init__" in vars(kind):
                    patches.replace(kind, "__init__", self._making_one(vars(kind)["__init__"]))
                if "step" in vars(kind):
                    patches.replace(kind, "step", self._stepping(vars(kind)["step"]))

    def _making_one(self, original: Callable[..., None]) -> Callable[..., None]:
        @wraps(original)
        def make(scheduler: Any, *args: Any, **kwargs: Any) -> None:
            self._making += 1
            try:
                original(scheduler, *args, **kwargs)
            finally:
                self._making -= 1
            if self.works and self.scene.is_watched():
                try:
                    self._acquaint(scheduler, sys._getframe(1))
                except Exception as error:
                    self.broke(error)

        return make

    def _stepping(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def step(scheduler: Any, *args: Any, **kwargs: Any) -> Any:
            result = original(scheduler, *args, **kwargs)
            if not self._making and self.works and self.scene.is_watched():
                try:
                    scheduled = self._acquaint(scheduler, None)
                    if scheduled is not None:
                        scheduled.steps += 1
                except Exception as error:
                    self.broke(error)
            return result

        return step

    def _acquaint(self, scheduler: Any, frame: FrameType | None) -> _Scheduled | None:
        scheduled = self._scheduled.get(id(scheduler))
        if scheduled is None and len(self._scheduled) < _SCHEDULERS:

            def is_its_own(outer: FrameType) -> bool:
                return outer.f_code.co_name == "__init__" and outer.f_locals.get("self") is scheduler

            place = self.scene.lines.innermost(frame, is_its_own) if frame is not None else None
            scheduled = self._scheduled[id(scheduler)] = _Scheduled(scheduler, place)
        return scheduled

    def tell(self) -> None:
        """Writes schedulers into the facts of their optimizers."""
        for seen in self.scene.session.optimizers:
            seen.schedulers = [
                SchedulerSeen(
                    type(scheduled.scheduler).__name__, scheduled.place, scheduled.steps, _planned(scheduled.scheduler)
                )
                for scheduled in self._scheduled.values()
                if getattr(scheduled.scheduler, "optimizer", None) is seen.optimizer
            ]


def _planned(scheduler: Any) -> int | None:
    steps = getattr(scheduler, "total_steps", None)
    return steps if isinstance(steps, int) else None


def _descendants(kind: type) -> list[type]:
    children: list[type] = kind.__subclasses__()
    return [one for child in children for one in (child, *_descendants(child))]
