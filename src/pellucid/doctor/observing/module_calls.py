"""Calls of modules: which models a program has, what they are given, and in which phase.

``nn.Module.__call__`` is replaced. Hooks on modules were rejected: they would be copied, pickled and saved along with
the person's models. Global hooks were, too: with them torch.compile warns, and every module is called the slow way.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from threading import get_ident
from typing import Any

import torch
from torch import Tensor, nn
from torch._C import DisableTorchFunction
from torch.compiler import is_dynamo_compiling
from torch.nn.modules.loss import _Loss

from pellucid.doctor.facts import Phase, Place
from pellucid.doctor.observing.acquaintance import how_blind, is_model
from pellucid.doctor.observing.direct_forward import Owned, owner_of, watch_forward
from pellucid.doctor.observing.function_calls import FunctionCalls
from pellucid.doctor.observing.known_losses import is_loss_module, kind_of_module
from pellucid.doctor.observing.learnt import Learnt
from pellucid.doctor.observing.loss_calls import LossCalls
from pellucid.doctor.observing.mode_stack import (
    TRANSFORMED,
    dispatch_modes,
    function_modes,
    is_foreign,
    is_transformed,
    tracing,
)
from pellucid.doctor.observing.passes import Passes
from pellucid.doctor.observing.patches import Patches
from pellucid.doctor.observing.rows import GivenRows
from pellucid.doctor.observing.samples import first_tensor
from pellucid.doctor.observing.scene import Part, Scene

__all__ = ["ModuleCalls"]

_MODELS = 64
_COPIED = 100_000_000  # numbers of all copies of models together


is_grad_enabled = torch.is_grad_enabled
_graph_task = torch._C._current_graph_task_id


@dataclass(slots=True, eq=False, repr=False)
class _Steady:
    """A kind of call of which nothing is to be learnt any more: the like of it is only counted."""

    module: nn.Module
    training: bool
    grad: bool
    shape: tuple[int, ...]
    rows: int
    sizes: list[int]


class ModuleCalls(Part):
    """Takes down calls of modules."""

    what = "Calls of modules"

    def __init__(
        self, scene: Scene, functions: FunctionCalls, losses: LossCalls, rows: GivenRows, passes: Passes
    ) -> None:
        super().__init__(scene)
        self._functions = functions
        self._losses = losses
        self._rows = rows
        self._passes = passes
        self._patches: Patches | None = None
        self._learnt: dict[int, Learnt] = {}
        self._steady: _Steady | None = None

    def patch(self, patches: Patches) -> None:
        """Replaces ``nn.Module.__call__``."""
        self._patches = patches
        original: Callable[..., Any] = vars(nn.Module)["__call__"]
        is_torchs = original is vars(nn.Module).get("_wrapped_call_impl") and hasattr(nn.Module, "_compiled_call_impl")
        scene = self.scene

        def call(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
            if scene.quiet or is_dynamo_compiling() or (scene.passes_losses and isinstance(module, _Loss)):
                if is_torchs and module._compiled_call_impl is None:
                    # All that the original would do, and a call less.
                    return module._call_impl(*args, **kwargs)  # type: ignore[no-untyped-call]
                return original(module, *args, **kwargs)
            steady = self._steady
            try:
                is_steady = (  # like the call before, of which nothing more is to be learnt: it is counted
                    steady is not None
                    and steady.module is module
                    and args
                    and not function_modes()  # first: they would see what is asked of tensors
                    and getattr(args[0], "shape", None) == steady.shape
                    and module.training is steady.training
                    and is_grad_enabled() is steady.grad
                    and not scene.backward
                    and scene.thread == get_ident()
                    and not dispatch_modes()
                    and not is_transformed(TRANSFORMED)
                    and tracing() is None
                )
            except Exception:  # there are tensors without a shape
                is_steady = False
            if steady is not None and is_steady:
                steady.sizes.append(steady.rows)
                scene.quiet = True
                try:
                    if is_torchs and module._compiled_call_impl is None:
                        return module._call_impl(*args, **kwargs)  # type: ignore[no-untyped-call]
                    return original(module, *args, **kwargs)
                finally:
                    scene.quiet = scene.is_over
            return self._call(original, module, args, kwargs)

        patches.replace(nn.Module, "__call__", call)

    def _call_directly(
        self, forward: Callable[..., Any], module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """``module.forward(…)``, from within a call or instead of one."""
        if is_dynamo_compiling() or self.scene.quiet or self.scene.running:
            return forward(module, *args, **kwargs)
        return self._call(forward, module, args, kwargs)

    def _call(
        self, original: Callable[..., Any], module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        scene = self.scene
        if scene.backward or not self.works or not scene.is_this_thread():
            return original(module, *args, **kwargs)
        depth = len(scene.running)
        learnt = None
        try:  # around our own work, too: a person may interrupt it
            try:
                with DisableTorchFunction():  # the program's own modes would see what we ask of tensors
                    if depth:
                        self._inside(module)
                    else:
                        learnt = self._enter(module, args, kwargs)
            except Exception as error:
                self.broke(error)
            result = original(module, *args, **kwargs)
        finally:
            del scene.running[depth:]
            if not depth:
                scene.quiet = scene.is_over
        if self.works and not scene.is_over:
            try:
                with DisableTorchFunction():
                    if depth:
                        self._came_out(module, args, kwargs, result)
                    elif learnt is not None:
                        self._came_back(learnt, module, args, kwargs, result)
                    elif not scene.looking and is_loss_module(module) and not is_foreign():
                        self._loss_alone(module, args, kwargs, result)
            except Exception as error:
                self.broke(error)
        return result

    # The outermost module

    def _enter(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Learnt | None:
        scene = self.scene
        if is_foreign() or _graph_task() != -1:  # in a backward pass a hook calls it, or what was not kept is made anew
            scene.quiet = True
            return None
        learnt = self._learnt.get(id(module)) or self._meet(module, args, kwargs)
        if learnt is None:
            if scene.looking:
                scene.running.append((None, module))
            elif scene.only is None:
                scene.quiet = True
            return None
        self._steady = None
        scene.passes_losses = scene.interrupted = False
        self._rows.settle(scene.session.updates)
        kind = (module.training, is_grad_enabled())
        scene.training = kind[0]
        scene.model = learnt
        scene.following.ends()
        given = args[0] if args else next(iter(kwargs.values()), None)
        if not isinstance(given, Tensor):
            given = first_tensor(given)
        shape = None if given is None else given.shape
        self._passes.was_called(learnt, Phase(*kind), shape[0] if shape else 1, sys._getframe(2))
        learnt.calls += 1
        if learnt.calls == 1:
            self._tell(learnt.before_first_call(args, kwargs, self._room()))
        closely = not learnt.seen.blind and learnt.wants_a_close_look(kind, shape)
        if closely:
            self._functions.look(closely=True)
        else:
            self._functions.look_away()
            learnt.is_followed_by_losses = (
                self._losses.by_function or (scene.judges_by_comparing and not kind[1])
            ) and (learnt.wants_losses(kind) or self._rows.wants(learnt, *kind))
            if learnt.is_followed_by_losses and learnt.has_losses:
                self._functions.look(closely=False)
        if closely:
            scene.running.append(("", module))
        else:
            scene.quiet = True
        return learnt

    def _meet(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Learnt | None:
        """Makes the acquaintance of a module, if it is a model and to be looked at."""
        scene = self.scene
        if len(self._learnt) >= _MODELS:
            scene.tell_blind(f"More than {_MODELS} models were called; the later ones were not looked at.")
            return None
        blind, inner = how_blind(module)
        if is_loss_module(module) or (scene.only is not None and not scene.only & {id(module), id(inner)}):
            return None
        if not is_model(module, args, kwargs, scene.lines.is_own) or not scene.may_hold(module.parameters()):
            return None
        scene.begins_here()
        owned = owner_of(module, sys._getframe(3), scene.lines) if scene.only is None else None
        if owned is not None:
            self._meet_owner(owned)
            return None
        return self._introduce(module, inner, scene.lines.here(), blind)

    def _introduce(self, module: nn.Module, inner: nn.Module, place: Place | None, blind: str = "") -> Learnt:
        scene = self.scene
        learnt = Learnt(inner, len(scene.session.models), place, blind)
        self._learnt[id(module)] = learnt
        scene.session.models.append(learnt.seen)
        scene.learnt.append(learnt)
        if blind:
            scene.tell_blind(f"The inside of {learnt.seen.name} could not be seen: {blind}.")
        return learnt

    def _meet_owner(self, owned: Owned) -> None:
        """A part of a model is called whose own call was passed by: that is watched from the next one on."""
        owner = owned.owner
        if id(owner) in self._learnt or self._patches is None:
            return
        if watch_forward(owner, self._call_directly, self._patches):
            self._tell(self._introduce(owner, owner, owned.place).before_first_call(owned.arguments, {}, self._room()))

    def _came_back(
        self, learnt: Learnt, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
    ) -> None:
        scene = self.scene
        updates = scene.session.updates
        if learnt.is_followed_by_losses:
            learnt.is_followed_by_losses = False
            self._functions.look(closely=False)
        if scene.looking:
            scene.following.begins(first_tensor(result))
        if learnt.calls == 1:
            learnt.layer_was_called("", learnt.seen.module, args, result)
            self._tell(learnt.after_first_call(self._room()))
        grad = is_grad_enabled()
        if grad and not updates:
            learnt.keep_outputs(result)
        if self._rows.wants(learnt, scene.training, grad):
            self._rows.was_called(learnt, args or tuple(kwargs.values()), result, updates)
            scene.calm = False  # the next backward pass tells what they were given for
        elif not scene.looking and updates:
            scene.passes_losses = grad
            shape = getattr(args[0], "shape", None) if args else None
            if shape and not self._rows.waiting:
                self._steady = _Steady(module, scene.training, grad, shape, shape[0], scene.current.sizes)

    def _room(self) -> int:
        """Numbers that may still be copied."""
        return _COPIED - sum(learnt.copied for learnt in self.scene.learnt)

    def _tell(self, trouble: str) -> None:
        if trouble:
            self.scene.tell_blind(trouble)

    # Modules within it

    def _inside(self, module: nn.Module) -> None:
        scene = self.scene
        outermost = scene.running[0][0]
        path = None if outermost is None or scene.model is None else scene.model.path_of(module)
        scene.running.append((path, module))

    def _came_out(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        scene = self.scene
        if scene.model is not None and scene.running and scene.running[0][0] is not None:
            path = scene.model.path_of(module)
            scene.model.layer_was_called(path, module, args or tuple(kwargs.values()), result)

    # Losses while functions are not watched

    def _loss_alone(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        """Targets of rows that are kept, and the value where no gradient is recorded."""
        given = [*args, *(kwargs[name] for name in ("input", "target") if name in kwargs)]
        if len(given) < 2 or not all(isinstance(value, Tensor) for value in given[:2]):
            return
        output, target = given[:2]
        if is_grad_enabled():
            self._rows.was_compared(output, target)
            if self._functions.works:
                return
        kind = kind_of_module(module)
        if kind is not None:
            place = self.scene.lines.innermost(sys._getframe(2))
            self._losses.was_called(kind, place, module, {"reduction": module.reduction}, output, target, result)
