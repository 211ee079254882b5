"""T603: gradients that shrink by a factor of five and more with every layer towards the input."""

import math
import statistics
from collections.abc import Iterator

from torch import nn

from pellucid.doctor.facts import OptimizerSeen, Session, StepSample
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

# With sigmoids or tanhs between the layers, and without: layers as PyTorch draws them lose up to a factor of 7 behind
# relus, and learn.
_DECADES_A_LAYER, _WITHOUT_ENDS = 0.7, 1.0
_FEWEST_LAYERS = 3


def see(session: Session) -> Iterator[Suspicion]:
    """Optimizers whose gradients fall off layer by layer, in the median of the measured steps."""
    for optimizer in session.optimizers:
        tables = _tables(session)
        slopes = [slope for sample in optimizer.samples if (slope := _slope(sample, tables)) is not None]
        most = _DECADES_A_LAYER if _has_ends(session) else _WITHOUT_ENDS
        if len(slopes) < 3 or statistics.median(slopes) < most:
            continue
        shown = _relative(_typical(optimizer), tables)
        names = list(shown)
        listed = ", ".join(f"{name} {value:.1e}" for name, value in shown.items())
        yield Suspicion(
            f"Gradients shrink by a factor of {10 ** statistics.median(slopes):.0f} with every layer towards the "
            f"input: layer {names[0]} hardly learns.",
            seen=f"gradient relative to weight by layer: {listed}",
            fix="nn.ReLU in place of sigmoid or tanh, batch or layer norm between layers, first weights of Kaiming's "
            "scale.",
            layer=names[0].rpartition(".")[0],
            place=optimizer.step_place,
            evidence={"by_layer": shown, "decades_a_layer": statistics.median(slopes)},
            is_symptom=True,
        )


def _has_ends(session: Session) -> bool:
    """Whether a sigmoid or tanh takes part."""
    layers = any(isinstance(layer.module, nn.Sigmoid | nn.Tanh) for model in session.models for layer in model.layers)
    return layers or any(site.function.rpartition(".")[2] in ("sigmoid", "tanh") for site in session.calls)


def _typical(optimizer: OptimizerSeen) -> StepSample:
    return optimizer.samples[len(optimizer.samples) // 2]


def _tables(session: Session) -> frozenset[str]:
    """Names of embeddings' weights: a batch touches few of their rows, so their gradients are small by nature."""
    return frozenset(
        f"{path}.weight"
        for model in session.models
        for path, module in model.module.named_modules()
        if isinstance(module, nn.Embedding | nn.EmbeddingBag)
    )


def _relative(sample: StepSample, tables: frozenset[str]) -> dict[str, float]:
    """Gradient by weight of every weight matrix, in the order of the network; embeddings left out."""
    found = {}
    for name, norm in sample.gradient.items():
        weight = sample.weight.get(name, 0.0)
        if (
            name.endswith("weight")
            and name not in tables
            and sample.size.get(name, 0) > 8
            and norm
            and weight > 0
            and math.isfinite(norm)
        ):
            found[name] = norm / weight
    return found


def _slope(sample: StepSample, tables: frozenset[str]) -> float | None:
    """Decades by which gradients fall per layer, by least squares; None with fewer than three layers."""
    values = [math.log10(value) for value in _relative(sample, tables).values()]
    if len(values) < _FEWEST_LAYERS:
        return None
    middle = (len(values) - 1) / 2
    mean = sum(values) / len(values)
    above = sum((place - middle) * (value - mean) for place, value in enumerate(values))
    return above / sum((place - middle) ** 2 for place in range(len(values)))


RULE = Rule(
    code="T603",
    slug="vanishing-gradient",
    severity=Severity.ERROR,
    stages="D",
    summary="update ratio falls by a factor of five and more per layer",
    causes=("T608", "T607", "D415", "T611", "D409", "D411"),
    page=Page(
        what="Every layer multiplies the gradient by its weights and by the derivative of its activation, at most "
        "0.25 for a sigmoid. Through several such layers it fades away, and the first layers stay as they were drawn.",
        wrong="from torch import nn\n\nlayers = [part for _ in range(8) for part in (nn.Linear(16, 16), "
        "nn.Sigmoid())]\n"
        "model = nn.Sequential(*layers, nn.Linear(16, 1))",
        right="from torch import nn\n\nlayers = [part for _ in range(8) for part in (nn.Linear(16, 16), nn.ReLU())]\n"
        "model = nn.Sequential(*layers, nn.Linear(16, 1))",
        hurts="Eight sigmoid layers: the first gets a gradient 100,000 times smaller than the last.",
        detection="Norm of the gradient relative to that of the weights, by weight matrix; its logarithm falls by "
        "more than a factor of five (0.7 decades; ten where there is neither sigmoid nor tanh) per layer in the "
        "median of the measured steps, over three layers or more. An error only if the run is also no better than a "
        "constant.",
        limits="Parameters are taken in the order in which the optimizer holds them; embeddings are left out.",
        sources=("Hochreiter (1991); Glorot & Bengio (2010), section 4",),
    ),
    see=see,
)
