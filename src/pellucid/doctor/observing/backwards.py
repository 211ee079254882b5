"""Backward passes: where they are called, on what, and what their graphs lead to."""

import sys
from collections.abc import Callable, Iterable
from threading import get_ident
from types import FrameType
from typing import Any

import torch
from torch import Tensor
from torch._C import DisableTorchFunction

from pellucid.doctor.facts import Backward
from pellucid.doctor.observing.backward_lines import VALUES, Line
from pellucid.doctor.observing.by_hand import HandUpdates
from pellucid.doctor.observing.function_calls import FunctionCalls
from pellucid.doctor.observing.graphs import Walk, leads_to, walk
from pellucid.doctor.observing.loss_calls import LossCalls
from pellucid.doctor.observing.mode_stack import dispatch_modes, function_modes, is_foreign, tracing
from pellucid.doctor.observing.patches import Patches
from pellucid.doctor.observing.rows import GivenRows
from pellucid.doctor.observing.samples import quietly
from pellucid.doctor.observing.scene import Part, Scene
from pellucid.doctor.observing.stepped import Stepped
from pellucid.doctor.observing.steps import Steps

__all__ = ["Backwards"]


_WALKED = 5  # graphs of every line that are always looked through
_NODES = 1_000
_NONE: list[Stepped] = []
_NOWHERE = Line(Backward(None))


