"""Optimizers: where they are made, their steps, and the zeroing of their gradients."""

import sys
from collections.abc import Callable
from threading import get_ident
from types import FrameType
from typing import Any, NamedTuple

import torch
from torch import nn
from torch._C import DisableTorchFunction
from torch.compiler import is_dynamo_compiling
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from pellucid.doctor.facts import Backward
from pellucid.doctor.observing.function_calls import FunctionCalls
from pellucid.doctor.observing.mode_stack import is_foreign
from pellucid.doctor.observing.patches import Patches
from pellucid.doctor.observing.scene import Part, Scene
from pellucid.doctor.observing.stepped import PASSED, ZEROED, ZEROINGS, Stepped

__all__ = ["Reached", "Steps"]

_OPTIMIZERS = 64
_SETTLED = 3  # graphs of a line that are looked through before what they reach is settled


class Reached(NamedTuple):
    """The optimizers that a backward pass leads to.

    Attributes:
        among: How many there were to choose from.
        leaves: What its line was known to reach by then.
        those: They.
    """

    among: int
    leaves: frozenset[int]
    those: list[Stepped]


class Steps(Part):
    """Takes down steps of optimizers.

    Attributes:
        reached: By the backward pass that is running, or was last.
    """

    what = "Steps of optimizers"

    def __init__(self, scene: Scene, functions: FunctionCalls) -> None:
        super().__init__(scene)
        self._functions = functions
        self._stepped: dict[int, Stepped] = {}
        self._all: list[Stepped] = []
        self.reached: list[Stepped] = []
        self._handles: list[Any] = []
        self._covers: dict[tuple[int, int], bool] = {}

    def patch(self, patches: Patches) -> None:
        """Puts hooks on steps; replaces ``Optimizer.__init__`` and both ``zero_grad``."""
        self._handles = [
            register_optimizer_step_pre_hook(self._before_step),
            register_optimizer_step_post_hook(self._after_step),
        ]
        scene = self.scene
        init: Callable[..., None] = vars(Optimizer)["__init__"]
        zero: Callable[..., None] = vars(Optimizer)["zero_grad"]
        zero_module: Callable[..., None] = vars(nn.Module)["zero_grad"]

        def make(optimizer: Optimizer, *args: Any, **kwargs: Any) -> None:
            init(optimizer, *args, **kwargs)
            if self.works and scene.is_watched():
                try:
                    self._made(optimizer, sys._getframe(1))
                except Exception as error:
                    self.broke(error)

        def zero_grad(optimizer: Optimizer, set_to_none: bool = True) -> None:
            zero(optimizer, set_to_none)
            if is_dynamo_compiling():
                return
            stepped = scene.stepped
            if stepped is None or stepped.optimizer is not optimizer:
                stepped = scene.stepped = self._stepped.get(id(optimizer))
                if stepped is None:
                    return
            if scene.calm and stepped.left > 0 and scene.thread == get_ident():  # in short: this runs at every step
                stepped.state = ZEROED
                stepped.seen.zeroings += 1
                return
            if self.works and not scene.is_over and (scene.thread == get_ident() or scene.is_this_thread()):
                seen = stepped.seen
                try:
                    if not seen.steps:
                        scene.measuring, scene.calm = True, False  # its first backward pass comes
                    known = seen.zeroings >= ZEROINGS
                    stepped.was_zeroed(None if known else scene.lines.innermost(sys._getframe(1)))
                except Exception as error:
                    self.broke(error)

        def zero_grad_of_module(module: nn.Module, set_to_none: bool = True) -> None:
            zero_module(module, set_to_none)
            if self.works and scene.is_watched():
                try:
                    place = scene.lines.innermost(sys._getframe(1))
                    for stepped in self._all:
                        if self._has_all(module, stepped):
                            stepped.was_zeroed(place)
                except Exception as error:
                    self.broke(error)

        for ours, theirs in ((make, init), (zero_grad, zero), (zero_grad_of_module, zero_module)):
            ours.__doc__ = theirs.__doc__
        patches.replace(Optimizer, "__init__", make)
        patches.replace(Optimizer, "zero_grad", zero_grad)
        patches.replace(nn.Module, "zero_grad", zero_grad_of_module)

    def unpatch(self) -> None:
        """Takes the hooks off."""
        while self._handles:
            self._handles.pop().remove()

    def look_at(self, optimizer: Optimizer) -> Stepped:
        """Makes the acquaintance of an optimizer that was made before."""
        stepped = self._stepped.get(id(optimizer))
        if stepped is None:
            stepped = Stepped(optimizer, None)
            self._stepped[id(optimizer)] = stepped
            self._all.append(stepped)
            self.scene.session.optimizers.append(stepped.seen)
            self.scene.measuring, self.scene.calm = True, False
            stepped.hold()
        return stepped

    def holding(self, parameters: list[Any]) -> list[Stepped]:
        """Optimizers that hold the first of some parameters."""
        first = id(parameters[0]) if parameters else None
        return [stepped for stepped in self._all if first in stepped.seen.held]

    def tell(self) -> None:
        """Writes what optimizers without a step hold into the facts."""
        for stepped in self._all:
            stepped.tell()

    def is_passed_back(self, known: Reached | None, backward: Backward, value: float | None) -> Reached | None:
        """Before a backward pass.

        Args:
            known: What a call for the same line has returned.
            backward: The line.
            value: What the pass starts from; None where it would cost to know it.

        Returns:
            The optimizers that the line reaches, once that is settled.
        """
        if not self.works:
            return None
        settled = known
        try:
            if known is None or known.among != len(self._all) or known.leaves is not backward.reached:
                those = [stepped for stepped in self._all if stepped.is_reached_by(backward)]
                known = Reached(len(self._all), backward.reached, those)
                settled = known if len(backward.nodes) > _SETTLED else None
            self.reached = known.those
            for stepped in known.those:
                if not stepped.renewed:
                    stepped.meets_backward()
            if value is not None and value - value != 0:  # not a number, or infinite
                for stepped in known.those:
                    stepped.measure_out_of_turn()
        except Exception as error:
            self.broke(error)
        return settled

    def _stepped_within(self, stepped: Stepped) -> None:
        """A step during a backward pass: for this optimizer the pass is over."""
        if stepped in self.reached:
            self.reached = [other for other in self.reached if other is not stepped]
            stepped.met_backward()

    def was_passed_back(self) -> None:
        """After a backward pass."""
        if self.works:
            try:
                for stepped in self.reached:
                    stepped.met_backward()
            except Exception as error:
                self.broke(error)

    def _wanted(self, optimizer: Optimizer) -> bool:
        only = self.scene.only
        if only is None or id(optimizer) in only:
            return True
        if any(stepped.seen.optimizer is not None and id(stepped.seen.optimizer) in only for stepped in self._all):
            return False  # some were named, and this is none of them
        held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
        return any(
            id(parameter) in held for learnt in self.scene.learnt for parameter in learnt.seen.module.parameters()
        )

    def _acquaint(self, optimizer: Optimizer) -> Stepped | None:
        stepped = self._stepped.get(id(optimizer))
        if stepped is not None:
            return stepped
        if not self._wanted(optimizer):
            return None
        if len(self._all) >= _OPTIMIZERS:
            self.scene.tell_blind(f"More than {_OPTIMIZERS} optimizers were made; the later ones were not looked at.")
            return None
        parameters = (parameter for group in optimizer.param_groups for parameter in group["params"])
        return self.look_at(optimizer) if self.scene.may_hold(parameters) else None

    def _made(self, optimizer: Optimizer, frame: FrameType) -> None:
        if self.scene.only is not None:
            return
        stepped = self._acquaint(optimizer)
        if stepped is not None and stepped.seen.place is None:

            def is_its_own(outer: FrameType) -> bool:
                return outer.f_code.co_name == "__init__" and outer.f_locals.get("self") is optimizer

            stepped.seen.place = self.scene.lines.innermost(frame, is_its_own)
            stepped.seen.kind = type(optimizer).__name__

    def _has_all(self, module: nn.Module, stepped: Stepped) -> bool:
        key = (id(module), id(stepped))
        known = self._covers.get(key)
        if known is None:
            has = {id(parameter) for parameter in module.parameters()}
            known = self._covers[key] = bool(stepped.seen.held) and stepped.seen.held <= has
        return known

    def _before_step(self, optimizer: Optimizer, args: Any, kwargs: Any) -> None:
        if is_dynamo_compiling():
            return
        scene = self.scene
        stepped = scene.stepped
        if stepped is None or stepped.optimizer is not optimizer:
            stepped = scene.stepped = self._stepped.get(id(optimizer))
        if stepped is not None and not stepped.measuring and not scene.looking and len(args) == 1 and not kwargs:
            return  # an ordinary step; what there is to know is known after it as well
        if not self.works or not scene.is_watched():
            return
        if scene.looking:
            self._functions.look_away()  # an optimizer calls many functions, none of them the person's
            scene.interrupted = True
        try:
            stepped = stepped or self._acquaint(optimizer)
            if stepped is None:
                return
            if not stepped.seen.steps:
                scene.is_optimized = True
                stepped.seen.step_place = scene.lines.innermost(sys._getframe(1))
            if stepped.measuring and is_foreign():
                return
            if not stepped.seen.steps:
                stepped.hold()
            with DisableTorchFunction():  # the program's own modes would see what we ask of tensors
                stepped.begins()
        except Exception as error:
            self.broke(error)

    def _after_step(self, optimizer: Optimizer, args: Any, kwargs: Any) -> None:
        if is_dynamo_compiling():
            return
        scene = self.scene
        stepped = scene.stepped
        if stepped is None or stepped.optimizer is not optimizer:
            stepped = scene.stepped = self._stepped.get(id(optimizer))
        if (  # in short: this runs at every step, and a call of a function costs more here than what it does
            scene.calm
            and stepped is not None
            and stepped.state == PASSED
            and stepped.left > 0
            and not scene.backward
            and len(args) == 1
            and not kwargs
            and scene.thread == get_ident()
        ):
            stepped.left -= 1
            stepped.ordinary += 1
            stepped.state = 0
            stepped.seen.steps += 1
            scene.session.updates += 1
            scene.current.steps += 1
            return
        if not self.works or scene.is_over:
            return
        if scene.thread != get_ident() and not scene.is_this_thread():
            return
        if scene.interrupted:
            scene.interrupted = False
            self._functions.look(scene.closely)
        if stepped is None:
            return
        if scene.backward:  # a hook of the person's steps as soon as a gradient is there
            self._stepped_within(stepped)
        try:
            if is_foreign():
                stepped.went_by()
                scene.session.updates += 1
                scene.current.steps += 1
                return
            if stepped.measuring:  # only now: a closure may have called the model for the first time
                stepped.name([(learnt.seen.name, learnt.seen.module) for learnt in scene.learnt])
            if torch._C._len_torch_function_stack():
                with DisableTorchFunction():
                    stepped.ended(len(args) > 1 or bool(kwargs))
            else:
                stepped.ended(len(args) > 1 or bool(kwargs))
            scene.session.updates += 1
            scene.measuring = stepped.measuring or any(one.measuring and one.seen.steps for one in self._all)
            if scene.measuring:
                scene.calm = False
            scene.current.steps += 1
        except Exception as error:
            self.broke(error)
