"""Updates without an optimizer: parameters that a person's own lines change between two backward passes."""

import torch
from torch import Tensor

from pellucid.doctor.observing.samples import quietly
from pellucid.doctor.observing.scene import Part, Scene

__all__ = ["HandUpdates"]

_LARGEST = 10_000  # numbers that are compared
_ROUNDS = 1_000  # backward passes without an update after which nothing more is expected


class HandUpdates(Part):
    """Counts updates as long as no optimizer steps."""

    what = "Updates by hand"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._leaf: Tensor | None = None
        self._before: Tensor | None = None
        self._idle = 0

    @property
    def wants_leaves(self) -> bool:
        """Whether it is still to be found out which parameters there are."""
        return self.works and self._leaf is None and not self.scene.is_optimized

    def found(self, leaves: list[Tensor]) -> None:
        """These parameters are what a loss depends on; the smallest stands for all."""
        fit = [leaf for leaf in leaves if leaf.numel() <= _LARGEST and leaf.device.type == "cpu"]
        if fit:
            self._leaf = min(fit, key=Tensor.numel)
            with quietly():
                self._before = self._leaf.detach().clone()

    def look(self) -> bool:
        """Before a backward pass: whether the parameters are others than at the last one.

        To be asked only as long as no optimizer was ever asked for a step.
        """
        if not self.works or self._leaf is None or self._idle > _ROUNDS:
            return False
        try:
            with quietly():
                moved = self._before is not None and not torch.equal(self._before, self._leaf)
                if moved:
                    self._before = self._leaf.detach().clone()
        except Exception as error:
            self.broke(error)
            return False
        self._idle = 0 if moved else self._idle + 1
        return moved
