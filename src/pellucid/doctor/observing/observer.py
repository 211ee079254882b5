"""Observer: fills a session with what a running program does, and leaves no trace."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import CodeType, TracebackType
from typing import Any, Self

import torch
from torch import nn
from torch.optim import Optimizer

from pellucid.doctor.facts import Session
from pellucid.doctor.observing.backwards import Backwards
from pellucid.doctor.observing.clippings import Clippings
from pellucid.doctor.observing.constructions import Constructions
from pellucid.doctor.observing.function_calls import FunctionCalls
from pellucid.doctor.observing.lines import Lines
from pellucid.doctor.observing.loss_calls import LossCalls
from pellucid.doctor.observing.module_calls import ModuleCalls
from pellucid.doctor.observing.passes import Passes
from pellucid.doctor.observing.patches import Patches
from pellucid.doctor.observing.rows import GivenRows
from pellucid.doctor.observing.scene import Scene
from pellucid.doctor.observing.schedulers import Schedulers
from pellucid.doctor.observing.steps import Steps
from pellucid.doctor.observing.warned import Warned

__all__ = ["Observer"]

_CHOSEN_SEEDS = 1 << 32  # seeds below are chosen by people; PyTorch draws its own from 64 bits


class Observer:
    """Watches what PyTorch is asked to do in this process.

    The program computes the same bits as without: weights, buffers, states and random numbers. Nothing that goes wrong
    in here reaches it; the part that failed is switched off and ``session.blind`` says so.

    Args:
        session: What is filled.
        only: Models and optimizers to look at; None for everything.
        own: Files that are the person's even where libraries lie.
        loss: The person's own loss, whose first two arguments are output and target.
    """

    def __init__(
        self,
        session: Session,
        *,
        only: Iterable[nn.Module | Optimizer] | None = None,
        own: Iterable[str] = (),
        loss: Callable[..., Any] | None = None,
    ) -> None:
        self.session = session
        self._only = None if only is None else list(only)
        chosen = None if self._only is None else frozenset(id(thing) for thing in self._only)
        self._scene = scene = Scene(session, Lines(frozenset(own)), chosen)
        scene.loss_code = _code_of(loss)
        rows = self._rows = GivenRows()
        losses = LossCalls(scene, rows)
        self._functions = FunctionCalls(scene, losses, rows)
        passes = Passes(scene)
        self._modules = ModuleCalls(scene, self._functions, losses, rows, passes)
        self._steps = Steps(scene, self._functions)
        self._backwards = Backwards(scene, losses, self._steps, rows, self._functions)
        self._clippings = Clippings(scene, self._steps)
        self._schedulers = Schedulers(scene, self._steps)
        self._patches = Patches()
        self._started = False

    def start(self) -> Self:
        """Begins to watch. A stopped observer is not started again."""
        if self._started:
            return self
        self._started = True
        for thing in self._only or ():
            if isinstance(thing, Optimizer):
                self._steps.look_at(thing)
        for part in (
            self._functions,
            self._modules,
            self._steps,
            self._backwards,
            self._clippings,
            self._schedulers,
            Constructions(self._scene),
            Warned(self._scene),
        ):
            part.patch(self._patches)
        if self._only is None and self._scene.is_this_thread():
            self._functions.look(closely=True)  # programs without modules, and what comes before the first call
        return self

    def stop(self) -> None:
        """Takes away every hook and patch, and writes the last facts. Again: nothing."""
        if self._scene.is_over or not self._started:
            return
        try:
            self._functions.leave()
        finally:
            self._scene.is_over = self._scene.quiet = True
            self._scene.calm = False
            self._steps.unpatch()
            self._patches.restore()
        self.tell()

    def tell(self) -> None:
        """Writes what was held back so far into the session; call it before looking at the session in between."""
        for part, tell in (
            (self._modules, self._tell_rows),
            (self._backwards, self._backwards.tell),
            (self._steps, self._steps.tell),
            (self._schedulers, self._schedulers.tell),
        ):
            try:
                tell()
            except Exception as error:
                part.broke(error)
        self.session.seeded = torch.initial_seed() < _CHOSEN_SEEDS

    def _tell_rows(self) -> None:
        self._rows.settle(float("inf") if self._scene.is_over else self.session.updates)
        for learnt in self._scene.learnt:
            learnt.tell()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Sees nothing meanwhile: for what the doctor itself does in the program's thread."""
        scene = self._scene
        before = scene.is_over, scene.quiet
        self._functions.look_away()
        scene.is_over = scene.quiet = True
        scene.calm = False
        try:
            yield
        finally:
            scene.is_over, scene.quiet = before

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __deepcopy__(self, memo: dict[int, Any]) -> "Observer":
        return self  # reached through a person's object: there is one observer


def _code_of(loss: Callable[..., Any] | None) -> CodeType | None:
    """The code that runs when a loss is called; None for a loss of PyTorch or one without code of its own."""
    function = type(loss).forward if isinstance(loss, nn.Module) else loss
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return code if isinstance(code, CodeType) else None
