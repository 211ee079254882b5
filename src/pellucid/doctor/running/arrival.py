"""Waiting for a library: something is done as soon as a program has imported it, and not before.

A script may set ``OMP_NUM_THREADS`` or ``CUDA_VISIBLE_DEVICES`` before it imports torch. Whoever watches must not
import it earlier, or the script would run with other settings than without.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Callable, Sequence

__all__ = ["Arrival"]


class Arrival(importlib.abc.MetaPathFinder):
    """Calls ``then`` once, when a module has been imported; at once if it was already."""

    def __init__(self, name: str, then: Callable[[], None]) -> None:
        self.name, self.then = name, then

    def wait(self) -> None:
        """Begin to wait."""
        if self.name in sys.modules:
            self.then()
        else:
            sys.meta_path.insert(0, self)

    def give_up(self) -> None:
        """Wait no more."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module's own spec, with a word to us once it has been run."""
        if fullname != self.name:
            return None
        self.give_up()
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        load = spec.loader.exec_module

        def load_and_tell(module: types.ModuleType) -> None:
            load(module)
            del spec.loader.exec_module  # type: ignore[union-attr]  # the loader is as it was
            self.then()

        spec.loader.exec_module = load_and_tell  # type: ignore[method-assign]
        return spec
