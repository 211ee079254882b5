"""L119: a loss without its lower bound."""

import ast
import math
import statistics
from collections.abc import Iterator

from pellucid.doctor.facts import BY_HAND, LossSite, Session
from pellucid.doctor.outcome import outcome_of
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of, loss_call
from pellucid.records import Severity

__all__ = ["RULE"]

# Losses that may be negative by their nature.
_MAY_BE_NEGATIVE = {"gaussian_nll_loss", "poisson_nll_loss", "by_hand", "ctc_loss"}
_FEWEST = 20
# Steps before a loss is called bottomless; how far below 0 it is then, by its first value; and how much of the first
# third's fall the last third still has. A likelihood of densities is bounded by the data's own noise and levels off.
_ENOUGH, _DEEP, _STILL = 150, 10.0, 0.5
_KEEPS_SIGN = {
    "MeanBackward0",
    "SumBackward0",
    "SumBackward1",
    "AddBackward0",
    "MulBackward0",
    "GatherBackward0",
    "IndexBackward0",
    "SqueezeBackward1",
    "DivBackward0",
}


def see(session: Session) -> Iterator[Suspicion]:
    """Negated losses, maximised ones, log-likelihoods made small, and negative values of losses that cannot be."""
    found = next((each for ask in (_negated, _maximised, _likelihood, _bottomless) for each in ask(session)), None)
    if found is not None:
        yield found
        return
    outcome, trained = outcome_of(session), session.trained_losses()
    if outcome.last is None or outcome.first is None or not trained or trained[0].kind in _MAY_BE_NEGATIVE:
        return
    site = trained[0]
    if outcome.last < 0 and outcome.last < outcome.first:
        yield Suspicion(
            f"{site.kind} cannot be negative, and is {outcome.last:.4g}: what it is given is not what it expects.",
            seen=f"{outcome.first:.4g} at first, {outcome.last:.4g} in the end",
            fix="Look at what the loss expects as output and target.",
            place=site.place,
            severity=Severity.WARNING,
            evidence={"first": outcome.first, "last": outcome.last},
        )


def _negated(session: Session) -> Iterator[Suspicion]:
    for line in session.backwards:
        values = [float(value) for value in line.values[:3] if value.numel() == 1]
        if len(line.values) < _FEWEST or not values:
            continue
        for site in session.trained_losses():
            call = next((each for each in site.training if each.step == 0 and each.value.numel() == 1), None)
            if call is None or site.kind == BY_HAND or float(call.value) == 0 or values[0] != -float(call.value):
                continue
            yield Suspicion(
                f"The loss is passed back with the opposite sign: training makes {site.kind} as large as it can.",
                seen=f"{site.kind} gave {float(call.value):.4g}, and {values[0]:.4g} was passed back; "
                f"{float(line.values[-1].flatten()[0]):.4g} in the end",
                fix="loss.backward()  # without the minus",
                place=line.place,
                evidence={"loss": float(call.value), "passed_back": values[0]},
                edits=_without_minus(session, site),
            )


def _without_minus(session: Session, site: LossSite) -> tuple[Edit, ...]:
    found = loss_call(session, site)
    above = found[0].parents.get(found[1].call.node) if found is not None else None
    if found is None or not isinstance(above, ast.UnaryOp) or not isinstance(above.op, ast.USub):
        return ()
    return edits_of(found[0], [(above, found[0].segment(found[1].call.node))])


def _maximised(session: Session) -> Iterator[Suspicion]:
    """Optimizers that climb, on losses of PyTorch's that are to be small."""
    trained = [site for site in session.trained_losses() if site.kind not in _MAY_BE_NEGATIVE]
    for optimizer in session.optimizers:
        if len(session.optimizers) > 1 or not trained or not any(group.get("maximize") for group in optimizer.first):
            continue
        site, place = trained[0], optimizer.place
        source = session.source_of(place.file) if place is not None else None
        made = [call for call in source.calls("torch.optim.*") if call.place == place] if source is not None else []
        flag = made[0].keywords.get("maximize") if made else None
        yield Suspicion(
            f"{optimizer.kind} was told to maximise, and {site.kind} is a loss: training makes it as large as it can.",
            seen=f"maximize=True, {site.kind} {float(site.training[0].value.mean()):.4g} at first",
            fix="maximize=False",
            place=place,
            evidence={"loss": site.kind},
            edits=edits_of(source, [(flag, "False")]) if source is not None and flag is not None else (),
        )


