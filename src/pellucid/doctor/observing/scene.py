"""Scene: what is going on right now, which the parts of the observer tell one another."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import get_ident
from types import CodeType
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.compiler import is_dynamo_compiling
from torch.nn.parameter import is_lazy

from pellucid.doctor.facts import LossSite, Pass, Phase, Session
from pellucid.doctor.observing.following import Following
from pellucid.doctor.observing.lines import Lines

if TYPE_CHECKING:
    from pellucid.doctor.observing.learnt import Learnt
    from pellucid.doctor.observing.stepped import Stepped

__all__ = ["Part", "Scene"]

_HELD = 200_000_000  # parameters of all models and optimizers beyond the first few
_FEW = 8


@dataclass(slots=True, eq=False, repr=False)
class Scene:
    """What the parts share.

    What every step asks lies close together: by the time it is asked the network has used up the caches.

    Attributes:
        session: What they fill.
        lines: Which lines are the person's.
        only: ``id`` of the modules and optimizers to look at; None for everything.
        quiet: Whether calls of modules pass through unseen: a model is running and nobody looks closely.
        looking: Whether functions are watched: the mode is on the stack.
        closely: Whether calls of all functions are recorded, and not losses alone.
        passes_losses: Whether loss modules pass through unseen: nothing is wanted of the current kind of step.
        interrupted: Whether the mode was taken off for the time of an optimizer's step.
        backward: Whether a backward pass is running.
        is_over: Whether the observer has stopped: everything passes through for good.
        running: Path and module of the modules that are running, outermost first, while calls are watched.
        stepped: The optimizer that was asked for something last.
        current: The pass over data that is going on; one that is in no facts before the first.
        model: What was learnt of the model that ran last.
        following: Its last result, while functions are watched, until the backward pass.
        made: Number of the node that a loss made → the loss, of the latest ones.
        is_optimized: Whether any optimizer was ever asked for a step.
        calm: Whether no part wants more of a step like those before than its numbers. Whoever comes to want more takes
            it away; a backward pass that was looked at gives it back.
        judges_by_comparing: Whether a result without gradients was compared for equality with something.
        measuring: Whether the next step will be measured, so that the backward pass before it is looked at, too.
        thread: The thread that is observed: the one that began, or the first that called any of the models in ``only``.
        training: Mode of the model that ran last.
        learnt: All models, as in the session.
        loss_code: Code of the loss function that the person named; None if none was.
    """

    session: Session
    lines: Lines
    only: frozenset[int] | None = None
    quiet: bool = False
    calm: bool = False
    backward: bool = False
    is_over: bool = False
    passes_losses: bool = False
    thread: int | None = None
    looking: bool = False
    closely: bool = False
    interrupted: bool = False
    running: list[tuple[str | None, nn.Module]] = field(default_factory=list)
    stepped: "Stepped | None" = None
    current: Pass = field(default_factory=lambda: Pass(-1, Phase(False, False), (), ()))
    model: "Learnt | None" = None
    following: Following = field(default_factory=Following)
    made: dict[int, LossSite] = field(default_factory=dict)
    is_optimized: bool = False
    judges_by_comparing: bool = False
    measuring: bool = True
    training: bool = False
    learnt: "list[Learnt]" = field(default_factory=list)
    loss_code: CodeType | None = None
    _holds: int = 0
    _held: int = 0

    def phase(self) -> Phase:
        """What runs now is part of this."""
        return Phase(self.training, torch.is_grad_enabled())

    def is_compiled(self) -> bool:
        """Whether anything was compiled by torch.compile, around which no function mode may be put."""
        dynamo: Any = sys.modules.get("torch._dynamo.eval_frame")
        backends = getattr(dynamo, "cached_backends", None)
        return backends is not None and any(backend is not None for backend in backends.values())

    def is_watched(self) -> bool:
        """Whether what happens now is to be taken down: not after the end, in another thread or while compiling."""
        return self.is_this_thread() and not self.is_over and not is_dynamo_compiling()

    def is_this_thread(self) -> bool:
        """Whether this thread is the observed one."""
        if self.thread is None:
            if self.only is not None:
                return True  # the first one that calls any of the models that were named will be it
            self.thread = get_ident()
        return self.thread == get_ident()

    def begins_here(self) -> None:
        """This thread is the observed one, if none was so far."""
        if self.thread is None:
            self.thread = get_ident()

    def may_hold(self, parameters: Iterable[Tensor]) -> bool:
        """Whether what has these parameters may be kept until the end, though the program should let it go.

        A search over many large networks must not run out of memory because somebody watches.
        """
        numbers = sum(parameter.numel() for parameter in parameters if not is_lazy(parameter))
        if self._holds >= _FEW and self._held + numbers > _HELD:
            self.tell_blind(f"Networks and optimizers beyond {_HELD:,} parameters were not looked at.")
            return False
        self._holds += 1
        self._held += numbers
        return True

    def tell_of_other_threads(self) -> None:
        """Notes, after a backward pass that was not looked at, that this was for its thread, if it was."""
        if self.only is None and not self.is_over and self.thread is not None and self.thread != get_ident():
            self.tell_blind("A backward pass in another thread was not looked at: one thread is watched.")

    def tell_blind(self, sentence: str) -> None:
        """Notes once that something could not be seen."""
        if sentence not in self.session.blind and len(self.session.blind) < 100:
            self.session.blind.append(sentence)


class Part:
    """A part of the observer: what it does in the person's program must never raise.

    Attributes:
        works: False after an error of its own: it then lets everything pass.
    """

    what = ""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.works = True

    def broke(self, error: Exception) -> None:
        """Switches the part off after an error, and says so."""
        self.works = self.scene.calm = False
        self.scene.tell_blind(f"{self.what} could not be watched any longer ({type(error).__name__}: {error}).")
