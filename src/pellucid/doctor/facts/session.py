"""Session: everything that was seen of a training program, for the rules to look at."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pellucid.doctor.facts.calls import CallSite
from pellucid.doctor.facts.losses import LossSite
from pellucid.doctor.facts.models import ModelSeen
from pellucid.doctor.facts.passes import Backward, Pass
from pellucid.doctor.facts.updates import OptimizerSeen

if TYPE_CHECKING:  # a source tells places, so it stands above the facts
    from pellucid.doctor.source import Source

__all__ = ["Launch", "Session"]


@dataclass(frozen=True)
class Launch:
    """How a script was started, for whoever starts it again.

    Attributes:
        script: Its file, as it was given.
        arguments: Its arguments.
        folder: Working directory at that time.
    """

    script: str
    arguments: tuple[str, ...]
    folder: str


@dataclass(slots=True, eq=False, repr=False)
class Session:
    """What was seen, so far.

    Attributes:
        models: Outermost modules, in the order of their first calls.
        optimizers: In the order in which they were made or first stepped.
        losses: Every line that works out a loss.
        calls: Functions called by the person's own lines.
        passes: In order of time, at most 10,000; then the last ones are joined.
        backwards: Lines that call ``backward``.
        updates: Steps of all optimizers, and updates by hand.
        hand_updates: Updates by hand: a person's own lines changed parameters between two backward passes, and no
            optimizer ever stepped. The last one of a program is not seen.
        sources: The person's files that took part, parsed; empty where they could not be read.
        error: What ended the program, if an error did.
        is_over: Whether the program has ended, or the person asked for the report; False for a look in between.
        blind: What could not be seen, and why, in sentences.
        seeded: Whether ``torch.manual_seed`` was called by the person; None where it is not known.
        launch: How the script was started; None for a program that was not run by us.
    """

    models: list[ModelSeen] = field(default_factory=list)
    optimizers: list[OptimizerSeen] = field(default_factory=list)
    losses: list[LossSite] = field(default_factory=list)
    calls: list[CallSite] = field(default_factory=list)
    passes: list[Pass] = field(default_factory=list)
    backwards: list[Backward] = field(default_factory=list)
    updates: int = 0
    hand_updates: int = 0
    sources: list["Source"] = field(default_factory=list)
    error: BaseException | None = None
    is_over: bool = False
    blind: list[str] = field(default_factory=list)
    seeded: bool | None = None
    launch: Launch | None = None

    def trained_losses(self) -> list[LossSite]:
        """Losses that training used; all where none is known to have been."""
        return [site for site in self.losses if site.trained] or self.losses

    def source_of(self, file: str) -> "Source | None":
        """The parsed file, None if it was not read."""
        return next((source for source in self.sources if source.file == file), None)
