"""Changes of a program's source that several rules about losses offer."""

import ast
from collections.abc import Iterable

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.rule import Edit
from pellucid.doctor.source import Source, SourceCall, Use

__all__ = [
    "ACTIVATIONS",
    "edits_of",
    "last_activation",
    "last_made",
    "last_width",
    "loss_call",
    "other_loss",
    "with_argument",
    "with_last_activation",
    "with_other_loss",
]

Pair = tuple[ast.AST, str]

_CLASSES = {
    "cross_entropy": "CrossEntropyLoss",
    "nll_loss": "NLLLoss",
    "binary_cross_entropy": "BCELoss",
    "binary_cross_entropy_with_logits": "BCEWithLogitsLoss",
    "mse_loss": "MSELoss",
    "l1_loss": "L1Loss",
    "smooth_l1_loss": "SmoothL1Loss",
    "huber_loss": "HuberLoss",
    "kl_div": "KLDivLoss",
    "cosine_embedding_loss": "CosineEmbeddingLoss",
    "hinge_embedding_loss": "HingeEmbeddingLoss",
    "margin_ranking_loss": "MarginRankingLoss",
    "soft_margin_loss": "SoftMarginLoss",
}
_SHAPES = {".squeeze", ".view", ".flatten", ".reshape", ".unsqueeze"}
ACTIVATIONS = {
    "softmax": "Softmax",
    "log_softmax": "LogSoftmax",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "relu": "ReLU",
    "hardtanh": "Hardtanh",
    "softplus": "Softplus",
    "clamp": "",
}


def loss_call(session: Session, site: LossSite) -> tuple[Source, Use] | None:
    """The call that a site is, in its source; None if there is no source or the line has none or several."""
    source = session.source_of(site.place.file)
    if source is None or site.kind not in _CLASSES:
        return None
    wanted = (f"torch.nn.{_CLASSES[site.kind]}", f"torch.nn.functional.{site.kind}", f"torch.{site.kind}")
    found = [
        use
        for use in source.uses(*wanted)
        if use.call.node.lineno <= site.place.line <= (use.call.node.end_lineno or 0)
    ]
    return (source, found[0]) if len(found) == 1 else None


def last_made(source: Source, use: Use) -> Use | None:
    """What made the first argument of a loss, looking through changes of shape; None if it cannot be told."""
    given = use.call.argument(0, "input")
    last = source.last_step(given) if given is not None else None
    while last is not None and last.name in _SHAPES and last.call.base is not None:
        last = source.last_step(last.call.base)
    return last


def edits_of(source: Source, pairs: Iterable[Pair]) -> tuple[Edit, ...]:
    """New texts of several nodes, those on the same lines as one change."""
    groups: list[list[Pair]] = []
    reached = 0
    for node, text in sorted(dict.fromkeys(pairs), key=lambda pair: getattr(pair[0], "lineno", 0)):
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        if not groups or first > reached:
            groups.append([])
        groups[-1].append((node, text))
        reached = max(reached, last)
    return tuple(source.rewrite(group) for group in groups)


def with_argument(session: Session, site: LossSite, position: int, name: str, text: str) -> tuple[Edit, ...]:
    """The call with another expression for an argument; ``{}`` in the text is what stands there now."""
    found = loss_call(session, site)
    node = found[1].call.argument(position, name) if found is not None else None
    if found is None or node is None:
        return ()
    return edits_of(found[0], [(node, text.format(_closed(found[0], node)))])


def _closed(source: Source, node: ast.AST) -> str:
    """The text of an expression that more may be written behind."""
    text = source.segment(node)
    return text if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else f"({text})"


def with_other_loss(session: Session, site: LossSite, kind: str, *, more: Iterable[Pair] = ()) -> tuple[Edit, ...]:
    """The same call by another loss: another class where it is made, or another function.

    Args:
        session: Whose sources are changed.
        site: The call.
        kind: The other loss, named as sites are.
        more: What else is to be changed in the same file.
    """
    found = loss_call(session, site)
    pairs = other_loss(found, site.kind, kind)
    return edits_of(found[0], [*pairs, *more]) if found is not None and pairs else ()


