"""D401: columns on scales far apart, or far from zero."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from pellucid.doctor.facts import ModelSeen, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

# Spreads of columns this many times apart, the larger one beyond _WIDE: Fare beside Sex on the Titanic table has 50
# beside 0.48.
_TIMES, _WIDE = 50.0, 10.0
# Means this many times the spread: all rows lie on one side, far away.
_OFF, _FAR = 10.0, 10.0
# Columns that are 0 nearly everywhere have a small spread for another reason.
_LEAST = 0.1
_FEWEST_ROWS = 8


def see(session: Session) -> Iterator[Suspicion]:
    """The rows that a model was trained on, column by column, as they reach it."""
    for model in session.models:
        rows = model.inputs
        if (
            rows is None
            or rows.dim() != 2
            or len(rows) < _FEWEST_ROWS
            or not rows.is_floating_point()
            or _norms_first(model)
        ):
            continue
        found = _judge(rows.double())
        if found is None:
            continue
        what, column, evidence = found
        yield Suspicion(
            f"{what} The first layer sees little but column {column}, and one learning rate cannot suit all columns.",
            seen=", ".join(f"{name} {value:.4g}" for name, value in evidence.items()),
            fix="scaler = StandardScaler().fit(X_train)  # and scaler.transform(X_train), scaler.transform(X_test)",
            place=model.place,
            evidence={**evidence, "column": column},
        )


def _norms_first(model: ModelSeen) -> bool:
    return bool(model.layers) and isinstance(
        model.layers[0].module, (nn.modules.batchnorm._BatchNorm, nn.LayerNorm, nn.Flatten)
    )


def _judge(rows: Tensor) -> tuple[str, int, dict[str, float]] | None:
    rows = rows[torch.isfinite(rows).all(1)]
    if len(rows) < _FEWEST_ROWS:
        return None
    spread, mean = rows.std(0), rows.mean(0)
    moving = spread > 0
    if int(moving.sum()) < 1:
        return None
    widest = int(spread.argmax())
    narrow = float(spread[moving].min())
    if float(spread[widest]) > _WIDE and float(spread[widest]) > _TIMES * max(narrow, _LEAST):
        evidence = {
            "largest spread": float(spread[widest]),
            "smallest spread": narrow,
            "largest value": float(rows[:, widest].abs().max()),
        }
        what = (
            f"Columns are on scales far apart: column {widest} reaches {evidence['largest value']:.4g}, its spread is "
        )
        return f"{what}{float(spread[widest]) / narrow:.0f} times that of another.", widest, evidence
    off = torch.where(moving, mean.abs() / spread.clamp_min(1e-12), torch.zeros_like(mean))
    off = torch.where(mean.abs() > _FAR, off, torch.zeros_like(off))
    worst = int(off.argmax())
    if float(off[worst]) > _OFF:
        evidence = {"mean": float(mean[worst]), "spread": float(spread[worst])}
        return f"Column {worst} lies far from 0: its mean is {float(off[worst]):.0f} times its spread.", worst, evidence
    if float(spread[moving].median()) > _WIDE:
        evidence = {"median spread": float(spread[moving].median()), "largest value": float(rows.abs().max())}
        return (
            f"The columns have spreads of about {evidence['median spread']:.3g}, where about 1 is expected.",
            widest,
            evidence,
        )
    return None


RULE = Rule(
    code="D401",
    slug="unscaled-features",
    severity=Severity.WARNING,
    stages="SP",
    summary="columns on scales orders of magnitude apart, or far from zero",
    causes=(
        "T608",
        "T601",
        "T602",
        "T604",
        "T605",
        "T606",
        "D415",
        "L117",
        "N503",
        "T611",
        "T607",
        "T603",
        "D409",
        "D411",
    ),
    page=Page(
        what="First weights and learning rates are made for inputs of spread 1 around 0. A column with values in the "
        "hundreds drowns the others and makes steep directions that force a tiny learning rate on all.",
        wrong="import torch\nfrom torch import nn\n\nX = torch.randn(200, 3) * torch.tensor([1.0, 1.0, "
        "500.0])\nmodel = nn.Linear(3, 1)\n"
        "print(model(X).std())",
        right="import torch\nfrom torch import nn\n\nX = torch.randn(200, 3) * torch.tensor([1.0, 1.0, 500.0])\n"
        "X = (X - X.mean(0)) / X.std(0)\nmodel = nn.Linear(3, 1)\nprint(model(X).std())",
        hurts="Stack Overflow 39525358: accuracy 0.615 as it was, 1.0 with StandardScaler.",
        detection="On the training rows that were kept: a column's spread is more than 50 times another's and above "
        "10; or its mean more than 10 times its spread and above 10; or all spreads are above 10.",
        limits="Networks that begin with a norm are left alone, and inputs of more than one axis (images).",
        sources=("LeCun et al. (1998), Efficient BackProp, section 4.3", "Stack Overflow 39525358, 47724077"),
    ),
    see=see,
)
