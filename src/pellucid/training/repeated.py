"""Repeated: a computation on fixed memory that is read from Python once and then replayed."""

from collections.abc import Callable

import torch
from torch import Tensor

from pellucid.networks.fusing import WORTH_FUSING, can_fuse
from pellucid.networks.recording import Recording
from pellucid.networks.replay import Replay

__all__ = ["Repeated"]


class Repeated:
    """Runs a function again and again that reads and writes tensors in fixed places.

    The first run is recorded. The second is replayed, run again as it is written, and compared bit for bit: whatever
    looks at values, or computes outside of torch, shows there and is run as it is written from then on.

    Attributes:
        is_replayed: Whether runs are replayed by now.
    """

    def __init__(self, function: Callable[[], object], writes: Tensor) -> None:
        """Take a function without arguments; ``writes`` is the tensor that it overwrites, the same at every run."""
        self._function, self._writes = function, writes
        self._steps: list[Callable[[], object]] = []
        self._runs = 0
        # What is replayed as it was recorded; None once there is nothing to gain.
        self._unfused: Recording | None = None
        self.is_replayed = False

    def __call__(self) -> None:
        """Run once more."""
        if self.is_replayed and self._runs > 1:
            self._count()
            for step in self._steps:
                step()
            return
        self._runs += 1
        if self._runs == 1:
            self._record()
        elif self.is_replayed:
            self._compare()
        else:
            self._function()

    def _record(self) -> None:
        recording = Recording()
        with torch.inference_mode(False), torch.no_grad():
            with recording:
                self._function()
            if recording.unfit:
                return
            replay = Replay(recording.calls, [len(recording.calls)], [])
        self._steps, self.is_replayed = replay.parts[0], True
        self._unfused = recording if can_fuse(self._writes.device) else None

    def _count(self) -> None:
        """Fuse what is run often enough."""
        if self._unfused is not None:
            self._runs += 1
            if self._runs == WORTH_FUSING:
                calls, self._unfused = self._unfused.calls, None
                self._steps = Replay(calls, [len(calls)], [], fused=True).parts[0]

    def _compare(self) -> None:
        for step in self._steps:
            step()
        replayed = self._writes.clone()
        self._function()
        # NaN is as good as NaN.
        same = torch.equal(torch.nan_to_num(replayed), torch.nan_to_num(self._writes))
        self.is_replayed = same and torch.equal(replayed.isnan(), self._writes.isnan())
