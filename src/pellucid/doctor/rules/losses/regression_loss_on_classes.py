"""L110: squared or absolute error on class labels."""

from collections.abc import Iterator

import torch

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.outcome import outcome_of
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import with_other_loss
from pellucid.records import Severity

__all__ = ["RULE"]

_KINDS = {"mse_loss": "squared", "l1_loss": "absolute", "smooth_l1_loss": "smooth absolute", "huber_loss": "Huber"}
_MOST_CLASSES, _FEWEST_ROWS = 20, 30


def see(session: Session) -> Iterator[Suspicion]:
    """Regression losses whose targets are a few whole numbers from 0 up, or rows of one 1 among 0s."""
    for site in session.trained_losses():
        targets = [call.target.reshape(-1) for call in site.training if call.target is not None]
        if site.kind not in _KINDS or not targets:
            continue
        values = torch.cat(targets).double()
        distinct = torch.unique(values)
        is_whole = bool((values == values.round()).all()) and float(values.min()) == 0
        # A sigmoid at the end says itself that its numbers are to be probabilities.
        is_probable = site.training[0].history[:1] in (("SigmoidBackward0",), ("SoftmaxBackward0",))
        highest = int(values.max()) if is_whole else 0
        # Whole numbers without a gap from 0 up; counts and ratings reach further and leave gaps in a few rows.
        if (
            not is_whole
            or not 1 <= highest < _MOST_CLASSES
            or len(distinct) != highest + 1
            or len(values) < (4 if is_probable else _FEWEST_ROWS)
        ):
            continue
        counts = {int(value): int((values == value).sum()) for value in distinct}
        if highest > 1 and min(counts.values()) < 0.02 * len(values):
            continue
        two = highest == 1
        collapse = "the median, which is the larger class" if site.kind == "l1_loss" else "the share of each class"
        yield Suspicion(
            f"The targets are {highest + 1} classes, and the {_KINDS[site.kind]} error takes their numbers for "
            f"amounts: predictions are drawn to {collapse}.",
            seen=f"{len(values)} targets, all of them among {', '.join(str(each) for each in counts)}",
            fix="criterion = nn.BCEWithLogitsLoss()  # on raw scores"
            if two
            else "criterion = nn.CrossEntropyLoss()  # one output a class",
            place=site.place,
            severity=_severity(session, site, two=two, is_probable=is_probable),
            evidence={"classes": highest + 1, "counts": {str(key): value for key, value in counts.items()}},
            edits=_edits(session, site, is_probable=is_probable) if two else (),
        )


def _severity(session: Session, site: LossSite, *, two: bool, is_probable: bool) -> Severity | None:
    """The absolute error of two classes is wrong; the squared error of their probabilities (Brier) may be meant."""
    if site.kind == "l1_loss" and two:
        return Severity.ERROR
    if site.kind == "mse_loss" and two and is_probable and not outcome_of(session).is_bad:
        return Severity.INFO
    return None


def _edits(session: Session, site: LossSite, *, is_probable: bool) -> tuple[Edit, ...]:
    """BCE in place of the loss, if it is known how the output was made."""
    made_by = site.training[0].history[:1]
    if site.training[0].output_shape != site.training[0].target_shape:
        return ()
    if is_probable and made_by == ("SigmoidBackward0",):
        return with_other_loss(session, site, "binary_cross_entropy")
    return with_other_loss(session, site, "binary_cross_entropy_with_logits") if made_by == ("AddmmBackward0",) else ()


RULE = Rule(
    code="L110",
    slug="regression-loss-on-classes",
    severity=Severity.WARNING,
    stages="SP",
    summary="L1/MSE on class labels: collapses to the median or the mean",
    causes=("T608", "D411", "D415", "T601", "T611", "T602", "T603", "L109", "D409"),
    page=Page(
        what="Squared and absolute error measure amounts. Class numbers are names: class 2 is not twice class 1. With "
        "two classes the absolute error is least at the larger class for every row.",
        wrong="import torch\nfrom torch import nn\n\nx, y = torch.randn(64, 4), torch.randint(0, 2, (64, 1)).float()\n"
        "model = nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())\nloss = nn.L1Loss()(model(x), y)",
        right="import torch\nfrom torch import nn\n\nx, y = torch.randn(64, 4), torch.randint(0, 2, (64, 1)).float()\n"
        "model = nn.Linear(4, 1)\nloss = nn.BCEWithLogitsLoss()(model(x), y)",
        hurts="Titanic by L1: 62.94 %, little more than the larger class. Behind a sigmoid, gradients vanish where "
        "the network is wrong.",
        detection="All targets seen (30 or more) are whole numbers from 0 up without a gap, at most 20 of them, and "
        "the loss is squared, absolute, smooth or Huber error.",
        limits="Small counts look the same; silence it there, or use nn.PoissonNLLLoss.",
        sources=("AUTOTRAINER (2021) and TheDeepChecker (2022): loss and labels do not match",),
    ),
    see=see,
)
