"""D405: one column gives the target away, or two together."""

from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

# Where the next best column is as good as that, columns tell the target by their nature: zeros and ones by one pixel.
_EASY = 0.98
_NEARLY, _FEWEST_ROWS, _FEWEST_COLUMNS = 0.995, 60, 3
# Two columns together: an amount in the unit that a column of few values names.
_TOGETHER, _FEWEST_BESIDE, _UNITS, _AMOUNTS, _COLUMNS = 0.998, 4, 50, 20, 64


def see(session: Session) -> Iterator[Suspicion]:
    """Columns that order the rows as the target does, nearly without a mistake, beside others that do not.

    Or that do so among the rows that are equal in another column, as amounts in several currencies do.
    """
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
        found = _alone(strengths) or _together(rows.double(), aims[:, 0].double())
        if found is None:
            continue
        which, columns, seen, agreement = found
        yield Suspicion(
            f"{which} the target away (rank agreement {agreement:.4f}): is it known when predictions are made?",
            seen=seen,
            fix=f"X = np.delete(X, {columns if len(columns) > 1 else columns[0]}, axis=1)  # if made from the target",
            place=model.place,
            evidence={"columns": columns, "agreement": agreement},
        )


def _alone(strengths: Tensor) -> tuple[str, list[int], str, float] | None:
    strong = torch.nonzero(strengths > _NEARLY).flatten().tolist()
    # Where most columns say it all the task is easy, and none of them leaks.
    if not strong or len(strong) > len(strengths) / 4:
        return None
    rest = float(strengths[strengths <= _NEARLY].max())
    if rest > _EASY:
        return None
    agreement = float(strengths[strong[0]])
    return (
        f"Column {strong[0]} alone gives",
        strong[:1],
        f"the next best column that does not has {rest:.3f}",
        agreement,
    )


def _together(rows: Tensor, target: Tensor) -> tuple[str, list[int], str, float] | None:
    """A column that orders the rows as the target does among rows with equal values in another column."""
    counts = [len(torch.unique(column)) for column in rows.T]
    if rows.shape[1] < _FEWEST_BESIDE or rows.shape[1] > _COLUMNS or len(torch.unique(target)) < _AMOUNTS:
        return None
    for unit in (number for number, count in enumerate(counts) if 2 <= count <= min(_UNITS, len(rows) / 10)):
        _, groups = torch.unique(rows[:, unit], return_inverse=True)
        aim = _ranks_within(target, groups)
        for amount in (number for number, count in enumerate(counts) if count >= _AMOUNTS and number != unit):
            own = _ranks_within(rows[:, amount], groups)
            agreement = float(((own * aim).sum() / (own.norm() * aim.norm()).clamp_min(1e-12)).abs())
            if agreement > _TOGETHER:
                seen = (
                    f"among rows with the same value in column {unit}, column {amount} orders them as the target does"
                )
                return f"Columns {amount} and {unit} together give", [amount, unit], seen, agreement
    return None


def _ranks_within(values: Tensor, groups: Tensor) -> Tensor:
    """Ranks among the rows of the same group, centred in each."""
    places = _ranks(values.unsqueeze(1))[:, 0] + groups * (len(values) + 1)
    ranks = _ranks(places.unsqueeze(1))[:, 0]
    sums = torch.zeros(int(groups.max()) + 1, dtype=ranks.dtype).index_add_(0, groups, ranks)
    return ranks - (sums / torch.bincount(groups))[groups]


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
        "classes: it tells them apart as well), and at most a quarter of the columns do. For targets of 20 and more "
        "values also two columns together, such as a salary and its currency: among rows with the same value in one, "
        "the other's ranks agree to 0.998.",
        limits="A column may be that good and honest. Three columns together are not looked for.",
        sources=("Kaufman et al. (2012), Leakage in data mining", "Deepchecks: feature label correlation"),
    ),
    see=see,
)
