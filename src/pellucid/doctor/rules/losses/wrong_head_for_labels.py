"""L111: several labels by softmax, or exclusive classes by independent sigmoids."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import LossCall, LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import (
    edits_of,
    last_made,
    loss_call,
    other_loss,
    with_last_activation,
)
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_FEWEST_ROWS = 30


def see(session: Session) -> Iterator[Suspicion]:
    """Targets of 0s and 1s, rows of which say whether classes exclude one another, beside the loss that was chosen."""
    for site in session.trained_losses():
        yield from _squashed(session, site)
        calls = [call for call in site.training if _is_table(call)]
        if not calls:
            continue
        targets = torch.cat([call.target.double() for call in calls if call.target is not None])
        if len(targets) < _FEWEST_ROWS:
            continue
        sums = targets.sum(1)
        softmax = site.kind == "cross_entropy" or any("Softmax" in name for name in calls[0].history[:2])
        if softmax and float((sums > 1).double().mean()) > 0.05 and _is_zero_one(targets):
            yield Suspicion(
                "Rows carry several labels at once, and softmax shares one probability out among all classes: labels "
                "that occur together drive each other out.",
                seen=f"{float((sums > 1).double().mean()):.0%} of {len(targets)} target rows have more than one 1, up "
                f"to {int(sums.max())}",
                fix="criterion = nn.BCEWithLogitsLoss()  # on raw scores, one decision a label",
                place=site.place,
                evidence={"rows": len(targets), "most_labels": int(sums.max())},
                edits=_independent(session, site),
            )
        elif site.kind.startswith("binary_cross_entropy") and bool((sums == 1).all()) and _is_zero_one(targets):
            yield Suspicion(
                f"Every target row has exactly one 1 among {targets.shape[1]} classes, and each class is decided for "
                "itself: nothing says that they exclude one another.",
                seen=f"all {len(targets)} target rows add up to 1",
                fix="criterion = nn.CrossEntropyLoss()  # on raw scores; targets as class numbers",
                place=site.place,
                # One against the rest works, and some mean it.
                severity=Severity.INFO,
                evidence={"rows": len(targets), "classes": targets.shape[1]},
            )


def _squashed(session: Session, site: LossSite) -> Iterator[Suspicion]:
    """Cross-entropy over classes whose scores went through a sigmoid each."""
    call = next((each for each in site.training if each.output is not None), None)
    if site.kind != "cross_entropy" or call is None or call.output is None or call.history[:1] != ("SigmoidBackward0",):
        return
    classes = call.output_shape[1] if len(call.output_shape) > 1 else 1
    if classes < 2:
        return
    floor = math.log1p((classes - 1) * math.exp(-1.0))
    yield Suspicion(
        f"Each of {classes} scores goes through a sigmoid of its own before cross-entropy, which expects raw scores: "
        f"they differ by 1 at most, so the loss cannot fall below {floor:.3f}.",
        seen=f"output {list(call.output_shape)} from {call.output.min():.3f} to {call.output.max():.3f}, made by "
        "SigmoidBackward0",
        fix="Take the sigmoid at the end of the model away; nn.CrossEntropyLoss applies the softmax itself.",
        place=site.place,
        evidence={"classes": classes, "floor": floor},
        edits=_without_sigmoid(session, site),
    )


def _without_sigmoid(session: Session, site: LossSite) -> tuple[Edit, ...]:
    source = session.source_of(site.place.file)
    pair = with_last_activation(source, ("sigmoid",)) if source is not None else None
    return edits_of(source, [pair]) if source is not None and pair is not None else ()


def _independent(session: Session, site: LossSite) -> tuple[Edit, ...]:
    """BCE on raw scores, and a sigmoid wherever the program takes a softmax."""
    found = loss_call(session, site)
    loss = other_loss(found, site.kind, "binary_cross_entropy_with_logits")
    if found is None or not loss:
        return ()
    pairs = [*loss]
    for call in found[0].calls("torch.softmax", "torch.nn.functional.softmax"):
        scores = call.argument(0, "input")
        if scores is not None:
            pairs.append((call.node, f"torch.sigmoid({found[0].segment(scores)})"))
    return edits_of(found[0], pairs)


def _is_table(call: LossCall) -> bool:
    return (
        call.target is not None
        and call.target.dim() == 2
        and call.target.shape[1] > 2
        and call.target_shape == call.output_shape
    )


def _is_zero_one(targets: Tensor) -> bool:
    return bool(((targets == 0) | (targets == 1)).all())


def read(source: Source) -> Iterator[Suspicion]:
    """Cross-entropy right behind a sigmoid."""
    for use in source.uses("torch.nn.CrossEntropyLoss", "torch.nn.functional.cross_entropy"):
        last = last_made(source, use)
        if last is not None and last.name in ("torch.sigmoid", ".sigmoid", "torch.nn.Sigmoid"):
            yield Suspicion(
                "Each score goes through a sigmoid of its own before cross-entropy, which expects raw scores: they "
                "differ by 1 at most.",
                seen=f"the last step before it is {last.name}",
                fix="nn.CrossEntropyLoss() on raw scores; nn.BCEWithLogitsLoss() if a row may have several labels.",
                place=use.call.place,
            )


RULE = Rule(
    code="L111",
    slug="wrong-head-for-labels",
    severity=Severity.ERROR,
    stages="SP",
    summary="multi-label trained with softmax, or mutually exclusive classes with independent sigmoids",
    causes=("L114", "T607", "T602", "T603", "T608", "E308", "T611", "D415", "L117", "D409", "D411"),
    page=Page(
        what="Softmax makes classes compete: their probabilities add up to 1. Where a row may carry several labels, "
        "each label is a decision of its own and wants a sigmoid.",
        wrong="import torch\nfrom torch import nn\n\ny = torch.randint(0, 2, (64, 5)).float()\n"
        "loss = nn.CrossEntropyLoss()(torch.randn(64, 5), y)",
        right="import torch\nfrom torch import nn\n\ny = torch.randint(0, 2, (64, 5)).float()\n"
        "loss = nn.BCEWithLogitsLoss()(torch.randn(64, 5), y)",
        hurts="With three labels on a row, none can have a probability above 1/3.",
        detection="Targets seen (30 rows or more) of 0s and 1s: more than 5 % of the rows with two or more 1s under a "
        "softmax (error); or every row with exactly one 1 under independent sigmoids (note).",
        limits="Labels of which no row carries two look like classes.",
        sources=("AUTOTRAINER, NeuraLint: head and labels",),
    ),
    see=see,
    read=read,
)