class Backwards(Part):
    """Takes down backward passes."""

    what = "Backward passes"

    def __init__(
        self, scene: Scene, losses: LossCalls, steps: Steps, rows: GivenRows, functions: FunctionCalls
    ) -> None:
        super().__init__(scene)
        self._losses = losses
        self._steps = steps
        self._rows = rows
        self._functions = functions
        self._by_hand = HandUpdates(scene)
        self._lines: list[Line] = []
        self._at: dict[tuple[int, int], Line] = {}
        self._latest = _NOWHERE  # the settled line that the pass before was called from

    def patch(self, patches: Patches) -> None:
        """Replaces ``Tensor.backward`` and ``torch.autograd.backward``."""
        of_tensor: Callable[..., Any] = vars(Tensor)["backward"]
        of_tensors: Callable[..., Any] = vars(torch.autograd)["backward"]
        # All that PyTorch's own ``Tensor.backward`` does with an ordinary tensor is to call the other.
        is_torchs = getattr(getattr(of_tensor, "__code__", None), "co_filename", None) == torch._tensor.__file__
        scene = self.scene
        is_compiling = torch.compiler.is_dynamo_compiling

        def backward(
            self_: Tensor,
            gradient: Any = None,
            retain_graph: bool | None = None,
            create_graph: bool = False,
            inputs: Any = None,
        ) -> Any:
            if scene.calm and not scene.backward and not retain_graph and not create_graph:
                try:
                    is_ordinary = self._is_ordinary(self_)
                except Exception:
                    is_ordinary = False  # vmap does not tell numbers; what is broken breaks below, too, and is told
                if is_ordinary:
                    scene.backward = True
                    try:
                        if is_torchs and torch.autograd.backward is backward_of_all:
                            return of_tensors(self_, gradient, retain_graph, create_graph, inputs=inputs)
                        return of_tensor(self_, gradient, retain_graph, create_graph, inputs)
                    except BaseException:
                        self._ended_early()
                        raise
                    finally:
                        scene.backward = False
            if scene.backward or scene.is_over or not self._begins((self_,), retain_graph, create_graph):
                return of_tensor(self_, gradient, retain_graph, create_graph, inputs)
            scene.backward = True
            try:
                of_tensor(self_, gradient, retain_graph, create_graph, inputs)
                return self._steps.was_passed_back()
            finally:
                scene.backward = False
                self._steps.reached = _NONE

        def backward_of_all(
            tensors: Any,
            grad_tensors: Any = None,
            retain_graph: bool | None = None,
            create_graph: bool = False,
            *args: Any,
            **kwargs: Any,
        ) -> Any:
            if scene.backward or scene.is_over or is_compiling():
                return of_tensors(tensors, grad_tensors, retain_graph, create_graph, *args, **kwargs)
            if not isinstance(tensors, Tensor | tuple) and isinstance(tensors, Iterable):
                # A generator can be gone through only once. An edge of a graph is a tuple and stays what it is.
                tensors = tuple(tensors)
            all_of_them = (tensors,) if isinstance(tensors, Tensor) else tensors
            # Edges of a graph may stand for tensors.
            plain = (
                isinstance(all_of_them, tuple)
                and bool(all_of_them)
                and all(isinstance(tensor, Tensor) for tensor in all_of_them)
            )
            if not plain or not self._begins(all_of_them, retain_graph, create_graph):
                return of_tensors(tensors, grad_tensors, retain_graph, create_graph, *args, **kwargs)
            scene.backward = True
            try:
                of_tensors(tensors, grad_tensors, retain_graph, create_graph, *args, **kwargs)
                return self._steps.was_passed_back()
            finally:
                scene.backward = False
                self._steps.reached = _NONE

        backward.__doc__, backward_of_all.__doc__ = of_tensor.__doc__, of_tensors.__doc__
        patches.replace(Tensor, "backward", backward)
        patches.replace(torch.autograd, "backward", backward_of_all)

    def tell(self) -> None:
        """Writes the values into the facts."""
        for line in self._lines:
            line.tell()

    def _begins(self, tensors: tuple[Tensor, ...], retain_graph: bool | None, create_graph: bool) -> bool:
        """Takes down a backward pass that is about to run; whether it is looked at."""
        scene = self.scene
        if not self.works or (scene.thread != get_ident() and not scene.is_this_thread()):
            scene.tell_of_other_threads()
            return False
        try:
            frame = sys._getframe(2)
            line = self._at.get((id(frame.f_code), frame.f_lasti))
            if is_foreign():
                return False
            with DisableTorchFunction():  # the program's own modes would see what we ask of tensors
                self._see(line or self._meet(frame), tensors, bool(retain_graph or create_graph), frame)
        except Exception as error:
            self.broke(error)
        return self.works

    def _is_ordinary(self, value: Tensor) -> bool:
        """Whether a backward pass is like those before, with nothing new to be learnt of it; it is counted then.

        All in one piece: a call of a function costs more here than what it does.
        """
        scene = self.scene
        frame = sys._getframe(2)
        line = self._latest
        if line.code is not frame.f_code or line.lasti != frame.f_lasti:
            found = self._settled_at(frame)
            if found is None:
                return False
            line = self._latest = found
        if (
            scene.thread != get_ident()
            or function_modes()
            or dispatch_modes()
            or tracing() is not None
            or type(value) is not Tensor  # a class of the person's may do what it likes when it is asked for its number
            or value.dim()
        ):
            return False
        number = value.item()
        if type(number) is not float or number - number != 0:
            return False  # infinite, or not a number
        for stepped in line.those:
            if not stepped.state & 2:  # not renewed
                return False
        for stepped in line.those:  # a step within the pass finds it counted
            stepped.state = (stepped.state & -2) + 4
            stepped.total += 1
        if line.count < VALUES - 1:  # every one is kept so far
            line.count += 1
            line.numbers.append(number)
            line.steps.append(scene.session.updates)
        else:
            line.add(line.numbers, number, scene.session.updates)
        scene.current.backwards += 1
        return True

    def _settled_at(self, frame: FrameType) -> Line | None:
        """The line that is running, if nothing is to be learnt of it but its values."""
        line = self._at.get((id(frame.f_code), frame.f_lasti))
        if line is None or not line.is_settled or line.reached is None:
            return None
        if line.reached.among != len(self.scene.session.optimizers):
            return None
        line.code, line.lasti = frame.f_code, frame.f_lasti
        return line

    def _ended_early(self) -> None:
        """An ordinary backward pass, which was counted, was not carried through."""
        for stepped in self._latest.those:
            if stepped.backwards > 0:
                stepped.state -= 4
                stepped.state |= not stepped.backwards
                stepped.total -= 1

    def _see(self, line: Line, tensors: tuple[Tensor, ...], retained: bool, frame: FrameType) -> None:
        scene = self.scene
        seen = line.seen
        value = tensors[0]
        if len(tensors) > 1 or value.numel() != 1:
            with quietly():
                value = torch.stack([tensor.detach().sum() for tensor in tensors]).sum()
        if value.is_complex():
            with quietly():
                value = value.detach().real
        if not line.count:
            line.dtype, line.is_near = value.dtype, value.device.type == "cpu"
        if not scene.is_optimized and self._by_hand.look():
            scene.session.updates += 1
            scene.session.hand_updates += 1
            scene.current.steps += 1
        number = line.keep(value, scene.session.updates)
        if retained:
            seen.retained = True
        if line.count <= _WALKED or scene.looking or scene.measuring:
            self._walk(tensors, value, seen, frame)
        elif self._rows.waiting:
            wanted = {given.node for given in self._rows.waiting if given.node is not None}
            for tensor in tensors:
                if tensor.grad_fn is not None:
                    self._rows.was_passed_back(leads_to(tensor.grad_fn, wanted))
        scene.current.backwards += 1
        line.reached = self._steps.is_passed_back(line.reached, seen, number)
        line.settles(scene.is_optimized and self._steps.works)
        self._latest = self._settled_at(frame) or _NOWHERE
        if scene.looking:
            scene.following.ends()
            if not scene.closely:
                self._functions.look_away()  # what comes now is no loss, and an optimizer calls many functions
        if not scene.learnt and scene.only is None:
            self._functions.was_round_without_models()
        scene.calm = self.works and self._steps.works and not (scene.looking or scene.measuring or self._rows.waiting)
        if any(stepped.measuring for stepped in self._latest.those):
            scene.calm = False

    def _walk(self, tensors: tuple[Tensor, ...], value: Tensor, seen: Backward, frame: FrameType) -> None:
        """Looks through the graph: what it reaches, which losses and which rows were in it."""
        graph = _joined([walk(tensor.grad_fn) for tensor in tensors if tensor.grad_fn is not None])
        if len(seen.nodes) < _NODES:
            seen.nodes.append(graph.nodes)
        reached = graph.reached
        if not reached <= seen.reached:
            seen.reached = seen.reached | reached
        if self._by_hand.wants_leaves:
            self._by_hand.found([leaf for leaf in graph.leaves if leaf.requires_grad])
        if self._losses.works:
            known = self._losses.were_passed_back(graph)
            if not known and self.scene.looking:
                self._losses.was_put_together(self.scene.lines.innermost(frame), value, graph)
        self._rows.was_passed_back(graph.numbers)

    def _meet(self, frame: FrameType) -> Line:
        """The line that is running, made the acquaintance of."""
        place = self.scene.lines.innermost(frame)
        line = next((other for other in self._lines if other.seen.place == place), None)
        if line is None:
            line = Line(Backward(place))
            self._lines.append(line)
            self.scene.session.backwards.append(line.seen)
        if self.scene.lines.is_own(frame.f_code):
            # A library's line may be reached from many of the person's. Code is not hashed: that takes its length.
            self._at[id(frame.f_code), frame.f_lasti] = line
            line.codes.append(frame.f_code)
        return line


def _joined(walks: list[Walk]) -> Walk:
    if len(walks) == 1:
        return walks[0]
    return Walk(
        tuple(name for graph in walks for name in graph.names),
        sum(graph.nodes for graph in walks),
        tuple(leaf for graph in walks for leaf in graph.leaves),
        frozenset().union(*(graph.numbers for graph in walks)),
    )
