"""Calls of PyTorch's functions, seen by a function mode that is there for a few steps of every phase."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn
from torch.compiler import is_dynamo_compiling
from torch.overrides import TorchFunctionMode

from pellucid.doctor.facts import Call, CallSite, Phase, Place
from pellucid.doctor.observing.following import Following, tensors_in
from pellucid.doctor.observing.functions import name_of
from pellucid.doctor.observing.graphs import history
from pellucid.doctor.observing.known_losses import KNOWN_LOSSES, is_loss_module, read_arguments
from pellucid.doctor.observing.loss_calls import LossCalls, PairOfRows
from pellucid.doctor.observing.mode_stack import is_foreign, put_below, take_out
from pellucid.doctor.observing.patches import Patches
from pellucid.doctor.observing.rows import GivenRows
from pellucid.doctor.observing.samples import sampled
from pellucid.doctor.observing.scene import Part, Scene

__all__ = ["FunctionCalls"]

_CALLS = 4  # of every phase that are kept of one site
_SITES = 3_000
_AT_MOST = 100_000  # calls in a row that are met
_ROUNDS = 8  # backward passes of a program without modules before functions are watched at a few of them only


class _Mode(TorchFunctionMode):
    def __init__(self, part: "FunctionCalls") -> None:
        self._part = part

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if is_dynamo_compiling():
            return func(*args, **kwargs)
        part = self._part
        if not part.works or part.scene.backward or not part.scene.looking:
            return func(*args, **kwargs)
        meeting = None
        try:
            meeting = part.meet(func, args, kwargs, sys._getframe(1))
        except Exception as error:
            part.broke(error)
        result = func(*args, **kwargs)
        if meeting is not None:
            try:
                meeting.came_to(result)
            except Exception as error:
                part.broke(error)
        return result


class FunctionCalls(Part):
    """Watches functions while the mode is on the stack."""

    what = "Calls of functions"

    def __init__(self, scene: Scene, losses: LossCalls, rows: GivenRows) -> None:
        super().__init__(scene)
        self.losses = losses
        self._rows = rows
        self._mode = _Mode(self)
        self._names: dict[Any, str | None] = {}
        self._sites: dict[tuple[str, str, int], CallSite] = {}
        self._kept: dict[tuple[int, Phase], int] = {}
        self._met = 0
        self._rounds = 0
        self._is_on = False  # still on the stack, maybe, when nothing is watched any more

    def look(self, closely: bool) -> None:
        """Puts the mode on the stack, unless something was compiled."""
        scene = self.scene
        if not self.works or scene.is_over:
            return
        scene.closely = closely
        scene.calm = False
        self._met = 0
        if self._is_on:
            scene.looking = True
            return
        if scene.is_compiled():
            self.give_up()
            return
        put_below(self._mode)
        scene.looking = self._is_on = True

    def look_away(self) -> None:
        """Takes the mode off."""
        self.scene.looking = False
        self.scene.following.ends()
        if self._is_on:
            self._is_on = False
            take_out(self._mode)

    def leave(self) -> None:
        """Takes the mode off for good."""
        self.look_away()
        # A mode that is at work is off the stack and comes back behind our back, so it may be there all the same.
        take_out(self._mode)

    def patch(self, patches: Patches) -> None:
        """Replaces ``torch.compile``: no function mode may be around compiled code."""
        original: Callable[..., Any] = vars(torch)["compile"]

        @wraps(original)
        def compile_(*args: Any, **kwargs: Any) -> Any:
            if not self.scene.is_over:
                self.give_up()
            return original(*args, **kwargs)

        patches.replace(torch, "compile", compile_)

    def give_up(self) -> None:
        """Something was compiled by torch.compile: functions are not watched from now on."""
        self.look_away()
        if self.works:
            self.works = False
            self.scene.tell_blind("Functions could not be watched, because something was compiled by torch.compile.")

    def was_round_without_models(self) -> None:
        """A backward pass of a program that calls no module: after some it is looked at now and then only."""
        self._rounds += 1
        if self._rounds <= _ROUNDS or not self._rounds & (self._rounds - 1):
            self.look(closely=True)
        else:
            self.look_away()

    def meet(
        self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], frame: FrameType
    ) -> "_LossMeeting | _Meeting | _Followed | None":
        """What is worth a note of a call that is about to happen."""
        try:
            name = self._names[func]
        except KeyError:
            name = self._names[func] = name_of(func)
        if name is None:
            return None
        scene = self.scene
        if is_foreign() or not scene.is_this_thread():
            return None
        self._met += 1
        if self._met > _AT_MOST:  # it cannot be taken off while it is at work
            scene.looking = False
            return None
        kind = KNOWN_LOSSES.get(func)
        if kind is not None:
            return self._meet_loss(kind, args, kwargs, frame)
        direct = scene.lines.direct(frame)
        if direct is None:
            return None
        is_followed = False
        if not any(path is not None for path, _ in scene.running):
            is_followed = self._follow(name, (*args, *kwargs.values()), direct)
        meeting = self._meet_function(name, args, kwargs, direct) if scene.closely else None
        if is_followed and meeting is not None:
            meeting.note_output(scene.following)
        return _Followed(scene.following, meeting) if is_followed else meeting

    def _meet_loss(
        self, kind: str, args: tuple[Any, ...], kwargs: dict[str, Any], frame: FrameType
    ) -> "_LossMeeting | None":
        scene = self.scene
        running = scene.running[-1][1] if scene.running else None
        if scene.running and scene.running[0][0] is not None and scene.model is not None:
            scene.model.has_losses = True
        module = running if running is not None and is_loss_module(running) else None
        output, target, options = read_arguments(kind, args, kwargs)
        place = scene.lines.innermost(frame)
        rows = self.losses.rows_ahead(kind, place, output, target)
        return _LossMeeting(self.losses, kind, place, module, options, output, target, rows)

    def _meet_function(
        self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], frame: FrameType
    ) -> "_Meeting | None":
        scene = self.scene
        key = (name, frame.f_code.co_filename, frame.f_lineno)
        site = self._sites.get(key)
        if site is None:
            if len(self._sites) >= _SITES:
                return None
            path, module = scene.running[-1] if scene.running else (None, None)
            place = Place(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
            site = self._sites[key] = CallSite(name, place, path, type(module).__name__ if module else None)
            scene.session.calls.append(site)
        phase = scene.phase()
        site.count += 1
        kept = self._kept.get((id(site), phase), 0)
        if kept >= _CALLS:
            return None
        self._kept[id(site), phase] = kept + 1
        return _Meeting(site, phase, scene.session.updates, args, kwargs)

    def _follow(self, name: str, arguments: tuple[Any, ...], frame: FrameType) -> bool:
        """Outside of models: what the last result is set against; whether a function works on it."""
        scene = self.scene
        if scene.loss_code is not None and frame.f_code is scene.loss_code:
            self._in_the_loss(frame)
        if not torch.is_grad_enabled():
            target = scene.following.compared_with(name, arguments)
            if target is not None:
                scene.judges_by_comparing = True
                self._rows.was_compared(scene.following.output, target)
        return scene.following.meets(name, arguments)

    def _in_the_loss(self, frame: FrameType) -> None:
        """Within the loss that the person named: its first two arguments are output and target."""
        code = frame.f_code
        names = [name for name in code.co_varnames[: code.co_argcount] if name != "self"][:2]
        given = [frame.f_locals.get(name) for name in names]
        if len(given) == 2 and isinstance(given[0], Tensor) and isinstance(given[1], Tensor):
            self.scene.following.is_given(given[0], given[1])


@dataclass(eq=False, repr=False)
class _Meeting:
    """A call that is being recorded."""

    site: CallSite
    phase: Phase
    step: int
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    arguments: dict[int | str, Any] = field(default_factory=dict)
    shapes: dict[int | str, tuple[int, ...]] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    of_output: frozenset[int | str] = frozenset()

    def __post_init__(self) -> None:
        first = True
        named: list[tuple[int | str, Any]] = [*enumerate(self.args), *self.kwargs.items()]
        for name, value in named:
            kept, sample = sampled(value)
            if kept:
                self.arguments[name] = sample
            if isinstance(value, Tensor):
                self.shapes[name] = tuple(value.shape)
            for tensor in tensors_in((value,)) if first else ():
                self.before = history(tensor)
                first = False
                break

    def note_output(self, following: Following) -> None:
        """Notes which arguments were made of a model's last result; before the call, whose result may replace one."""
        named: list[tuple[int | str, Any]] = [*enumerate(self.args), *self.kwargs.items()]
        self.of_output = frozenset(
            name for name, value in named if any(following.is_made_of_it(tensor) for tensor in tensors_in((value,)))
        )

    def came_to(self, result: Any) -> None:
        """Records the call with its result."""
        _, kept = sampled(result)
        shape = tuple(result.shape) if isinstance(result, Tensor) else None
        self.site.calls.append(
            Call(self.arguments, self.shapes, kept, shape, self.before, self.phase, self.step, self.of_output)
        )


@dataclass(eq=False, repr=False)
class _Followed:
    """A call that works on the last result of a model."""

    following: Following
    meeting: _Meeting | None

    def came_to(self, result: Any) -> None:
        """Follows the result; records the call, if it is to be."""
        self.following.came_to(result)
        if self.meeting is not None:
            self.meeting.came_to(result)


@dataclass(eq=False, repr=False)
class _LossMeeting:
    """A known loss that is being worked out."""

    losses: LossCalls
    kind: str
    place: Place | None
    module: nn.Module | None
    options: dict[str, Any]
    output: Tensor | None
    target: Tensor | None
    rows: PairOfRows | None

    def came_to(self, result: Any) -> None:
        """Records the loss with its value."""
        given = self.module, self.options, self.output, self.target
        self.losses.was_called(self.kind, self.place, *given, result, self.rows)
