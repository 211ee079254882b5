"""Training loops: the innermost loops that work out gradients and step."""

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pellucid.doctor.source.calls import SourceCall
from pellucid.doctor.source.tree import ancestors, calls_in_order

if TYPE_CHECKING:
    from pellucid.doctor.source.source import Source

__all__ = ["LoopCall", "TrainingLoop", "training_loops"]

Loop: TypeAlias = ast.For | ast.AsyncFor | ast.While


@dataclass(frozen=True, eq=False)
class LoopCall:
    """A call that a round of a loop makes.

    Attributes:
        call: The call.
        through: The call of a function of this file that it is made in; None if it stands in the loop itself.
        is_conditional: Whether an ``if``, a ``try`` or an inner loop decides about it.
    """

    call: SourceCall
    through: SourceCall | None = None
    is_conditional: bool = False


@dataclass(frozen=True, eq=False)
class TrainingLoop:
    """A loop whose every round works out gradients and steps.

    Attributes:
        node: The loop.
        calls: What a round calls, in order; functions of this file are looked into, one level deep.
        outer: The loop around it in the same function, such as the one over epochs; None without one.
    """

    node: Loop
    calls: tuple[LoopCall, ...]
    outer: Loop | None

    def named(self, *names: str) -> list[LoopCall]:
        """Calls of these names, such as ``.zero_grad``, in order."""
        return [each for each in self.calls if each.call.name in names]


def training_loops(source: "Source") -> tuple[TrainingLoop, ...]:
    """Innermost loops of the file with ``.backward()`` (or ``torch.autograd.grad``) and ``.step()`` in a round."""
    found: list[TrainingLoop] = []
    loops = [node for node in ast.walk(source.tree) if isinstance(node, (ast.For, ast.AsyncFor, ast.While))]
    for node in loops:
        calls = _calls(source, node)
        names = {each.call.name for each in calls}
        if names & {".backward", "torch.autograd.backward", "torch.autograd.grad"} and ".step" in names:
            outer = next(
                (above for above in ancestors(node, source.parents) if isinstance(above, (ast.For, ast.While))), None
            )
            found.append(TrainingLoop(node, calls, outer))
    nodes = {loop.node for loop in found}
    holding = {above for loop in found for above in ancestors(loop.node, source.parents) if above in nodes}
    # A loop that only calls a function with a training loop inside is no training loop itself.
    innermost = {node for node in nodes if node not in holding}
    return tuple(loop for loop in found if loop.node in innermost and not _reaches(source, loop, innermost))


def _calls(source: "Source", loop: Loop) -> tuple[LoopCall, ...]:
    functions = {
        node.name: node for node in source.tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    found: list[LoopCall] = []
    for statement in loop.body:
        for node in calls_in_order(statement):
            call = source.call(node)
            if call.name in functions:
                for inner in functions[call.name].body:
                    found += [
                        LoopCall(source.call(each), call, _decided(source, each, functions[call.name]))
                        for each in calls_in_order(inner)
                    ]
            found.append(LoopCall(call, None, _decided(source, node, loop)))
    return tuple(found)


def _decided(source: "Source", node: ast.AST, top: ast.AST) -> bool:
    """Whether something between the node and ``top`` decides about it."""
    for above in ancestors(node, source.parents):
        if above is top:
            return False
        if isinstance(above, (ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.Match, ast.BoolOp)):
            return True
    return False


def _reaches(source: "Source", loop: TrainingLoop, nodes: set[Loop]) -> bool:
    """Whether the loop's gradients are worked out in another training loop, within a function that it calls."""
    backwards = [each.call.node for each in loop.calls if each.call.name.endswith((".backward", ".grad"))]
    return all(
        any(above in nodes and above is not loop.node for above in ancestors(node, source.parents))
        for node in backwards
    )
