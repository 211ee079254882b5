"""T601: rectified units that are off for every row, and so get no gradient any more."""

from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import Call, ModelSeen, Session
from pellucid.doctor.probing import activity
from pellucid.doctor.probing.copies import copied, experiment, forward
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

# Of a layer's units; healthy rectified networks lose some, and up to a third has been seen to do no harm.
_SHARE = 0.4
_FEWEST_ROWS, _FEWEST_STEPS = 64, 20
# Without a module there is no copy that could see all rows at the end: only what leaves next to no unit counts.
_SHARE_BY_HAND = 0.9
_RECTIFIERS = ("relu", "relu6", "clamp", "clamp_min", "maximum")


def see(session: Session) -> Iterator[Suspicion]:
    """Layers most of whose rectified units are 0 for all rows that were kept."""
    if session.updates < _FEWEST_STEPS:
        return
    yield from _by_hand(session)
    for model in session.models:
        rows = model.inputs
        if rows is None or len(rows) < min(_FEWEST_ROWS, len(rows) or 1) or not model.takes_rows_alone:
            continue
        layers = activity(model.module, rows)
        if not any(layer.dead == 1 for layer in layers) and _ignores(model, rows):
            # No layer is dead as a whole, yet nothing of the inputs arrives: units are off as they are given nothing.
            continue
        for layer in layers:
            if layer.dead <= _SHARE or layer.units < 2:
                continue
            dead = round(layer.dead * layer.units)
            yield Suspicion(
                f"{dead} of {layer.units} units of {layer.function} {layer.path or model.name} are off for every row: "
                "no gradient reaches them, so they stay off.",
                seen=f"exactly 0 for each of {len(rows)} training rows after {session.updates} updates",
                fix="A lower learning rate, inputs of scale 1, or nn.LeakyReLU in place of nn.ReLU.",
                layer=layer.path,
                place=model.place,
                step=session.updates,
                evidence={"dead": dead, "units": layer.units, "rows": len(rows)},
                is_symptom=True,
            )


def _by_hand(session: Session) -> Iterator[Suspicion]:
    """Rectifiers outside of every module whose units were nearly all 0 for all rows of the steps that were watched."""
    for site in session.calls:
        if site.layer is not None or site.function.removeprefix("Tensor.").rstrip("_") not in _RECTIFIERS:
            continue
        results = [call.result for call in site.calls if call.phase.grad and _rectifies(site.function, call)]
        results = [each for each in results if isinstance(each, Tensor) and each.dim() == 2]
        if not results or len({each.shape[1] for each in results}) > 1 or results[0].shape[1] < 2:
            continue
        rows = sum(len(each) for each in results)
        dead = int((torch.cat(results) == 0).all(0).sum())
        units = results[0].shape[1]
        if rows < _FEWEST_ROWS or dead < _SHARE_BY_HAND * units:
            continue
        yield Suspicion(
            f"{dead} of {units} units are off for every row from the first steps on: no gradient reaches them, so they "
            "stay off.",
            seen=f"exactly 0 for each of {rows} rows in {len(results)} steps",
            fix="First weights with both signs, inputs of scale 1, or a rectifier with a slope below 0.",
            place=site.place,
            evidence={"dead": dead, "units": units, "rows": rows},
            is_symptom=True,
        )


def _rectifies(function: str, call: Call) -> bool:
    """Whether a cut is one at 0 from below."""
    if function.removeprefix("Tensor.").rstrip("_") in ("relu", "relu6"):
        return True
    least, most = (call.arguments.get(name, call.arguments.get(place)) for name, place in (("min", 1), ("max", 2)))
    if isinstance(least, Tensor):
        return least.numel() == 1 and float(least) == 0 and most is None
    return isinstance(least, int | float) and least == 0 and most is None


def _ignores(model: ModelSeen, rows: Tensor) -> bool:
    with experiment():
        outputs = forward(copied(model.module), rows)
    return bool((outputs == outputs[:1]).all()) and bool((rows != rows[:1]).any())


RULE = Rule(
    code="T601",
    slug="dead-units",
    severity=Severity.ERROR,
    stages="D",
    summary="units off for every row of an epoch",
    causes=("T608", "G207", "D409", "D411"),
    page=Page(
        what="A rectified unit whose argument is negative for every row gives 0 for every row. Its gradient is 0 too, "
        "so nothing ever brings it back.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), "
        "nn.Linear(16, 1))\n"
        "nn.init.constant_(model[0].bias, -100.0)\nprint(model(torch.randn(8, 4)))",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), "
        "nn.Linear(16, 1))\n"
        "print(model(torch.randn(8, 4)))",
        hurts="A layer whose units are all off gives the same output for every row: the network is a constant.",
        detection="At the end, a copy of the network sees all training rows that were kept (up to 2,048): more than "
        "40 % of a layer's units are exactly 0 for every one. Of rectifiers outside of modules the first steps are "
        "looked at, and 90 % of the units have to be 0 there. An error only if the run is also no better than a "
        "constant or diverged; a network that learns with dead units is healthy, and nothing but a note is made of it.",
        limits="Rows beyond the first 2,048 are not looked at.",
        sources=(
            "Lu et al. (2020), Dying ReLU and initialization: theory and numerical examples",
            "reference: five-batch snapshots flagged 78 of 78 healthy MNIST runs in DeepLocalize",
        ),
    ),
    see=see,
)
