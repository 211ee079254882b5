"""Models whose ``forward`` is called directly: what runs then are their parts, each as if it were a model."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from types import FrameType
from typing import Any

from torch import nn

from pellucid.doctor.facts import Place
from pellucid.doctor.observing.lines import Lines
from pellucid.doctor.observing.patches import Patches

__all__ = ["Owned", "owner_of", "watch_forward"]

_OUTWARD = 40  # frames that are looked at

Call = Callable[[Callable[..., Any], nn.Module, tuple[Any, ...], dict[str, Any]], Any]


@dataclass(eq=False, repr=False)
class Owned:
    """A model whose ``forward`` was called directly, with what arguments and where."""

    owner: nn.Module
    arguments: tuple[Any, ...]
    place: Place | None


def owner_of(module: nn.Module, frame: FrameType | None, lines: Lines) -> Owned | None:
    """The outermost module with this one in it whose ``forward``, written by the person, is running."""
    found = None
    for _ in range(_OUTWARD):
        if frame is None:
            break
        code = frame.f_code
        if code.co_name == "forward" and code.co_argcount and lines.is_own(code):
            given = frame.f_locals
            owner = given.get(code.co_varnames[0])
            if isinstance(owner, nn.Module) and owner is not module and any(part is module for part in owner.modules()):
                arguments = tuple(given[name] for name in code.co_varnames[1 : code.co_argcount] if name in given)
                found = Owned(owner, arguments, lines.innermost(frame.f_back))
        frame = frame.f_back
    return found


def watch_forward(owner: nn.Module, call: Call, patches: Patches) -> bool:
    """Lets direct calls of its class's ``forward`` go the way of ordinary calls; whether that could be done."""
    kind = next((kind for kind in type(owner).__mro__ if "forward" in vars(kind)), None)
    if kind is None or kind is nn.Module or "forward" in vars(owner):
        return False
    original = vars(kind)["forward"]
    if hasattr(original, "_pellucid"):
        return True

    @wraps(original)
    def forward(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
        return call(original, module, args, kwargs)

    forward._pellucid = True  # type: ignore[attr-defined]
    patches.replace(kind, "forward", forward)
    return True
