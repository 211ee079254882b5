"""G208: losses summed with their graphs, or graphs kept from step to step."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_GROWTH, _FEWEST = 3.0, 3


def see(session: Session) -> Iterator[Suspicion]:
    """Graphs that grow from one backward pass to the next; sums of losses that keep theirs."""
    for line in session.backwards:
        nodes = line.nodes
        if len(nodes) >= _FEWEST and nodes[0] > 0 and nodes[-1] > _GROWTH * nodes[0] and sorted(nodes) == nodes:
            yield Suspicion(
                "Every backward pass goes through a larger graph than the one before: something of earlier steps is "
                "still attached.",
                seen=f"autograd nodes: {', '.join(str(each) for each in nodes[:6])}" + ("…" if len(nodes) > 6 else ""),
                fix="Detach what is carried from step to step: state = state.detach(), total += loss.item()",
                place=line.place,
                evidence={"nodes": nodes[:20], "retained": line.retained},
            )
    sums = [
        site
        for site in session.calls
        if site.layer is None and site.function.rpartition(".")[2] in ("__iadd__", "__add__", "__radd__", "add")
    ]
    for site in sums:
        source = session.source_of(site.place.file)
        statement = source.statement_at(site.place.line) if source is not None else None
        if source is None or not isinstance(statement, ast.AugAssign) or not _is_kept(source, statement):
            continue
        if any(call.phase.grad and call.result_shape == () and call.history for call in site.calls):
            yield _suspicion(source, statement)
    for source in session.sources:
        yield from _listed(source)


def _listed(source: Source) -> Iterator[Suspicion]:
    """``history.append(loss)`` in a loop, of the loss that is passed back there; the list is never passed back."""
    bases = [call.base for call in source.calls(".backward") if call.base is not None]
    passed = {base.id for base in bases if isinstance(base, ast.Name)}
    for call in source.calls(".append"):
        given = call.args[0] if len(call.args) == 1 else None
        if not isinstance(given, ast.Name) or given.id not in passed or call.base is None:
            continue
        name = source.segment(call.base)
        made = [source.value_of(base) for base in bases]
        if any(name in ast.unparse(value) for value in made if value is not None) or not _in_a_loop(source, call.node):
            continue
        yield Suspicion(
            f"{name} keeps losses with their graphs: everything that led to each of them may stay in memory as long "
            "as the list does.",
            seen=source.segment(call.node),
            fix=f"{name}.append({given.id}.detach())  # or .item()",
            place=call.place,
            edits=(source.replace(given, f"{given.id}.detach()"),),
        )


def _in_a_loop(source: Source, node: ast.AST) -> bool:
    above = source.parents.get(node)
    while above is not None and not isinstance(above, ast.For | ast.While | ast.FunctionDef):
        above = source.parents.get(above)
    return isinstance(above, ast.For | ast.While)


def _is_kept(source: Source, statement: ast.AugAssign) -> bool:
    """Whether ``total += loss`` adds up the loss itself in a loop, and the sum is never passed back."""
    target = ast.unparse(statement.target)
    value = statement.value
    named = isinstance(value, ast.Name) or (isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult))
    backward = any(call.base is not None and source.segment(call.base) == target for call in source.calls(".backward"))
    derived = any(target in ast.unparse(call.base) for call in source.calls(".backward") if call.base is not None)
    above = source.parents.get(statement)
    while above is not None and not isinstance(above, (ast.For, ast.While)):
        above = source.parents.get(above)
    passed_back = any(
        isinstance(node, ast.Name) and node.id in ast.unparse(value)
        for call in source.calls(".backward")
        if call.base is not None
        for node in ast.walk(call.base)
    )
    return named and not backward and not derived and above is not None and passed_back


def _suspicion(source: Source, statement: ast.AugAssign) -> Suspicion:
    text = source.segment(statement.value)
    return Suspicion(
        f"{ast.unparse(statement.target)} adds up losses with their graphs: everything that led to each of them stays "
        "in memory until the sum is gone.",
        seen=source.segment(statement),
        fix=f"{ast.unparse(statement.target)} += {text}.item()",
        place=source.place(statement),
        edits=(_edit(source, statement.value),),
    )


def _edit(source: Source, value: ast.expr) -> Edit:
    name = value.left if isinstance(value, ast.BinOp) else value
    return source.replace(name, f"{source.segment(name)}.item()")


def read(source: Source) -> Iterator[Suspicion]:
    """``total += loss`` in a loop that calls ``loss.backward()``."""
    passed = {source.segment(call.base) for call in source.calls(".backward") if call.base is not None}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.AugAssign) or not isinstance(node.op, ast.Add):
            continue
        if ast.unparse(node.value) in passed and ast.unparse(node.target) not in passed and _is_kept(source, node):
            yield _suspicion(source, node)
    yield from _listed(source)


RULE = Rule(
    code="G208",
    slug="retained-graph",
    severity=Severity.WARNING,
    stages="SD",
    summary="losses summed with their graph, or graph retained each step: memory grows",
    page=Page(
        what="A loss is a tensor with a graph behind it. total += loss keeps every one of them; a state that is "
        "carried on without detach makes each backward pass go through all steps so far.",
        wrong="total = 0.0\nfor x, y in loader:\n    optimizer.zero_grad()\n    loss = criterion(model(x), y)\n"
        "    loss.backward()\n    optimizer.step()\n"
        "    total += loss",
        right="total = 0.0\nfor x, y in loader:\n    optimizer.zero_grad()\n    loss = criterion(model(x), y)\n"
        "    loss.backward()\n    optimizer.step()\n"
        "    total += loss.item()",
        hurts="Memory grows with every step, and training gets slower.",
        detection="The number of autograd nodes behind the loss grows from one measured backward pass to the next; or "
        "a sum or a list in a loop takes in the loss that is passed back, and is itself never passed back.",
        limits="Graphs that grow on purpose (unrolled optimizers) are flagged too.",
        sources=("PyTorch FAQ: don't accumulate history across your training loop",),
    ),
    see=see,
    read=read,
)
