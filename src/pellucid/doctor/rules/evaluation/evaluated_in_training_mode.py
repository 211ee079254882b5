"""E301: dropout or batch norm active while evaluating."""

from collections.abc import Iterator

from pellucid.doctor.facts import Pass, Place, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

# What a person does with predictions that they judge.
_JUDGING = {
    "__eq__",
    "eq",
    "argmax",
    "max",
    "round",
    "topk",
    "__gt__",
    "gt",
    "ne",
    "__ne__",
    "__ge__",
    "__sub__",
    "sub",
}


def see(session: Session) -> Iterator[Suspicion]:
    """Passes without gradients whose dropout or batch norm was in training mode, and whose outputs were judged."""
    for number, model in enumerate(session.models):
        found = [
            each
            for each in session.passes
            if each.model == number and each.noisy and each.phase.training and not each.phase.grad and not each.steps
        ]
        bad = next((each for each in found if _is_judged(session, each) and not _is_calibration(session, each)), None)
        if bad is not None:
            yield _suspicion(session, bad.place, model.name, bad.noisy, f"{sum(bad.sizes)} rows without gradients")
            continue
        place = _judged_with_gradients(session, number)
        noisy = next((each.noisy for each in session.passes if each.model == number and each.noisy), ())
        if place is not None and noisy:
            yield _suspicion(session, place, model.name, noisy, "a loss that nothing is trained by")


def _is_judged(session: Session, each: Pass) -> bool:
    calls = (call for site in session.losses for call in site.calls if call.model == each.model)
    if any(call.phase == each.phase for call in calls):
        return True
    sites = (site for site in session.calls if site.layer is None and site.function.rpartition(".")[2] in _JUDGING)
    return any(call.phase == each.phase for site in sites for call in site.calls)


def _is_calibration(session: Session, each: Pass) -> bool:
    """Whether the pass is there to set batch norm's statistics anew."""
    if each.place is None:
        return False
    source = session.source_of(each.place.file)
    return source is not None and bool(source.calls("torch.optim.swa_utils.update_bn", ".reset_running_stats"))


def _judged_with_gradients(session: Session, number: int) -> Place | None:
    """The line of a loss on other rows than training's that is never passed back, worked out in training mode."""
    if not any(site.trained for site in session.losses):
        return None
    for site in session.losses:
        calls = [call for call in site.calls if call.model == number and call.phase.training and call.phase.grad]
        if not site.trained and site.kind != "by_hand" and calls and any(call.step > 0 for call in calls):
            return site.place
    return None


def _suspicion(session: Session, place: Place | None, name: str, noisy: tuple[str, ...], how: str) -> Suspicion:
    layers = ", ".join(path or name for path in noisy[:3])
    return Suspicion(
        f"{name} is evaluated in training mode: {layers} {'are' if len(noisy) > 1 else 'is'} still active, so that "
        "results are noisy and depend on the batch.",
        seen=f"{how}, model.training is True",
        fix="model.eval()  # before evaluating, and model.train() before training goes on",
        place=place,
        layer=noisy[0],
        evidence={"layers": list(noisy)},
        edits=_edits(session, place),
    )


def _edits(session: Session, place: Place | None) -> tuple[Edit, ...]:
    """model.eval() before the block without gradients in which the model is called."""
    source = session.source_of(place.file) if place is not None else None
    if source is None or place is None:
        return ()
    for block in source.evaluation_blocks:
        last = max(getattr(each, "end_lineno", 0) or 0 for each in block.statements)
        if not block.statements[0].lineno <= place.line <= last or block.behind_eval is not None:
            continue
        call = next((each for each in source.all_calls if each.place.line == place.line), None)
        model = next(
            (
                source.segment(each.node.func)
                for each in source.all_calls
                if each.place.line == place.line and source.use(each).made is not None
            ),
            None,
        )
        if model is None and call is not None:
            model = "model"
        return (source.insert_before(block.statements[0], f"{model}.eval()"),)
    return ()


RULE = Rule(
    code="E301",
    slug="evaluated-in-training-mode",
    severity=Severity.ERROR,
    stages="SPD",
    summary="dropout or batch norm active while evaluating",
    causes=("E305", "E310", "T609"),
    page=Page(
        what="Dropout sets values to 0 at random and batch norm uses the batch's own mean and variance as long as "
        "model.training is True; batch norm also changes its running statistics with every pass.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(\n"
        "    nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 2)\n)\n"
        "with torch.no_grad():\n    print((model(torch.randn(8, 4)).argmax(1) == 0).float().mean())",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(\n"
        "    nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 2)\n)\n"
        "model.eval()\nwith torch.no_grad():\n    print((model(torch.randn(8, 4)).argmax(1) == 0).float().mean())",
        hurts="Reported accuracy is too low and differs from run to run; test rows get into the running statistics.",
        detection="Proof: a pass without gradients (or for a loss that is never passed back) while a dropout or "
        "batch-norm module of the model was in training mode, and its outputs were compared with something.",
        limits="Monte Carlo dropout does this on purpose: silence it. Passes whose outputs nobody judges (made-up "
        "data, calibration of batch norm) are left alone.",
        sources=("MultiBench issue 26, FLIP issue 6", "Karpathy: forgot to toggle train/eval mode"),
    ),
    see=see,
)
