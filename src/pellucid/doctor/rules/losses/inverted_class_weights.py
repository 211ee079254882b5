"""L120: class weights or pos_weight of the wrong length, order or direction."""

from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of, loss_call
from pellucid.records import Severity

__all__ = ["RULE"]

_FEWEST_ROWS, _TIMES = 60, 1.5


def see(session: Session) -> Iterator[Suspicion]:
    """Weights beside the frequencies of the classes that were seen."""
    for site in session.trained_losses():
        targets = [call.target for call in site.training if call.target is not None]
        if not targets:
            continue
        seen = torch.cat([target.flatten() for target in targets])
        kept = [model.targets.flatten() for model in session.models if model.targets is not None]
        if kept and kept[0].dtype == seen.dtype:
            seen = torch.cat([seen, kept[0]])
        if len(seen) < _FEWEST_ROWS:
            continue
        weight, pos_weight = site.options.get("weight"), site.options.get("pos_weight")
        if site.kind in ("cross_entropy", "nll_loss") and isinstance(weight, Tensor) and not seen.is_floating_point():
            yield from _classes(session, site, weight.detach().double().cpu(), seen)
        if (
            site.kind == "binary_cross_entropy_with_logits"
            and isinstance(pos_weight, Tensor)
            and pos_weight.numel() == 1
        ):
            yield from _positive(session, site, float(pos_weight), float(seen.double().mean()))


def _classes(session: Session, site: LossSite, weight: Tensor, labels: Tensor) -> Iterator[Suspicion]:
    counts = torch.bincount(labels.long().clamp_min(0), minlength=len(weight)).double()
    if len(counts) != len(weight) or bool((counts == 0).any()) or float(counts.max()) < _TIMES * float(counts.min()):
        return
    if float(weight.max()) < _TIMES * float(weight.min()):
        return
    together = (
        torch.corrcoef(torch.stack([weight.log(), counts.log()]))[0, 1]
        if bool((weight > 0).all())
        else torch.tensor(0.0)
    )
    if float(together) > 0.5:
        yield Suspicion(
            "The class weights favour the frequent classes: they should be the larger, the rarer a class is.",
            seen=f"weights {_listed(weight)}, rows {_listed(counts)}",
            fix="weight = len(y) / (classes * torch.bincount(y).float())",
            place=site.place,
            evidence={"weights": weight.tolist(), "counts": counts.tolist()},
            edits=_edits(session, site, "weight"),
        )


def _positive(session: Session, site: LossSite, weight: float, share: float) -> Iterator[Suspicion]:
    if not 0 < share < 1:
        return
    balanced = (1 - share) / share
    # Inverted: as far on the wrong side of 1 as balance lies on the right one.
    if (balanced > _TIMES and weight < 1 / _TIMES) or (balanced < 1 / _TIMES and weight > _TIMES):
        yield Suspicion(
            f"pos_weight is {weight:.3g}, and {share:.0%} of the targets are 1: balance would be {balanced:.3g}, so "
            "the rarer side is made rarer still.",
            seen=f"pos_weight {weight:.3g}; negatives / positives = {balanced:.3g}",
            fix="pos_weight = (y == 0).sum() / (y == 1).sum()",
            place=site.place,
            evidence={"pos_weight": weight, "share": share, "balanced": balanced},
            edits=_edits(session, site, "pos_weight"),
        )


def _edits(session: Session, site: LossSite, name: str) -> tuple[Edit, ...]:
    """The reciprocal of the weight; that of all but a factor counts, which the mean takes out."""
    found = loss_call(session, site)
    if found is None:
        return ()
    source, use = found
    node = (use.made or use.call).argument(0 if use.made is not None and name == "weight" else 99, name)
    return edits_of(source, [(node, f"1 / ({source.segment(node)})")]) if node is not None else ()


def _listed(values: Tensor) -> str:
    return ", ".join(f"{each:.3g}" for each in values[:8].tolist())


RULE = Rule(
    code="L120",
    slug="inverted-class-weights",
    severity=Severity.WARNING,
    stages="SP",
    summary="class weights or pos_weight of wrong length, order or direction",
    causes=("D411", "T608", "T611", "D409"),
    page=Page(
        what="Class weights are there to make rare classes count as much as frequent ones, so they have to be larger "
        "where rows are fewer. pos_weight is negatives divided by positives.",
        wrong="import torch\nfrom torch import nn\n\ny = (torch.rand(400) < 0.25).float()  # 100 positives, 300 "
        "negatives\n"
        "criterion = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(1 / 3))",
        right="import torch\nfrom torch import nn\n\ny = (torch.rand(400) < 0.25).float()\n"
        "criterion = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(3.0))",
        hurts="The rare class is never predicted.",
        detection="Logarithms of weights and of class counts go up together (correlation above 0.5); or pos_weight "
        "lies on the wrong side of 1. Both weights and counts have to differ by 1.5 times and more.",
        limits="Weights that favour the frequent class on purpose are flagged too.",
        sources=("PyTorch, documentation of BCEWithLogitsLoss: 100 positive and 300 negative examples, pos_weight 3",),
    ),
    see=see,
)
