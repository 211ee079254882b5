"""T611: a linear model on the same rows does better."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from pellucid.doctor.facts import LossSite, ModelSeen, Session
from pellucid.doctor.probing.copies import copied, experiment, forward
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_FEWEST_STEPS, _FEWEST_ROWS, _MOST_COLUMNS = 100, 60, 200
# By so much the linear model must be better on rows that neither was fitted on: share of right rows, or of the error.
_POINTS, _SHARE = 0.05, 0.2


def see(session: Session) -> Iterator[Suspicion]:
    """Networks with hidden layers that end behind logistic or ridge regression on their own evaluation rows."""
    if not session.is_over or session.updates < _FEWEST_STEPS:
        return
    for number, model in enumerate(session.models):
        site = next(
            (each for each in session.trained_losses() if any(call.model == number for call in each.training)), None
        )
        parts = _parts(model)
        if site is None or parts is None or len([each for each in model.layers if list(each.module.parameters())]) < 2:
            continue
        found = _compared(site, model, *parts)
        if found is None:
            continue
        what, ours, theirs, rows = found
        yield Suspicion(
            f"A linear model does better than this network: {what} {theirs:.3g} against {ours:.3g} on the {rows} rows "
            "that were only evaluated.",
            seen=f"linear model fitted on the {len(parts[0])} training rows that were kept",
            fix="Train longer or with another learning rate, scale the inputs, make the network wider; or use the "
            "linear model.",
            place=model.place,
            evidence={"network": ours, "linear": theirs, "rows": rows, "measure": what},
        )


def _parts(model: ModelSeen) -> tuple[Tensor, Tensor, Tensor, Tensor] | None:
    parts = (model.inputs, model.targets, model.judged_inputs, model.judged_targets)
    if any(part is None or len(part) < _FEWEST_ROWS for part in parts):
        return None
    x, y, judged, aims = (part for part in parts if part is not None)
    wide = x.dim() == 2 and x.shape[1] <= _MOST_COLUMNS and x.is_floating_point() and judged.shape[1:] == x.shape[1:]
    finite = wide and bool(torch.isfinite(x).all()) and bool(torch.isfinite(judged).all())
    return (x, y, judged, aims) if finite and len(x) == len(y) and len(judged) == len(aims) else None


def _compared(
    site: LossSite, model: ModelSeen, x: Tensor, y: Tensor, judged: Tensor, aims: Tensor
) -> tuple[str, float, float, int] | None:
    from sklearn.linear_model import LogisticRegression, RidgeCV

    scale = x.std(0).clamp_min(1e-12)
    near, far = ((part - x.mean(0)).div(scale).double().numpy() for part in (x, judged))
    with experiment():
        outputs = forward(copied(model.module), judged)
    if site.kind in ("cross_entropy", "nll_loss") and y.dim() == 1 and not y.is_floating_point():
        if len(torch.unique(y)) < 2 or outputs.dim() != 2:
            return None
        ours = float((outputs.argmax(1) == aims).double().mean())
        theirs = float(np.mean(LogisticRegression(max_iter=300).fit(near, y.numpy()).predict(far) == aims.numpy()))
        return ("accuracy", ours, theirs, len(aims)) if theirs > ours + _POINTS else None
    if site.kind == "mse_loss" and outputs.shape == aims.shape and y.reshape(len(y), -1).shape[1] == 1:
        ours = float((outputs.double() - aims.double()).pow(2).mean())
        fitted = RidgeCV(np.logspace(-3, 3, 7)).fit(near, y.reshape(-1).double().numpy())
        theirs = float(np.mean((fitted.predict(far) - aims.reshape(-1).double().numpy()) ** 2))
        return ("mean squared error", ours, theirs, len(aims)) if theirs < (1 - _SHARE) * ours else None
    return None


RULE = Rule(
    code="T611",
    slug="underfitting",
    severity=Severity.INFO,
    stages="D",
    summary="a far simpler model does as well or better",
    page=Page(
        what="Logistic or ridge regression takes a moment and has nothing to tune. A network that stays behind it has "
        "not learned what is easy to learn.",
        wrong="model = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 2))\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=1e-5)",
        right="model = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 2))\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.05)",
        hurts="The simpler model is better, faster and can be read.",
        detection="A linear model is fitted on the training rows that were kept, and both are judged on the rows that "
        "were only evaluated: 5 points of accuracy, or 20 % of the squared error, in its favour.",
        limits="Cross-entropy on classes and squared error only; tables of up to 200 columns.",
        sources=("Grinsztajn, Oyallon, Varoquaux (2022), on tabular data", "Deepchecks: simple model comparison"),
    ),
    see=see,
)
