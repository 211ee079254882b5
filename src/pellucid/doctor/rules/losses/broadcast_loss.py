"""L108: output [N, 1] against target [N] becomes a table of N×N differences."""

import ast
from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import Call, CallSite, LossSite, Place, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of, with_argument
from pellucid.records import Severity

__all__ = ["RULE"]

_ELEMENTWISE = {
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "kl_div",
    "poisson_nll_loss",
    "gaussian_nll_loss",
    "soft_margin_loss",
    "hinge_embedding_loss",
}
_BINARY = {
    "__sub__",
    "__rsub__",
    "__mul__",
    "__rmul__",
    "sub",
    "mul",
    "__add__",
    "add",
    "where",
    "pow",
    "__truediv__",
    "maximum",
}

_OPERATORS: dict[str, type[ast.operator]] = {"sub": ast.Sub, "mul": ast.Mult, "add": ast.Add}


def see(session: Session) -> Iterator[Suspicion]:
    """Losses whose result is larger than both of its sides, and differences by hand that are."""
    told = set()
    for site in session.losses:
        if site.kind in _ELEMENTWISE and site.trained and site.training:
            call = site.training[0]
            if _spreads(call.output_shape, call.target_shape):
                told.add(site.place)
                yield _suspicion(session, site.place, site, call.output_shape, call.target_shape, site.kind)
    for each in session.calls:
        if each.layer is None and each.function.rpartition(".")[2] in _BINARY and each.place not in told:
            found = _by_hand(session, each)
            if found is not None:
                told.add(each.place)
                yield _suspicion(session, each.place, each, *found, each.function.rpartition(".")[2].strip("_"))


def _by_hand(session: Session, site: CallSite) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    for call in site.calls:
        shapes = list(call.shapes.values())
        if not call.phase.grad or len(shapes) < 2 or not _spreads(shapes[0], shapes[1]):
            continue
        means_pairs = 1 in (shapes[0][0], shapes[1][0]) or _is_itself(call)  # [1, N] is written on purpose
        of_one = len(call.of_output) == 1
        if not means_pairs and (call.history or of_one or _comes_from_above(session, site, call)):
            return shapes[0], shapes[1]
    return None


def _comes_from_above(session: Session, site: CallSite, call: Call) -> bool:
    """Whether one of the operands was made in the same line by something with a graph, as ``y * torch.log(p)``."""
    return any(
        each.history and each.step == call.step and each.result_shape in call.shapes.values()
        for other in session.calls
        if other.place == site.place and other is not site
        for each in other.calls
    )


def _is_itself(call: Call) -> bool:
    """Whether both operands hold the same numbers: all pairs of one vector, which is meant."""
    first, second = call.arguments.get(0), call.arguments.get(1)
    if not isinstance(first, Tensor) or not isinstance(second, Tensor):
        return False
    return torch.equal(first.flatten(), second.flatten())


def _spreads(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Whether [N, 1] meets [N] (or [1, N]) with N > 1, so that each of N rows is compared with each."""
    long, short = sorted((first, second), key=len, reverse=True)
    if len(long) != 2 or long[1] != 1 or long[0] < 2:
        return False
    return short in ((long[0],), (1, long[0]))


def _suspicion(
    session: Session,
    place: Place,
    site: LossSite | CallSite,
    output: tuple[int, ...],
    target: tuple[int, ...],
    name: str,
) -> Suspicion:
    rows = max(*output, *target)
    return Suspicion(
        f"{name} of {list(output)} and {list(target)} compares every row with every row: {rows}×{rows} numbers "
        f"instead of {rows}, so that the network learns to predict the mean.",
        seen=f"{list(output)} with {list(target)} gives [{rows}, {rows}]",
        fix="Give both the same shape: output.squeeze(1), or target.unsqueeze(1).",
        place=place,
        evidence={"output": list(output), "target": list(target)},
        edits=_column_and_row(session, site, output)
        if isinstance(site, LossSite)
        else _by_name(session, site, output, target),
    )


def _column_and_row(session: Session, site: LossSite, output: tuple[int, ...]) -> tuple[Edit, ...]:
    """The column among the loss's arguments, squeezed."""
    if len(output) == 2:
        return with_argument(session, site, 0, "input", "{}.squeeze(1)")
    return with_argument(session, site, 1, "target", "{}.squeeze(1)")


def _by_name(session: Session, site: CallSite, first: tuple[int, ...], second: tuple[int, ...]) -> tuple[Edit, ...]:
    """What stands for the row in that line, made a column wherever it stands."""
    source = session.source_of(site.place.file)
    statement = source.statement_at(site.place.line) if source is not None else None
    operator = _OPERATORS.get(site.function.rpartition(".")[2])
    if source is None or statement is None or operator is None:
        return ()
    for node in ast.walk(statement):
        if isinstance(node, ast.BinOp) and isinstance(node.op, operator):
            row = node.left if len(first) == 1 else node.right
            if isinstance(row, (ast.Name, ast.Subscript)):
                text = source.segment(row)
                alike = [
                    each for each in ast.walk(statement) if type(each) is type(row) and source.segment(each) == text
                ]
                return edits_of(source, [(each, f"{text}.unsqueeze(1)") for each in alike])
    return ()


RULE = Rule(
    code="L108",
    slug="broadcast-loss",
    severity=Severity.ERROR,
    stages="PD",
    summary="output [N,1] against target [N] (or the like) silently becomes an N×N loss, also in hand-written losses",
    causes=("T608", "T611", "D415", "L117", "E307", "T607", "D409", "D411"),
    page=Page(
        what="PyTorch stretches [N, 1] and [N] to [N, N] before it subtracts. The mean of all N² squares is smallest "
        "when every prediction is the mean of the targets.",
        wrong="import torch\nfrom torch import nn\n\nx, y = torch.randn(32, 4), torch.randn(32)\nmodel = "
        "nn.Linear(4, 1)\n"
        "loss = ((model(x) - y) ** 2).mean()",
        right="import torch\nfrom torch import nn\n\nx, y = torch.randn(32, 4), torch.randn(32)\nmodel = "
        "nn.Linear(4, 1)\n"
        "loss = ((model(x).squeeze(1) - y) ** 2).mean()",
        hurts="The network predicts the mean for every row; the loss still falls a little, so nothing looks wrong.",
        detection="Proof: shapes [N, 1] and [N] (or [1, N]) with N > 1 meet in an element-wise loss, or in a "
        "hand-written difference of something with a gradient.",
        limits="Batches of one row are not looked at. Pairwise distances that are meant are written with unsqueeze or "
        "cdist, and their shapes are [N, 1, d] and [1, N, d].",
        sources=("PyTorch issue 16045: mse_loss warns since; hand-written losses do not",),
    ),
    see=see,
)
