"""D405: one column gives the target away."""

from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_NEARLY, _FEWEST_ROWS, _FEWEST_COLUMNS = 0.995, 60, 3


def see(session: Session) -> Iterator[Suspicion]:
    """Columns that order the rows as the target does, nearly without a mistake, beside others that do not."""
    for model in session.models:
        rows, targets = model.inputs, model.targets
        if (
            rows is None
            or targets is None
            or rows.dim() != 2
            or rows.shape[1] < _FEWEST_COLUMNS
            or not rows.is_floating_point()
        ):
            continue
        aims = targets.reshape(len(targets), -1)
        if len(rows) != len(targets) or len(rows) < _FEWEST_ROWS or aims.shape[1] != 1 or model.module is None:
            continue
        if rows.shape == targets.shape:
            continue
        strengths = _strengths(rows.double(), aims[:, 0].double())
        if strengths is None:
            continue
        strong = torch.nonzero(strengths > _NEARLY).flatten().tolist()
        # Where most columns say it all the task is easy, and none of them leaks.
        if not strong or len(strong) > rows.shape[1] / 4:
            continue
        column = strong[0]
        yield Suspicion(
            f"Column {column} alone gives the target away (rank agreement {float(strengths[column]):.4f}): is it "
            "known when predictions are made?",
            seen=f"the next best column that does not has {float(strengths[strengths <= _NEARLY].max()):.3f}",
            fix=f"X = np.delete(X, {column}, axis=1)  # if it is worked out from the target",
            place=model.place,
            evidence={"column": column, "agreement": float(strengths[column])},
        )


def _strengths(rows: Tensor, target: Tensor) -> Tensor | None:
    """Rank agreement of every column with the target, 0 to 1; for two classes how well it tells them apart."""
    distinct = torch.unique(target)
    if len(distinct) < 2:
        return None
    if len(distinct) == 2:
        above = target == distinct[1]
        positives, negatives = int(above.sum()), int((~above).sum())
        ranks = _ranks(rows)
        area = (ranks[above].sum(0) - positives * (positives - 1) / 2) / (positives * negatives)
        apart: Tensor = (2 * area - 1).abs()
        return apart
    if len(distinct) < 20:
        return None
    both = torch.cat([rows, target.unsqueeze(1)], 1)
    ranks = _ranks(both)
    ranks = ranks - ranks.mean(0)
    norm = ranks.norm(dim=0).clamp_min(1e-12)
    together: Tensor = ((ranks[:, :-1] * ranks[:, -1:]).sum(0) / (norm[:-1] * norm[-1])).abs()
    return together


def _ranks(rows: Tensor) -> Tensor:
    """Ranks by column, equal values sharing their mean."""
    found = torch.empty_like(rows)
    for number in range(rows.shape[1]):
        _, inverse, counts = torch.unique(rows[:, number], return_inverse=True, return_counts=True)
        first = torch.cumsum(counts, 0) - counts
        found[:, number] = (first + (counts - 1) / 2)[inverse].to(rows.dtype)
    return found


RULE = Rule(
    code="D405",
    slug="target-leak",
    severity=Severity.WARNING,
    stages="SP",
    summary="one column gives the target away",
    page=Page(
        what="A column that is made from the target, or known only after it, predicts it perfectly in the table and "
        "is not there when predictions are needed.",
        wrong="X = df[['age', 'rooms', 'price_in_euro']]\ny = df['price_in_usd']",
        right="X = df[['age', 'rooms']]\ny = df['price_in_usd']",
        hurts="A perfect score that vanishes in use.",
        detection="On the training rows that were kept: one column's ranks agree with the target's to 0.995 (for two "
        "classes: it tells them apart as well), and at most a quarter of the columns do.",
        limits="A column may be that good and honest.",
        sources=("Kaufman et al. (2012), Leakage in data mining", "Deepchecks: feature label correlation"),
    ),
    see=see,
)
