"""N503: first weights of a scale far from 1/√(fan-in), and outputs that show it."""

import math
from collections.abc import Iterator

import torch
from torch import nn

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.trivial import best_constant_loss
from pellucid.records import Severity

__all__ = ["RULE"]

# Of √(1/fan-in); PyTorch's own is 0.58, Kaiming's 1.41, Xavier's between. Ten times as much or as little is nobody's.
_LARGE, _SMALL = 10.0, 0.02
# First losses beyond this many times that of the best constant are surprising (TheDeepChecker takes 2).
_SURPRISING = 3.0
# Below this share of the outputs' usual spread, a network begins as a constant.
_SILENT = 1e-3


def see(session: Session) -> Iterator[Suspicion]:
    """Weights far too large with a surprising first loss, or so small that the outputs are all the same."""
    for model in session.models:
        network = model.initial
        if network is None or session.updates == 0:
            continue
        scales = {
            path: float(layer.weight.detach().double().std()) * math.sqrt(layer.in_features)
            for path, layer in network.named_modules()
            if isinstance(layer, nn.Linear) and layer.weight.numel() >= 16
        } | _matrices(network)
        hidden = list(scales)[:-1] or list(scales)
        large = [path for path in scales if scales[path] > _LARGE]
        small = [path for path in hidden if 0 < scales[path] < _SMALL]
        first = _first_loss(session)
        if large and first is not None and first[0] > _SURPRISING * first[1]:
            yield _suspicion(
                scales, large[0], f"the first loss is {first[0]:.3g}, that of a constant {first[1]:.3g}", "large"
            )
        elif small and model.outputs is not None and _is_silent(model.outputs):
            spread = float(model.outputs.double().std(0).max())
            yield _suspicion(scales, small[0], f"first outputs differ from row to row by {spread:.1e} only", "small")


def _matrices(network: nn.Module) -> dict[str, float]:
    """Spreads of matrices that are parameters of a person's own modules, used as ``x @ w``; times √rows."""
    found = {}
    for path, module in network.named_modules():
        if type(module).__module__.startswith("torch."):
            continue
        for name, value in module.named_parameters(recurse=False):
            if value.dim() == 2 and value.numel() >= 16 and min(value.shape) > 1:
                spread = float(value.detach().double().std()) * math.sqrt(value.shape[0])
                found[f"{path}.{name}" if path else name] = spread
    return found


def _suspicion(scales: dict[str, float], path: str, harm: str, which: str) -> Suspicion:
    return Suspicion(
        f"The first weights of layer {path} are far too {which}: their spread is {scales[path]:.3g} times 1/√fan-in, "
        "where 0.6 to 1.4 is usual.",
        seen=f"{harm}; spreads by layer: " + ", ".join(f"{name} {scale:.3g}" for name, scale in scales.items()),
        fix="Leave the layers as PyTorch makes them, or nn.init.kaiming_normal_(layer.weight) before relu.",
        layer=path,
        evidence={"scales": scales},
    )


def _first_loss(session: Session) -> tuple[float, float] | None:
    """The first training loss and that of the best constant."""
    for site in session.trained_losses():
        call = next((each for each in site.training if each.step == 0), None)
        if call is None or call.target is None or call.value.numel() != 1:
            continue
        trivial = _trivial(site, call.target)
        if trivial is not None and trivial > 0:
            return float(call.value), trivial
    return None


def _trivial(site: LossSite, target: torch.Tensor) -> float | None:
    return best_constant_loss(site, target)


def _is_silent(outputs: torch.Tensor) -> bool:
    return len(outputs) > 1 and bool((outputs.double().std(0) < _SILENT).all())


RULE = Rule(
    code="N503",
    slug="badly-scaled-initialisation",
    severity=Severity.WARNING,
    stages="SP",
    summary="weight scale far from 1/√fan-in and a surprising first loss",
    causes=("L117", "T604", "T602", "T603", "T608", "T605", "D415", "T607", "T606", "T611", "D409", "D411"),
    page=Page(
        what="Outputs of a layer keep the scale of its inputs when its weights are drawn with a spread of about "
        "1/√fan-in. A normal distribution of spread 1 on 500 inputs makes outputs 22 times too large, layer by layer; "
        "one of 0.001 makes the network a constant that hardly gets a gradient.",
        wrong="from torch import nn\n\nmodel = nn.Sequential(nn.Linear(500, 300), nn.ReLU(), nn.Linear(300, 10))\n"
        "for layer in (model[0], model[2]):\n    nn.init.normal_(layer.weight, std=1.0)",
        right="from torch import nn\n\nmodel = nn.Sequential(nn.Linear(500, 300), nn.ReLU(), nn.Linear(300, 10))\n"
        "for layer in (model[0], model[2]):\n    nn.init.kaiming_normal_(layer.weight)",
        hurts="The first loss is in the hundreds instead of ln C, softmax is saturated, and training starts by "
        "undoing that; or gradients vanish and nothing happens for long.",
        detection="The spread of a linear layer's first weights, times √fan-in, is beyond 10 and the first loss more "
        "than 3 times that of the best constant; or below 0.02 in a hidden layer and the first outputs do not differ "
        "from row to row by 0.001. Both conditions must hold: an odd scale that changes nothing is nobody's problem.",
        limits="Other layers than nn.Linear, and other parameters than matrices of a person's own modules, are not "
        "looked at.",
        sources=(
            "Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks",
            "He et al. (2015), Delving deep into rectifiers, section 2.2",
        ),
    ),
    see=see,
)
