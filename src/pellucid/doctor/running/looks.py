"""Looks in between: findings told while the program runs, each once."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pellucid.doctor.diagnosis import diagnose
from pellucid.doctor.facts import Session
from pellucid.doctor.observing import Observer
from pellucid.doctor.rules import RULES
from pellucid.doctor.telling import FAILED
from pellucid.records import Finding, Severity

if TYPE_CHECKING:
    from torch.utils.hooks import RemovableHandle

__all__ = ["Looks"]


class Looks:
    """Diagnoses after updates 1, 3, 10, 30, 100, 300… and tells what is new.

    Args:
        session: What is being observed.
        observer: Who observes.
        tell: Gets every new finding above info.
    """

    def __init__(self, session: Session, observer: Observer, tell: Callable[[Finding], None]) -> None:
        self.session, self.observer, self.tell = session, observer, tell
        self._steps = 0
        self._rules = dict(RULES)
        self._told: set[tuple[str, str | None, int | None, int | None]] = set()
        self._handle: RemovableHandle | None = None

    def start(self) -> None:
        """Begin to count updates of all optimizers."""
        from torch.optim.optimizer import register_optimizer_step_post_hook

        self._handle = register_optimizer_step_post_hook(self._after_step)

    def stop(self) -> None:
        """Look no more."""
        if self._handle is not None:
            self._handle.remove()
            self._handle = None

    def _after_step(self, *_: Any) -> None:
        self._steps += 1
        if is_time(self._steps):
            try:
                self.look()
            except Exception as error:  # we stand in the program's own step: nothing of ours may reach it
                self.stop()
                self.session.blind.append(f"Looks in between ended: {type(error).__name__}: {error}.")

    def look(self) -> None:
        """Diagnose what was seen so far, and tell what was not told before."""
        self.observer.tell()
        # Rules run in a thread of their own; the observer follows the program's, so nothing needs to be paused.
        for root in diagnose(self.session, sources=self.session.sources, rules=self._rules):
            if root.code == FAILED[0]:  # it would fail again, and perhaps take its time again
                self._rules.pop(root.evidence["rule"], None)
            for finding in (root, *root.effects):
                key = (finding.code, finding.file, finding.cell, finding.line)
                if finding.severity is not Severity.INFO and key not in self._told:
                    self._told.add(key)
                    self.tell(finding)


def is_time(steps: int) -> bool:
    """Whether there is a look after so many updates: after 1, 3, 10, 30, 100, 300 and so on."""
    while steps >= 10 and steps % 10 == 0:
        steps //= 10
    return steps in (1, 3)
