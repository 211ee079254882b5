"""Muon: momentum whose matrices are made orthogonal, for the weights of hidden layers; AdamW for everything else.

Jordan et al. (2024), "Muon: an optimizer for hidden layers in neural networks",
https://kellerjordan.github.io/posts/muon/; weight decay and the rate that matches AdamW's: Liu et al. (2025), "Muon is
scalable for LLM training", arXiv 2502.16982. As ``torch.optim.Muon``, but for the iteration's type (float32 here).
"""

import math
from collections.abc import Mapping, Sequence

from torch import Tensor

from pellucid.catalogue import Parameter
from pellucid.optimizers.adam import adam_direction, adam_numbers
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Hyper, Spread, Tables, spread
from pellucid.optimizers.newton_schulz import orthogonalised
from pellucid.optimizers.optimizer import AbstractRule, Again, Spec, Stacked, Steps, moving
from pellucid.optimizers.ranges import beta, flag, lr, momentum, weight_decay
from pellucid.optimizers.spare import Spare
from pellucid.optimizers.step_by_step import StepByStep

__all__ = ["MUON", "hidden_weights"]


def hidden_weights(specs: Sequence[Spec]) -> dict[str, tuple[int, int]]:
    """The weight matrices that lead to hidden layers, with their true shapes ``(i, o)``: all but the output layer's."""
    matrices = {
        spec.name: (spec.true_shape[0], spec.true_shape[1])
        for spec in specs
        if spec.kind == "weight" and len(spec.true_shape) == 2
    }
    if not matrices:
        return {}
    output = list(matrices)[-1].rpartition(".")[0]
    return {name: shape for name, shape in matrices.items() if name.rpartition(".")[0] != output}


def adjustment(word: str, inputs: int, outputs: int) -> float:
    """Factor on the rate that gives matrices of every shape steps of like size (``torch.optim.Muon``)."""
    match word:
        case "original":
            return math.sqrt(max(1.0, outputs / inputs))
        case "match_rms_adamw":
            return 0.2 * math.sqrt(max(inputs, outputs))
        case _:
            return 1.0


class Muon(AbstractRule):
    """m ← μ·m + (1 − μ)·g; p ← p − lr·adjustment·orthogonal(m), or of (1 − μ)·g + μ·m where it looks ahead."""

    def kept(self) -> tuple[str, ...]:
        """Running means of the gradient and, for AdamW's parameters, of its square."""
        return ("mean", "square")

    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper, again: Again | None = None) -> None:
        """One step; see the class."""
        self.steps += 1
        numbers = adam_numbers(hyper["adamw_beta1"], hyper["adamw_beta2"], hyper["adamw_eps"], self.steps)
        momentum = hyper["momentum"]
        numbers |= {"momentum": momentum, "rest": 1.0 - momentum, "least": hyper["eps"]}
        numbers |= {"share": 1.0 - hyper["lr"] * hyper["weight_decay"]}
        decays = bool(hyper["weight_decay"].any())
        spreads = Spread(numbers)
        hidden = hidden_weights(parameters.specs)
        word = str(self.structural["adjust_lr"])
        for group in parameters.groups:
            if not moving(group):
                continue
            for name in group.names:
                p, g = parameters.views[name], gradients.views[name]
                mean, square = self.state["mean"].views[name], self.state["square"].views[name]
                n = spreads.fit(p)
                if group.decays and decays:
                    p.mul_(n["share"])
                rates = hyper["lr"] * group.lr_factor
                if name in hidden:
                    inputs, outputs = hidden[name]
                    rates = rates * adjustment(word, inputs, outputs)
                    direction = self._orthogonal(g, mean, n, tall=inputs > outputs)
                else:
                    rates = rates * hyper["adamw_lr_factor"]
                    direction = adam_direction(g, (mean, square), n, Spare(g))
                p.sub_(direction * spread(rates, p))

    def begin(self, parameters: Stacked, gradients: Stacked, tables: Tables) -> Steps:
        """The updates of an epoch."""
        return StepByStep(self, parameters, gradients, tables)

    def _orthogonal(self, g: Tensor, mean: Tensor, n: Mapping[str, Tensor], *, tall: bool) -> Tensor:
        own = g * n["rest"]
        mean.mul_(n["momentum"]).add_(own)
        direction = own.add_(mean * n["momentum"]) if self.structural["nesterov"] else mean
        coefficients = self.structural["coefficients"]
        steps = self.structural["iterations"]
        assert isinstance(coefficients, tuple) and isinstance(steps, int)
        return orthogonalised(direction, coefficients=coefficients, steps=steps, eps=n["least"], tall=tall)

    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """None: it predicts with what it trains."""
        return None


MUON = Optimizer(
    name="muon",
    formula="m ← μ·m + (1 − μ)·g; W ← W − lr·a·orthogonal(μ·m + (1 − μ)·g) for hidden layers' weights, "
    "a = √max(1, o/i); adamw for the rest",
    purpose="Moves all directions of a weight matrix alike, also those along which gradients are small. Its "
    "matrices are orthogonalised in float32, where PyTorch uses bfloat16.",
    source='Jordan et al. (2024), "Muon: an optimizer for hidden layers in neural networks", '
    "https://kellerjordan.github.io/posts/muon/",
    parameters=(
        lr(1e-3),
        momentum(0.95),
        flag("nesterov", True, "look ahead: orthogonalise (1 − μ)·g + μ·m"),
        Parameter(
            name="coefficients",
            kind="numbers",
            default=(3.4445, -4.775, 2.0315),
            meaning="a, b, c of the Newton–Schulz iteration",
            structural=True,
        ),
        Parameter(
            name="iterations",
            kind="whole",
            default=5,
            meaning="Newton–Schulz iterations",
            low=1,
            high=99,
            structural=True,
        ),
        Parameter(name="eps", default=1e-7, meaning="least norm that a matrix is divided by", low=1e-30),
        Parameter(
            name="adjust_lr",
            kind="word",
            default="original",
            words=("original", "match_rms_adamw", "none"),
            meaning="how the rate goes with a matrix's shape: √max(1, o/i), 0.2·√max(i, o), or not",
            structural=True,
        ),
        Parameter(
            name="adamw_lr_factor",
            default=1.0,
            meaning="AdamW's learning rate for everything else, as a factor on lr",
            low=0.0,
            open_low=True,
        ),
        beta("adamw_beta1", 0.9, "AdamW's beta1 for everything else"),
        beta("adamw_beta2", 0.999, "AdamW's beta2 for everything else"),
        Parameter(name="adamw_eps", default=1e-8, meaning="AdamW's guard for everything else", low=1e-30),
        weight_decay(0.1),
    ),
    twin="torch.optim.Muon",
    rule=Muon,
    momentum="momentum",
)
