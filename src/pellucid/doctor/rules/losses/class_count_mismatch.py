"""L113: class labels that do not match the number of outputs."""

from collections.abc import Iterator

import torch

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of, last_width
from pellucid.records import Severity

__all__ = ["RULE"]

_FEWEST_A_CLASS = 10


def see(session: Session) -> Iterator[Suspicion]:
    """Labels beyond the outputs, labels that begin at 1, and outputs that no label uses."""
    for site in session.trained_losses():
        if site.kind not in ("cross_entropy", "nll_loss", "multi_margin_loss"):
            continue
        calls = [call for call in site.training if call.target is not None and not call.target.is_floating_point()]
        calls = [call for call in calls if len(call.output_shape) >= 2]
        if not calls or calls[0].output_shape[1] < 2:
            continue
        labels = torch.cat([call.target.flatten() for call in calls if call.target is not None])
        labels = labels[labels != site.options.get("ignore_index", -100)]
        if len(labels):
            yield from _judge(session, site, labels, calls[0].output_shape[1])


def _judge(session: Session, site: LossSite, labels: torch.Tensor, classes: int) -> Iterator[Suspicion]:
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= classes:
        crash = f"; it stopped with: {str(session.error).splitlines()[0]}" if session.error is not None else ""
        starts = " Labels begin at 1." if low == 1 and high == classes else ""
        yield Suspicion(
            f"Labels reach from {low} to {high}, and {classes} outputs allow 0 to {classes - 1}.{starts}",
            seen=f"{len(labels)} labels, {classes} outputs{crash}",
            fix="y = y - 1" if starts else f"{high + 1} outputs",
            place=site.place,
            evidence={"lowest": low, "highest": high, "outputs": classes},
            edits=_wider(session, site, classes, high + 1) if low >= 0 else (),
        )
        return
    seen = labels
    for model in session.models:
        if model.targets is not None and not model.targets.is_floating_point() and model.targets.dim() == 1:
            seen = torch.cat([seen, model.targets])
    used = set(torch.unique(seen).tolist())
    unused = sorted(set(range(classes)) - used)
    if unused and len(seen) >= _FEWEST_A_CLASS * classes:
        one_off = unused == [0]
        yield Suspicion(
            f"{classes} outputs, and no row has the label {', '.join(str(each) for each in unused[:5])}"
            + (": labels begin at 1." if one_off else "."),
            seen=f"labels {', '.join(str(each) for each in sorted(used)[:8])} in {len(seen)} training rows",
            fix="y = y - 1, and one output less" if one_off else f"{max(used) + 1} outputs",
            place=site.place,
            severity=Severity.WARNING if one_off else Severity.INFO,
            evidence={"unused": unused, "outputs": classes},
        )


def _wider(session: Session, site: LossSite, classes: int, other: int) -> tuple[Edit, ...]:
    """As many outputs as the labels need; renumbering would change what the program does with them elsewhere."""
    source = session.source_of(site.place.file)
    pair = last_width(source, classes, other) if source is not None else None
    return edits_of(source, [pair]) if source is not None and pair is not None else ()


RULE = Rule(
    code="L113",
    slug="class-count-mismatch",
    severity=Severity.ERROR,
    stages="SP",
    summary="labels outside 0..C−1, labels starting at 1, unused outputs",
    causes=("L117", "D415", "T608", "D409", "D411"),
    page=Page(
        what="Class numbers go from 0 to the number of outputs less 1. Labels from 1 to C leave output 0 without rows "
        "and need one more.",
        wrong="import torch\nfrom torch import nn\n\ny = torch.randint(1, 4, (64,))\nloss = "
        "nn.CrossEntropyLoss()(torch.randn(64, 4), y)",
        right="import torch\nfrom torch import nn\n\ny = torch.randint(1, 4, (64,)) - 1\nloss = "
        "nn.CrossEntropyLoss()(torch.randn(64, 3), y)",
        hurts="An error about an index, or an output that is learned to be never right.",
        detection="Proof: smallest and largest label beside the number of outputs. Unused outputs are told when ten "
        "rows for each class have been seen.",
        limits="Classes that are only rare may not have been seen yet: a note, except where it is class 0.",
        sources=("PyTorch: Target is out of bounds",),
    ),
    see=see,
)
