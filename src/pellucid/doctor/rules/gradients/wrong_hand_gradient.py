"""G212: a hand-written derivative or update that disagrees with the function it belongs to."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from pellucid.doctor.facts import Place, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_DERIVATIVE = re.compile(
    r"(d_?relu|relu_?(d|deriv|derivative|prime|grad|gradient|backward)|(deriv|grad|prime)\w*relu)", re.I
)
_BIAS = re.compile(r"^(self\.)?(b|bias|b\d|bias_?\d)$")
_WEIGHT_GRADIENT = re.compile(r"\b(d_?w|grad_?w|w_?grad|dw\d|weight_?grad)\w*", re.I)
_BIAS_GRADIENT = re.compile(r"\b(d_?b|grad_?b|b_?grad|db\d|bias_?grad)\w*", re.I)
_TOLERANCE = 1e-2


def see(session: Session) -> Iterator[Suspicion]:
    """``autograd.Function`` classes of the program against central differences; and what its source says."""
    for function in torch.autograd.Function.__subclasses__():
        source = next((each for each in session.sources if f"class {function.__name__}" in each.text), None)
        if source is None:
            continue
        found = _disagreement(function, _further_arguments(source, function.__name__))
        if found is not None:
            theirs, ours, at = found
            yield Suspicion(
                f"The backward of {function.__name__} gives {theirs:.4g} where its forward has the slope {ours:.4g}.",
                seen=f"at {at:.3g}: backward {theirs:.4g}, central difference {ours:.4g}",
                fix="Work the derivative out again; torch.autograd.gradcheck compares the two.",
                place=_class_place(source, function.__name__),
                evidence={"backward": theirs, "difference": ours, "at": at},
            )
    for source in session.sources:
        yield from read(source)


def _further_arguments(source: Source, name: str) -> tuple[object, ...]:
    """What the program gives behind the first argument, where these are plain numbers."""
    for call in source.calls(f"{name}.apply", ".apply"):
        if ast.unparse(call.node.func).rpartition(".")[0].rpartition(".")[2] != name:
            continue
        try:
            return tuple(ast.literal_eval(each) for each in call.args[1:])
        except ValueError:
            return ()
    return ()


def _disagreement(
    function: type[torch.autograd.Function], further: tuple[object, ...] = ()
) -> tuple[float, float, float] | None:
    """Backward's and the central difference's slope where they disagree; None where they agree or it cannot be told."""
    points = torch.tensor([-2.3, -0.7, 0.4, 1.6, 2.9], dtype=torch.float64)
    step = 1e-4
    apply: Callable[[Tensor], Any] = function.apply
    try:
        with torch.enable_grad():
            x = points.clone().requires_grad_(True)
            outputs = apply(x, *further)
            if not isinstance(outputs, Tensor) or outputs.shape != x.shape:
                return None
            (slopes,) = torch.autograd.grad(outputs.sum(), x)
        with torch.no_grad():
            ahead, behind = apply(points + step, *further), apply(points - step, *further)
    except Exception:  # it wants other arguments than one tensor
        return None
    central = (ahead - behind) / (2 * step)
    worst = int((slopes - central).abs().argmax())
    if float((slopes - central).abs()[worst]) <= _TOLERANCE * max(1.0, float(central.abs()[worst])):
        return None
    # Steps and rounding are given another slope on purpose (straight-through estimators).
    if bool((central == 0).all()):
        return None
    return float(slopes[worst]), float(central[worst]), float(points[worst])


def _class_place(source: Source, name: str) -> Place | None:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return source.place(node)
    return None


def read(source: Source) -> Iterator[Suspicion]:
    """relu′ that asks for ≥ 0, and biases that are moved by the weight's gradient."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef) and _DERIVATIVE.search(node.name):
            for each in ast.walk(node):
                if isinstance(each, ast.Compare) and isinstance(each.ops[0], ast.GtE) and _is_zero(each.comparators[0]):
                    yield Suspicion(
                        f"{node.name} is 1 where its argument is ≥ 0. Given the activation, which is never negative, "
                        "it is 1 everywhere, also for units that are off.",
                        seen=source.segment(each),
                        fix=source.segment(each).replace(">=", ">", 1),
                        place=source.place(each),
                        edits=(source.replace(each, source.segment(each).replace(">=", ">", 1)),),
                    )
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub):
            target, value = ast.unparse(node.target), ast.unparse(node.value)
            if _BIAS.match(target) and _WEIGHT_GRADIENT.search(value) and not _BIAS_GRADIENT.search(value):
                yield Suspicion(
                    f"The bias {target} is moved by the weight's gradient.",
                    seen=source.segment(node),
                    fix=_WEIGHT_GRADIENT.sub("db", source.segment(node)),
                    place=source.place(node),
                )


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


RULE = Rule(
    code="G212",
    slug="wrong-hand-gradient",
    severity=Severity.ERROR,
    stages="P",
    summary="a hand-written backward or update disagrees with autograd or central differences",
    causes=("T608", "T606", "D415", "T611", "D409", "D411"),
    page=Page(
        what="A derivative written by hand is easily wrong in a way that still trains a little: a sign, a missing "
        "factor, an activation in place of its argument, a bias moved by the gradient of the weight.",
        wrong="def relu_derivative(activation):\n    return (activation >= 0).float()",
        right="def relu_derivative(activation):\n    return (activation > 0).float()",
        hurts="Training is slower or ends somewhere else, and nothing tells why.",
        detection="autograd.Function classes of one tensor, and numbers behind it, are compared with central "
        "differences in float64 at five points (1 %). From source: a derivative of relu that asks for ≥ 0, and a bias "
        "that is moved by the weight's gradient.",
        limits="Derivatives by several tensors are not compared. Slopes given to step functions on purpose are left "
        "alone.",
        sources=(
            "Exercises of a course, backward passes by hand: tests/exercises",
            "PyTorch, torch.autograd.gradcheck",
        ),
    ),
    see=see,
    read=read,
)
