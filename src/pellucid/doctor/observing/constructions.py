"""Modules that are constructed while a model's ``forward`` runs: made anew at every call, they never learn."""

from collections.abc import Callable
from typing import Any

from torch import nn

from pellucid.doctor.observing.patches import Patches
from pellucid.doctor.observing.scene import Part

__all__ = ["Constructions"]

_MOST = 200


class Constructions(Part):
    """Takes down constructions of modules within calls that are looked at closely."""

    what = "Constructions of modules"

    def patch(self, patches: Patches) -> None:
        """Replaces ``nn.Module.__init__``."""
        original: Callable[..., None] = vars(nn.Module)["__init__"]
        scene = self.scene

        def make(module: nn.Module, *args: Any, **kwargs: Any) -> None:
            original(module, *args, **kwargs)
            if self.works and scene.running and scene.running[0][0] is not None and scene.is_watched():
                try:
                    self._made(type(module).__name__)
                except Exception as error:
                    self.broke(error)

        make.__doc__ = original.__doc__
        patches.replace(nn.Module, "__init__", make)

    def _made(self, name: str) -> None:
        model = self.scene.model
        if model is not None and len(model.seen.made_in_forward) < _MOST:
            model.seen.made_in_forward.append(name)
