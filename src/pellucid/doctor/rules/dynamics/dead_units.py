"""T601: rectified units that are off for every row, and so get no gradient any more."""

from collections.abc import Iterator

from torch import Tensor

from pellucid.doctor.facts import ModelSeen, Session
from pellucid.doctor.probing import activity
from pellucid.doctor.probing.copies import copied, experiment, forward
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

# Of a layer's units; healthy rectified networks lose some, and up to a third has been seen to do no harm.
_SHARE = 0.4
_FEWEST_ROWS, _FEWEST_STEPS = 64, 20


def see(session: Session) -> Iterator[Suspicion]:
    """Layers most of whose rectified units are 0 for all rows that were kept."""
    if session.updates < _FEWEST_STEPS:
        return
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
        "40 % of a layer's units are exactly 0 for every one. An error only if the run is also no better than a "
        "constant or diverged; a network that learns with dead units is healthy, and nothing but a note is made of it.",
        limits="Rows beyond the first 2,048 are not looked at.",
        sources=(
            "Lu et al. (2020), Dying ReLU and initialization: theory and numerical examples",
            "reference: five-batch snapshots flagged 78 of 78 healthy MNIST runs in DeepLocalize",
        ),
    ),
    see=see,
)
