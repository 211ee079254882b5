"""Patches: attributes of other people's classes and modules replaced for a while, and put back."""

from dataclasses import dataclass
from typing import Any, ClassVar

__all__ = ["Patches"]


@dataclass(eq=False, repr=False)
class _Layer:
    """One replacement of an attribute; another may lie upon it."""

    owner: Any
    name: str
    before: Any
    ours: Any
    wanted: bool = True


class Patches:
    """Attributes that were replaced.

    Two observers may replace the same attribute and stop in any order. What lies beneath another replacement cannot be
    taken away before that one is; until then it must pass everything through. The same holds if somebody else has put
    a function of their own around ours: then ours stays, and passes everything through for good.
    """

    _all: ClassVar[list[_Layer]] = []

    def __init__(self) -> None:
        self._own: list[_Layer] = []

    def replace(self, owner: Any, name: str, value: Any) -> None:
        """Sets ``owner.name``, which must be an attribute of ``owner`` itself and not inherited."""
        layer = _Layer(owner, name, vars(owner)[name], value)
        self._own.append(layer)
        self._all.append(layer)
        setattr(owner, name, value)

    def restore(self) -> None:
        """Puts back what this one has replaced, and what lay beneath and was no longer wanted."""
        for layer in self._own:
            layer.wanted = False
        self._own = []
        for layer in reversed(self._all[:]):
            if not layer.wanted and vars(layer.owner).get(layer.name) is layer.ours:
                setattr(layer.owner, layer.name, layer.before)
                self._all.remove(layer)