def _likelihood(session: Session) -> Iterator[Suspicion]:
    """Mean logarithms of probabilities, by hand, that are passed back without a minus and fall without end."""
    for site in session.trained_losses():
        values = [
            float(each)
            for line in session.backwards
            if line.place == site.place
            for each in line.values
            if each.numel() == 1
        ]
        if site.kind != BY_HAND or len(values) < _FEWEST or not _is_log_likelihood(site.made_of):
            continue
        last = sum(values[-3:]) / 3
        if not (values[0] < 0 and last < 2 * values[0]):
            continue
        yield Suspicion(
            "What is passed back is a log-likelihood, which is to be large, and training makes it small: the minus is "
            "missing.",
            seen=f"{values[0]:.4g} at first, {last:.4g} in the end; made of {', '.join(site.made_of[:6])}",
            fix="loss = -(…).mean()",
            place=site.place,
            evidence={"first": values[0], "last": last},
            edits=_with_minus(session, site),
        )


def _bottomless(session: Session) -> Iterator[Suspicion]:
    """Losses by hand that go on falling below 0 as fast as in the beginning; they have no lower bound."""
    for site in session.trained_losses():
        lines = [line for line in session.backwards if line.place == site.place]
        values = [float(each) for line in lines for each in line.values if each.numel() == 1]
        # A critic's loss has no bound either, but somebody who plays against it.
        if site.kind != BY_HAND or len(lines) != 1 or len(values) < _ENOUGH or len(session.optimizers) != 1:
            continue
        third = len(values) // 3
        ends = [statistics.fmean(values[at : at + third // 3 + 1]) for at in (0, third, 2 * third)]
        last = statistics.fmean(values[-(third // 3 + 1) :])
        is_deep = last < -_DEEP * max(1.0, abs(values[0]))
        if not math.isfinite(last) or not is_deep or ends[2] - last < _STILL * (ends[0] - ends[1]):
            continue
        yield Suspicion(
            "The loss has fallen far below 0, and goes on falling as fast as in the beginning: it has no lower bound, "
            "so that the network learns to make it small by something else than being right.",
            seen=f"{values[0]:.4g} at first, {ends[1]:.4g} after a third of the steps, {ends[2]:.4g} after two, "
            f"{last:.4g} in the end",
            fix="Look at the signs of its parts: a likelihood of a normal distribution adds log_variance, and a "
            "penalty is added.",
            place=site.place,
            evidence={"first": values[0], "last": last},
        )
        return


def _is_log_likelihood(made_of: tuple[str, ...]) -> bool:
    """Whether a mean or sum of logarithms of a sigmoid's or softmax's numbers, with no minus on the way."""
    if made_of[:1] not in (("MeanBackward0",), ("SumBackward0",)):
        return False
    logs = {"LogBackward0", "LogSoftmaxBackward0", "LogSigmoidBackward0"}
    depth = next((position for position, name in enumerate(made_of) if name in logs), None)
    probable = any(name in ("SigmoidBackward0", "SoftmaxBackward0", *logs - {"LogBackward0"}) for name in made_of)
    return depth is not None and probable and all(name in _KEEPS_SIGN for name in made_of[1:depth])


def _with_minus(session: Session, site: LossSite) -> tuple[Edit, ...]:
    source = session.source_of(site.place.file)
    calls = [call for call in source.calls(".backward") if call.place == site.place] if source is not None else []
    if source is None or len(calls) != 1 or calls[0].base is None:
        return ()
    return edits_of(source, [(calls[0].base, f"(-{source.segment(calls[0].base)})")])


RULE = Rule(
    code="L119",
    slug="loss-sign",
    severity=Severity.ERROR,
    stages="D",
    summary="loss without its lower bound, or loss and metric improve in opposite directions",
    causes=("T606", "T604", "T605", "T608", "T602", "T601", "T611", "L117", "D409", "D411"),
    page=Page(
        what="Optimizers make what is passed back as small as they can. With the wrong sign they make the loss as "
        "large as they can, and there is no end to that.",
        wrong="loss = -criterion(model(x), y)\nloss.backward()",
        right="loss = criterion(model(x), y)\nloss.backward()",
        hurts="The network learns to be wrong.",
        detection="Proof: what is passed back is minus what the loss function gave, or the optimizer maximises it. A "
        "mean of logarithms of probabilities by hand that nothing negates on the way, negative at first and twice "
        "that in the end. A loss by hand that is far below 0 and falls on as in the beginning. Or a loss that cannot "
        "be negative is.",
        limits="Losses by hand and likelihoods of densities may be negative, as long as they level off.",
        sources=("TheDeepChecker (2022): correlation of loss and metric",),
    ),
    see=see,
)