def other_loss(found: tuple[Source, Use] | None, old: str, new: str) -> list[Pair]:
    """The name of the loss and what stands there instead; empty if it cannot be told.

    Options are kept by losses that have the same; a reduction that only one knows becomes the mean.
    """
    if found is None:
        return []
    source, use = found
    call: SourceCall = use.made if use.made is not None else use.call
    was, now = (_CLASSES[old], _CLASSES[new]) if use.made is not None else (old, new)
    function = source.segment(call.node.func)
    # Imported by its own name: the import would have to change as well.
    if not function.endswith(f".{was}") or not set(call.keywords) <= {"input", "target", "reduction"}:
        return []
    reduction = call.keywords.get("reduction")
    pairs: list[Pair] = [(call.node.func, function[: -len(was)] + now)]
    return pairs if reduction is None else [*pairs, (reduction, '"mean"')]


def last_activation(source: Source, kinds: Iterable[str]) -> tuple[ast.expr, ast.expr | None] | None:
    """The activation that the only model of a file ends with, as (expression, what it is applied to).

    The second is None for a layer of an ``nn.Sequential``. None if no model ends so, or several do.
    """
    names = set(kinds)
    layers = {f"torch.nn.{ACTIVATIONS[kind]}" for kind in names if ACTIVATIONS[kind]}
    functions = {f"{where}.{kind}" for kind in names for where in ("torch", "torch.nn.functional", "")}
    found: dict[ast.expr, ast.expr | None] = {}
    held = set()
    for each in source.module_classes.values():
        if len(each.results) != 1:
            continue
        result: ast.expr | None = source.value_of(each.results[0], through=frozenset({".squeeze", ".view", ".flatten"}))
        if isinstance(result, ast.Call):
            call = source.call(result)
            use = source.use(call)
            if call.name in functions or use.name in layers:
                given = call.argument(0, "input") if not call.name.startswith(".") else call.base
                if given is not None:
                    found[result] = given
            if use.made is not None:
                held.add(use.made.node)
    for sequential in source.calls("torch.nn.Sequential"):
        arguments = sequential.node.args
        is_part = isinstance(source.parents.get(sequential.node), ast.Call) or (
            _in_class(source, sequential.node) and sequential.node not in held
        )
        last = arguments[-1] if arguments and not is_part else None
        if isinstance(last, ast.Call) and source.call(last).name in layers:
            found[last] = None
    return next(iter(found.items())) if len(found) == 1 else None


def _in_class(source: Source, node: ast.AST) -> bool:
    while node in source.parents:
        node = source.parents[node]
        if isinstance(node, ast.ClassDef):
            return True
    return False


def with_last_activation(source: Source, kinds: Iterable[str], other: str = "") -> Pair | None:
    """The last activation of the model and what stands there instead; None if it was not found.

    Args:
        source: The file.
        kinds: Functions that it may be, such as ``softmax``.
        other: The function to put there; empty for none.
    """
    found = last_activation(source, kinds)
    if found is None:
        return None
    node, given = found
    if given is None:
        return node, f"nn.{ACTIVATIONS[other]}()" if other else "nn.Identity()"
    inner = source.segment(given)
    return node, f"torch.{other}({inner})" if other else inner


def last_width(source: Source, width: int, other: int) -> Pair | None:
    """The width of the only last ``nn.Linear`` that has ``width`` outputs, and the other one."""
    linear = [
        call for call in source.calls("torch.nn.Linear") if source.number(call.argument(1, "out_features")) == width
    ]
    node = linear[-1].argument(1, "out_features") if len(linear) == 1 else None
    return (node, str(other)) if isinstance(node, ast.Constant) else None
