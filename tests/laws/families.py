"""Named families of inputs that the laws are stated over."""

import numpy as np
import torch

from pellucid.activations import ACTIVATIONS
from pellucid.networks import Network, Tensors, describe_network, group_parameters, padded
from pellucid.records import Recipe

TRAINABLE = tuple(entry.name for entry in ACTIVATIONS if entry.trainable)
HIDDEN = tuple(name for name in TRAINABLE if not ACTIVATIONS[name].output_only)
AT_THE_OUTPUT = tuple(name for name in TRAINABLE if ACTIVATIONS[name].output_only)
NORMS = ("none", "batch_norm", "layer_norm")
# How a network can end: what describe_network is told beside the outputs.
ENDS = {
    "linear": {"outputs": 4},
    "one": {"outputs": 1},
    "coral": {"outputs": 3, "head": "coral"},
    "adaptive": {"outputs": 12, "head": "adaptive", "cutoffs": (3, 6)},
    **{name: {"outputs": 5, "output_activation": name} for name in AT_THE_OUTPUT},
    "adaptive_log_softmax": {
        "outputs": 10,
        "head": "adaptive",
        "cutoffs": (3, 6),
        "output_activation": "adaptive_log_softmax(head=3, clusters=[3, 4])",
    },
}


def a_choice(name: str, seed: int) -> str:
    """The activation of that name with numbers drawn near its defaults, within their ranges; seed 0: the defaults."""
    entry, draw = ACTIVATIONS[name], np.random.default_rng(seed)
    numbers = {
        each.name: draw.uniform(max(each.low, each.default - 0.3), min(each.high, each.default + 0.3))
        for each in entry.parameters
        if seed and each.kind == "number" and not each.structural
    }
    return str(ACTIVATIONS(name, **numbers))


def random_network(
    recipe: Recipe, *more: Recipe, numeric: int, passed: int = 0, categories=(), outputs: int, **ends
) -> Network:
    """A stack with one member for every recipe."""
    columns = {"numeric": numeric, "passed": passed, "categories": categories}
    return Network([describe_network(each, **columns, outputs=outputs, **ends) for each in (recipe, *more)])


def random_parameters(network: Network, members: int, seed: int, *, dtype=torch.float64) -> Tensors:
    """Random values in the used corner of every parameter, zero in the padding."""
    groups = group_parameters(network.parameters, lr_factors={"bias": 0.5}, width_scaled=True, decay_all=False)
    tensors = Tensors(network.parameters, groups, members, dtype=dtype)
    generator = np.random.default_rng(seed)
    for member in range(members):
        drawn = {spec.name: generator.normal(0, 0.5, spec.file_shape) for spec in network.parameters}
        variances = {name: 0.5 + value**2 for name, value in drawn.items() if name.endswith("variance")}
        tensors.load(member, drawn | variances)
    return tensors


def random_inputs(members: int, rows: int, width: int, seed: int, *, dtype=torch.float64) -> torch.Tensor:
    x = torch.zeros(members, rows, padded(width), dtype=dtype)
    x[:, :, :width] = torch.as_tensor(np.random.default_rng(seed).normal(size=(members, rows, width)), dtype=dtype)
    return x


def random_codes(members: int, rows: int, categories, seed: int) -> torch.Tensor:
    draw = np.random.default_rng(seed)
    drawn = [draw.integers(0, levels, (members, rows)) for levels in categories]
    return torch.as_tensor(np.stack(drawn, 2)) if drawn else torch.zeros(members, rows, 0, dtype=torch.int64)


class MadeUpNoise:
    """What a training step brings along, made up: every draw is a function of (member seed, stream).

    The last ``filling`` rows of a member have weight 0, the others weights that sum to 1.
    """

    is_recordable = False

    def __init__(
        self, seeds, rows: int, *, filling=0, dropout=0.3, input_noise=0.1, activity=0.2, dtype=torch.float64
    ) -> None:
        self.seeds, self.dtype, self.dropout = list(seeds), dtype, dropout
        self._given = {"filling": filling, "dropout": dropout, "input_noise": input_noise, "activity": activity}
        weights = self._drawn(0, lambda draw: draw.uniform(0.5, 1.5, rows))
        if filling:
            weights[:, -filling:] = 0.0
        self.row_weights = weights / weights.sum(1, keepdim=True)
        own = torch.tensor([1.0 + seed % 3 for seed in self.seeds], dtype=dtype).view(-1, 1, 1)
        self.input_noise = own * input_noise if input_noise else None
        self.activity = own * activity if activity else None

    def take(self, members) -> "MadeUpNoise":
        rows = self.row_weights.shape[1]
        return MadeUpNoise([self.seeds[m] for m in members], rows, dtype=self.dtype, **self._given)

    def _drawn(self, stream: int, draw) -> torch.Tensor:
        drawn = [draw(np.random.default_rng((seed, stream))) for seed in self.seeds]
        return torch.as_tensor(np.stack(drawn), dtype=self.dtype)

    def mask(self, stream: int, rows: int, width: int):
        if not self.dropout:
            return None
        kept = self._drawn(stream, lambda draw: draw.random((rows, width)) >= self.dropout)
        return kept / (1 - self.dropout)

    def uniform(self, stream: int, rows: int, width: int) -> torch.Tensor:
        return self._drawn(stream, lambda draw: draw.random((rows, width)))

    def normal(self, stream: int, rows: int, width: int) -> torch.Tensor:
        return self._drawn(stream, lambda draw: draw.standard_normal((rows, width)))
