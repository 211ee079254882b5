"""L116: a loss that grows with the batch."""

import ast
import math
from collections.abc import Iterator

from pellucid.doctor.facts import BY_HAND, LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of, loss_call
from pellucid.records import Severity

__all__ = ["RULE"]

# A loss that was three times the first within twenty steps has been thrown by its steps, not by its batches.
_TIMES, _FIRST = 3.0, 20


def see(session: Session) -> Iterator[Suspicion]:
    """Losses that are sums and passed back as they are, with plain gradient descent."""
    for site in session.trained_losses():
        by_hand = site.kind == BY_HAND and site.made_of[:1] == ("SumBackward0",)
        if not (by_hand or site.options.get("reduction") == "sum") or not site.training:
            continue
        call = site.training[0]
        rows = call.output_shape[0] if call.output_shape else 0
        if rows < 2 or call.value.numel() != 1 or not _is_passed_back(session, float(call.value)):
            continue
        risen = _risen(session)
        harmed = risen is not None and any(optimizer.kind == "SGD" for optimizer in session.optimizers)
        if by_hand and not harmed:
            continue  # a sum of a few terms, of which each may be a mean
        how = "the loss is summed by hand" if by_hand else "reduction='sum'"
        yield Suspicion(
            f"The loss is a sum over {rows} rows, not a mean: steps are {rows} times as long, and change with the "
            "size of the batch.",
            seen=f"{how}, output {list(call.output_shape)}, loss {float(call.value):.4g}"
            + (f", then {risen:.4g}" if risen is not None else ""),
            fix="loss = (…).mean()" if by_hand else "reduction='mean'",
            place=site.place,
            severity=None if harmed else Severity.INFO,
            evidence={"rows": rows, "loss": float(call.value), "risen_to": risen},
            edits=_mean_by_hand(session, site) if by_hand else _edits(session, site),
        )


def _risen(session: Session) -> float | None:
    """The largest loss of the first steps, if it is far above the first; a loss that is no number counts as that."""
    line = max(session.backwards, key=lambda backward: len(backward.values), default=None)
    values = [float(value) for value in line.values if value.numel() == 1] if line is not None else []
    if len(values) < 2 or not math.isfinite(values[0]):
        return None
    lost = [value for value in values if not math.isfinite(value)]
    highest = lost[0] if lost else max(values[1:_FIRST])
    return highest if lost or highest > _TIMES * abs(values[0]) else None


def _is_passed_back(session: Session, value: float) -> bool:
    """Whether that value itself was passed back, not divided by anything."""
    return any(float(line.values[0].flatten()[0]) == value for line in session.backwards if line.values)


def _edits(session: Session, site: LossSite) -> tuple[Edit, ...]:
    found = loss_call(session, site)
    reduction = (found[1].made or found[1].call).keywords.get("reduction") if found is not None else None
    return edits_of(found[0], [(reduction, '"mean"')]) if found is not None and reduction is not None else ()


def _mean_by_hand(session: Session, site: LossSite) -> tuple[Edit, ...]:
    """mean() for the sum() that made what is passed back."""
    source = session.source_of(site.place.file)
    for call in source.calls(".backward") if source is not None else []:
        made = source.value_of(call.base) if source is not None and call.base is not None else None
        if source is not None and call.place.line == site.place.line and isinstance(made, ast.Call):
            function = source.segment(made.func)
            if function.endswith(".sum"):
                return edits_of(source, [(made.func, f"{function[:-3]}mean")])
    return ()


RULE = Rule(
    code="L116",
    slug="sum-reduction",
    severity=Severity.WARNING,
    stages="P",
    summary="loss grows with the batch size",
    causes=("T606", "T604", "T605", "T601", "T608", "T602", "D409", "D411"),
    page=Page(
        what="A summed loss has a gradient as many times as large as there are rows. The learning rate that suits it "
        "depends on the batch, and the smaller last batch makes smaller steps.",
        wrong="import torch\nfrom torch import nn\n\nx, y = torch.ones(64, 1), torch.zeros(64, 1)\n"
        "loss = nn.MSELoss(reduction='sum')(x, y)",
        right="import torch\nfrom torch import nn\n\nx, y = torch.ones(64, 1), torch.zeros(64, 1)\n"
        "loss = nn.MSELoss()(x, y)",
        hurts="At usual learning rates gradient descent diverges; Adam hardly minds.",
        detection="reduction='sum' of the loss that was called, or a sum by hand, and its value was passed back "
        "undivided. A warning where plain gradient descent drove the loss to more than 3 times the first within 20 "
        "steps, or to no number; else a note, for a sum by hand nothing.",
        limits="Harm that shows only later is not seen.",
        sources=("TheDeepChecker (2022): loss grows with the batch size",),
    ),
    see=see,
)
