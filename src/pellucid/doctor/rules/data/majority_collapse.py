"""D411: one class for every row."""

from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import Session
from pellucid.doctor.probing.copies import copied, experiment, forward
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

# Area under the ROC curve from which on a network has learned more than which class is the largest.
_TELLS_APART = 0.75
_ALL, _FEWEST_STEPS, _FEWEST_ROWS, _IMBALANCED = 0.995, 50, 40, 10.0


def see(session: Session) -> Iterator[Suspicion]:
    """Classes that a trained network predicts on its own training rows."""
    if session.updates < _FEWEST_STEPS:
        return
    kinds = {site.kind for site in session.trained_losses()}
    for model in session.models:
        rows, targets = model.inputs, model.targets
        if (
            rows is None
            or targets is None
            or not model.takes_rows_alone
            or len(rows) != len(targets)
            or len(rows) < _FEWEST_ROWS
        ):
            continue
        with experiment():
            outputs = forward(copied(model.module), rows)
        guesses, classes = _classes(outputs, targets, kinds)
        if guesses is None or classes is None or len(torch.unique(classes)) < 2:
            continue
        counts = torch.unique(classes, return_counts=True)[1]
        shares = torch.unique(guesses, return_counts=True)[1].double() / len(guesses)
        if float(shares.max()) < _ALL:
            continue
        if _tells_apart(outputs, classes):
            continue
        larger = float(counts.max()) / len(classes)
        yield Suspicion(
            f"{float(shares.max()):.0%} of the training rows get the same class, and {larger:.0%} of them have it: "
            "the network has learned which class is the largest.",
            seen=f"rows by class {', '.join(str(int(count)) for count in counts[:8])}; predicted {len(shares)} of "
            f"{len(counts)} classes",
            fix="Scaled inputs and another learning rate first; class weights where classes are rare: "
            "nn.CrossEntropyLoss(weight=…)",
            place=model.place,
            severity=None if float(counts.max()) / float(counts.min()) < _IMBALANCED else Severity.WARNING,
            evidence={"predicted": float(shares.max()), "largest_class": larger},
            is_symptom=float(counts.max()) / float(counts.min()) < _IMBALANCED,
        )


def _tells_apart(outputs: Tensor, classes: Tensor) -> bool:
    """Whether rows of a rare class get higher scores than others: then it is the threshold, not the network."""
    if outputs.numel() != len(outputs):
        return False
    scores, positive = outputs.flatten().double(), classes == 1
    if not bool(positive.any()) or bool(positive.all()):
        return False
    ranks = scores.argsort().argsort().double() + 1
    count = float(positive.sum())
    wins = float(ranks[positive].sum()) - count * (count + 1) / 2
    return wins > _TELLS_APART * count * (len(classes) - count)


def _classes(outputs: Tensor, targets: Tensor, kinds: set[str]) -> tuple[Tensor | None, Tensor | None]:
    if (
        kinds & {"cross_entropy", "nll_loss"}
        and outputs.dim() == 2
        and outputs.shape[1] > 1
        and not targets.is_floating_point()
    ):
        return outputs.argmax(1), targets.flatten()
    binary = kinds & {"binary_cross_entropy", "binary_cross_entropy_with_logits"}
    if binary and outputs.numel() == targets.numel() == len(outputs):
        border = 0.0 if "binary_cross_entropy_with_logits" in kinds else 0.5
        return (outputs.flatten() > border).long(), (targets.flatten() > 0.5).long()
    return None, None


RULE = Rule(
    code="D411",
    slug="majority-collapse",
    severity=Severity.WARNING,
    stages="SD",
    summary="class imbalance; one class predicted always",
    causes=("T608",),
    page=Page(
        what="A network that has learned nothing else predicts the largest class for every row, and is right as often "
        "as that class occurs.",
        wrong="criterion = nn.CrossEntropyLoss()  # 990 rows of class 0, 10 of class 1",
        right="criterion = nn.CrossEntropyLoss(weight=torch.tensor([0.5, 50.0]))",
        hurts="An accuracy of 99 % that finds no row of the class that matters.",
        detection="After 50 updates and more, 99.5 % of the training rows that were kept get one class. With classes "
        "of similar size it is a symptom, told above a note only if the run came to nothing. Scores that order the "
        "rows by class (an area under the ROC curve above 0.75) are let pass.",
        limits="Cross-entropy and BCE only.",
        sources=("SageMaker Debugger: class imbalance",),
    ),
    see=see,
)
