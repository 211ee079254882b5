"""Passes over data: calls of one model in one phase, one behind the other."""

from types import FrameType

from pellucid.doctor.facts import Pass, Phase
from pellucid.doctor.observing.learnt import Learnt
from pellucid.doctor.observing.scene import Scene

__all__ = ["Passes"]

_PASSES = 10_000


class Passes:
    """Takes down passes; the one that is going on is ``Scene.current``."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._latest: dict[tuple[int, Phase], Pass] = {}

    def was_called(self, learnt: Learnt, phase: Phase, size: int, frame: FrameType) -> None:
        """A model was called with so many rows."""
        scene = self._scene
        current = scene.current
        if current.model == learnt.number and current.phase == phase:
            current.sizes.append(size)
            learnt.in_pass += 1
            return
        learnt.in_pass = 1
        session = scene.session
        latest = self._latest.get((learnt.number, phase))
        if len(session.passes) >= _PASSES and latest is not None:
            latest.sizes.append(size)
            scene.current = latest
            return
        noisy, still = learnt.modes()
        place = scene.lines.innermost(frame)
        scene.current = current = Pass(
            learnt.number, phase, noisy, still, [size], first_step=session.updates, place=place
        )
        self._latest[learnt.number, phase] = current
        session.passes.append(current)
