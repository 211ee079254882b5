"""Whole training steps as CUDA graphs: the GPU is told of a step once, and then starts all of it at a single word.

A step of a stack is some hundred kernels of a few microseconds each, and to start one takes about as long from Python.
What differs from step to step (rows, weights, keys of the noise, numbers of the update) is written into memory that
stays before each start; everything else of a step is the same calls on the same memory.
"""

from collections.abc import Callable
from typing import TypeAlias

import torch

from pellucid.optimizers import Repeatable
from pellucid.optimizers.optimizer import Steps
from pellucid.training.stack import Stack

__all__ = ["Capture", "GraphedSteps", "cuda_graph", "obstacle"]

Capture: TypeAlias = Callable[[Callable[[], object]], Callable[[], object]]
"""Takes a computation on memory that stays, and gives what does it; it is not done yet."""

# Steps that are run as they are written before one is captured: by then layers and loss are replayed on memory of their
# own, constants are made and kernels are loaded.
_WARM = 3


def cuda_graph(device: torch.device) -> Capture:
    """Captures on a GPU."""

    def capture(function: Callable[[], object]) -> Callable[[], object]:
        graph, stream = torch.cuda.CUDAGraph(), torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        # Other threads may use the GPU meanwhile.
        with torch.cuda.device(device), torch.cuda.graph(graph, stream=stream, capture_error_mode="thread_local"):
            function()
        return graph.replay

    return capture


def obstacle(stack: Stack) -> str:
    """Why steps of a stack cannot be captured, in words; empty where they can."""
    if stack.looks_again:
        return "its optimizer searches along a line"
    if stack.regulariser.draws:
        return "the noise on its gradients dies down from step to step"
    return ""


class GraphedSteps:
    """Takes a stack's steps by a captured one.

    Attributes:
        obstacle: Why the present epoch's steps are run as they are written; empty where they may be captured.
    """

    def __init__(
        self, step: Callable[[Callable[[], object]], object], capture: Capture, obstacle: Callable[[], str]
    ) -> None:
        """Nothing is captured yet.

        Args:
            step: A whole step on memory that stays, given the arithmetic of the update.
            capture: How to capture.
            obstacle: Why a step cannot be captured, once some have been run; empty where it can.
        """
        self._step, self._capture, self._look = step, capture, obstacle
        self.obstacle = ""
        self._failure = ""
        self._runs = 0
        self._update: Repeatable | None = None
        # What does a step, and the epoch's update whose memory it reads.
        self._replay: Callable[[], object] | None = None
        self._captured: Repeatable | None = None

    @property
    def remark(self) -> str:
        """In words; empty before anything is captured."""
        if self.obstacle:
            return f"no CUDA graphs: {self.obstacle}"
        return "" if self._replay is None else "whole steps as CUDA graphs"

    def begin(self, update: Steps) -> None:
        """Begin an epoch of these updates."""
        self._update = Repeatable.of(update)
        no_update = "its optimizer works out numbers on the way" if self._update is None else ""
        self.obstacle = self._failure or no_update
        if self._update is not None and self._captured is not None:
            if self._update.signature == self._captured.signature:
                self._update.stand_in(self._captured)
            else:
                self._replay = self._captured = None

    def take(self, number: int) -> bool:
        """Take the step of that number, once everything is written that differs; False: it is to be run as written."""
        update = self._update
        self._runs += 1
        if update is None or self.obstacle or self._runs <= _WARM:
            return False
        update.bring(number)
        if self._replay is None:
            self._try(update, number)
        if self._replay is None:
            return False
        self._replay()
        update.reach(number)
        return True

    def _try(self, update: Repeatable, number: int) -> None:
        """Capture a step; what stands against it does so for good."""
        self._failure = self._look()
        if not self._failure:
            try:
                self._replay = self._capture(lambda: self._step(lambda: update.apply(number)))
                self._captured = update
            except RuntimeError as error:
                self._failure = f"it could not be captured: {error}"
        self.obstacle = self._failure
