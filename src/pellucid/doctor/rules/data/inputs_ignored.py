"""D409: zeroed inputs give the same outputs."""

from collections.abc import Iterator

import torch

from pellucid.doctor.facts import Session
from pellucid.doctor.probing.copies import copied, experiment, forward
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_FEWEST_STEPS, _FEWEST_ROWS = 20, 16
_SAME = 1e-6


def see(session: Session) -> Iterator[Suspicion]:
    """Trained networks that give every row, and a row of zeros, the same."""
    if session.updates < _FEWEST_STEPS:
        return
    for model in session.models:
        rows = model.inputs
        if rows is None or not model.takes_rows_alone or not rows.is_floating_point() or len(rows) < _FEWEST_ROWS:
            continue
        if bool((rows == rows[:1]).all()):
            continue
        with experiment():
            outputs, nothing = (forward(copied(model.module), part) for part in (rows, torch.zeros_like(rows)))
        if outputs.shape != nothing.shape or not bool(torch.isfinite(outputs).all()):
            # A network that has become nan ignores its inputs too, and that is told elsewhere.
            continue
        scale = float(outputs.abs().max().clamp_min(1e-12))
        if float((outputs - nothing).abs().max()) > _SAME * scale:
            continue
        yield Suspicion(
            f"{model.name} gives the same output for every row, and for rows of zeros: its inputs do not reach its "
            "outputs.",
            seen=f"{len(rows)} training rows and as many rows of zeros, largest difference "
            f"{float((outputs - nothing).abs().max()):.1e}",
            fix="Look where the input is lost: dead units, a layer that is never called, x overwritten in forward.",
            place=model.place,
            is_symptom=True,
        )


RULE = Rule(
    code="D409",
    slug="inputs-ignored",
    severity=Severity.ERROR,
    stages="D",
    summary="zeroed inputs give the same loss",
    causes=("T608", "D411"),
    page=Page(
        what="If zeros in place of the inputs change nothing, the network is a constant: units are dead or saturated, "
        "or forward does not use its argument.",
        wrong="def forward(self, x):\n    x = torch.zeros(len(x), 8)\n    return self.out(x)",
        right="def forward(self, x):\n    return self.out(self.first(x))",
        hurts="Predictions are the mean or the larger class.",
        detection="A copy in evaluation mode gives the training rows that were kept and rows of zeros the same "
        "outputs, to 1e-6 of their size.",
        limits="None known.",
        sources=("Karpathy: input-independent baseline", "TheDeepChecker: no data dependence"),
    ),
    see=see,
)
