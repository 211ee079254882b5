"""N502: all units of a layer begin equal, and stay so."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from pellucid.doctor.facts import ModelSeen, Place, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

# Of the weights' own scale: rows that are equal differ by nothing at all, rows that are drawn by about 1.
_EQUAL = 1e-6
_FEWEST = 5


def see(session: Session) -> Iterator[Suspicion]:
    """Hidden linear layers whose units all have the same weights before the first update."""
    yield from _products_of_nothing(session)
    for model in session.models:
        network = model.initial if model.initial is not None else None
        if network is None:
            continue
        hidden = _hidden(model)
        same = [
            (path, weight)
            for path, layer in network.named_modules()
            if isinstance(layer, nn.Linear) and path in hidden and _rows_equal(weight := layer.weight.detach())
        ]
        if not same:
            continue
        path, weight = same[0]
        still = dict(model.module.named_modules()).get(path)
        stays = isinstance(still, nn.Linear) and _rows_equal(still.weight.detach())
        units, value = weight.shape[0], float(weight.flatten()[0])
        after = f"; after {session.updates} updates they still are" if session.updates and stays else ""
        yield Suspicion(
            f"All {units} units of layer {path or model.name} begin with the same weights, so that they get the same "
            "gradient and stay one unit for ever.",
            seen=f"every unit's weights are equal, the first is {value:g}{after}",
            fix=f"Leave the layer as PyTorch makes it, or draw: nn.init.kaiming_uniform_({_name(path)}.weight)",
            place=_line(session) or model.place,
            layer=path,
            evidence={"units": units, "weight": value, "layers": [each for each, _ in same], "stays": stays},
        )


def _products_of_nothing(session: Session) -> Iterator[Suspicion]:
    """Two parameters of one module that are 0 and get no gradient at any step: each is a factor of the other's."""
    for optimizer in session.optimizers:
        if len(optimizer.samples) < _FEWEST:
            continue
        first = optimizer.samples[0]
        still = [
            name
            for name, norm in first.weight.items()
            if norm == 0 and all(each.gradient.get(name) == each.weight.get(name) == 0 for each in optimizer.samples)
        ]
        by_module: dict[str, list[str]] = {}
        for name in still:
            if first.size[name] > 1 and not name.endswith("bias"):
                by_module.setdefault(name.rpartition(".")[0], []).append(name)
        pairs = [names for names in by_module.values() if len(names) == 2]
        if pairs:
            one, other = pairs[0]
            yield Suspicion(
                f"{one} and {other} both begin at 0 and are factors of one product: each one's gradient is a multiple "
                "of the other, so both stay 0 for ever.",
                seen=f"their gradients were exactly 0 at each of {len(optimizer.samples)} measured steps of "
                f"{optimizer.steps}",
                fix="Draw one of the two, and leave the other at 0: nn.init.kaiming_uniform_(A)",
                place=optimizer.place or optimizer.step_place,
                layer=one.rpartition(".")[0],
                evidence={"parameters": [name for names in pairs for name in names]},
            )
            return


def _hidden(model: ModelSeen) -> set[str]:
    """Paths of linear layers that another layer with weights follows: equal units do no harm at the end."""
    linear = [layer.path for layer in model.layers if isinstance(layer.module, nn.Linear)]
    return set(linear[:-1])


def _rows_equal(weight: Tensor) -> bool:
    if weight.shape[0] < 2:
        return False
    scale = float(weight.abs().max())
    return bool(((weight - weight[:1]).abs() <= _EQUAL * scale).all()) and bool(torch.isfinite(weight).all())


def _name(path: str) -> str:
    return "model" + "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in path.split(".") if part)


def _line(session: Session) -> Place | None:
    """The line that sets weights to a constant, if a source shows one."""
    for source in session.sources:
        for call in source.calls(
            "torch.nn.init.zeros_", "torch.nn.init.ones_", "torch.nn.init.constant_", ".fill_", ".zero_"
        ):
            if "weight" in source.segment(call.node) or call.name in (".fill_",):
                return call.place
    return None


def read(source: Source) -> Iterator[Suspicion]:
    """``nn.init.constant_(layer.weight, …)`` on a weight."""
    for call in source.calls("torch.nn.init.zeros_", "torch.nn.init.ones_", "torch.nn.init.constant_"):
        what = call.argument(0, "tensor")
        text = source.segment(what) if what is not None else ""
        if not text.endswith(".weight") or any(
            part in text.lower() for part in ("norm", "bn", "out", "last", "head", "[-1]")
        ):
            continue
        yield Suspicion(
            f"{text} is set to one number: if it belongs to a hidden layer, its units stay equal for ever.",
            seen=source.segment(call.node),
            fix=f"nn.init.kaiming_uniform_({text})",
            place=call.place,
            severity=Severity.INFO,
        )


RULE = Rule(
    code="N502",
    slug="symmetric-initialisation",
    severity=Severity.ERROR,
    stages="SP",
    summary="all units of a layer equal (zeros, ones, a constant)",
    causes=("T608", "T603", "L117", "G207", "T606", "T607", "T601", "T611", "D415", "D409", "D411"),
    page=Page(
        what="Units of a hidden layer that begin with equal weights compute the same, get the same gradient and make "
        "the same step: however wide the layer, it is one unit. With zeros in two layers nothing moves at all.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, "
        "1))\n"
        "nn.init.constant_(model[0].weight, 0.5)\nprint(model(torch.randn(2, 4)))",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, "
        "1))\n"
        "nn.init.kaiming_uniform_(model[0].weight)\nprint(model(torch.randn(2, 4)))",
        hurts="The network has the power of one hidden unit.",
        detection="Proof: before the first update, all rows of a linear layer's weight are equal (to 1e-6 of the "
        "largest weight), and the layer is not the last one.",
        limits="The last layer may begin at zero, which is common and harmless. Biases are not looked at: equal "
        "biases are normal.",
        sources=(
            "Goodfellow, Bengio, Courville (2016), Deep Learning, section 8.4: initial parameters must break symmetry",
        ),
    ),
    see=see,
    read=read,
)
