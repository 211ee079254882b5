"""Experiments on copies: they find what is there, and leave no trace."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from pellucid.doctor.probing import activity, differs_when_repeated, gradients, is_affine, rows_mixed
from pellucid.doctor.probing.copies import copied

X = torch.randn(40, 6, generator=torch.Generator().manual_seed(0))


def seeded(*layers: nn.Module) -> nn.Sequential:
    torch.manual_seed(0)
    for layer in layers:
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
    return nn.Sequential(*layers)


class Function(nn.Module):
    """A network that is one function."""

    def __init__(self, function: Callable[[Tensor], Any]) -> None:
        super().__init__()
        self.function = function
        self.weight = nn.Parameter(torch.ones(6))

    def forward(self, x: Tensor) -> Any:
        return self.function(x * self.weight)


AFFINE = {
    "one layer": seeded(nn.Linear(6, 3)),
    "layers in a row": seeded(nn.Linear(6, 16), nn.Linear(16, 16), nn.Linear(16, 1)),
    "dropout between": seeded(nn.Linear(6, 16), nn.Dropout(0.5), nn.Linear(16, 3)),
    "batch norm between": seeded(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.Linear(16, 3)),
    "a slope of one": seeded(nn.Linear(6, 16), nn.LeakyReLU(1.0), nn.Linear(16, 3)),
    "constant": Function(lambda x: torch.zeros(len(x), 2) + 3),
    "far away": Function(lambda x: 1e6 * x + 1e8),
}
CURVED = {
    "relu": seeded(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 3)),
    "one unit": seeded(nn.Linear(6, 1), nn.ReLU()),
    "tanh": seeded(nn.Linear(6, 4), nn.Tanh(), nn.Linear(4, 1)),
    "gelu": seeded(nn.Linear(6, 4), nn.GELU(), nn.Linear(4, 1)),
    "a slope of nearly one": seeded(nn.Linear(6, 16), nn.LeakyReLU(0.999), nn.Linear(16, 3)),
    "softmax at the end": seeded(nn.Linear(6, 3), nn.Softmax(1)),
    "layer norm": seeded(nn.Linear(6, 8), nn.LayerNorm(8), nn.Linear(8, 2)),
    "all rows on one side": Function(lambda x: torch.relu(x + 20)),
    "all units off": Function(lambda x: torch.relu(x - 20)),
    "not a number": Function(lambda x: x / 0 * 0),
    "cut": Function(lambda x: x.clamp(-50, 50)),
}


@pytest.mark.parametrize("name", AFFINE)
def test_an_affine_network_is_found_to_be_one(name: str) -> None:
    found = is_affine(AFFINE[name], X)
    assert found and found.affine and found.residual < 1e-12 and found.pairs > 60


@pytest.mark.parametrize("name", CURVED)
def test_a_network_with_a_kink_or_a_bend_is_not_affine(name: str) -> None:
    found = is_affine(CURVED[name], X)
    assert not found and not found.affine


def test_networks_that_insist_on_their_precision_are_tested_in_it() -> None:
    class Insisting(nn.Module):
        def __init__(self, bent: bool) -> None:
            super().__init__()
            self.layer = nn.Linear(6, 8)
            self.weight = torch.ones(8, 2)  # no parameter: double() does not reach it
            self.bent = bent

        def forward(self, x: Tensor) -> Tensor:
            h = self.layer(x)
            return (h.relu() if self.bent else h) @ self.weight

    torch.manual_seed(0)
    assert is_affine(Insisting(bent=False), X)
    assert not is_affine(Insisting(bent=True), X)
    assert not rows_mixed(Insisting(bent=True), X)


def test_sums_of_labels_mean_nothing() -> None:
    with pytest.raises(TypeError, match=r"rows are torch\.int64"):
        is_affine(nn.Embedding(3, 2), torch.arange(3))


UNMIXED = {
    "layers": seeded(nn.Linear(6, 16), nn.ReLU(), nn.BatchNorm1d(16), nn.Dropout(), nn.Linear(16, 3)),
    "softmax over classes": seeded(nn.Linear(6, 3), nn.Softmax(1)),
    "one output": Function(lambda x: x.sum(1)),
    "a pair": Function(lambda x: (x, x.mean())),
    "one number": Function(lambda x: x.sum()),
    "noise": Function(lambda x: x + torch.randn_like(x)),
    "large numbers": Function(lambda x: 1e9 * x),
}
MIXED = {
    "softmax over rows": seeded(nn.Linear(6, 3), nn.Softmax(0)),
    "view as transpose": Function(lambda x: x.t().reshape(len(x), 6)),
    "centred by the batch": Function(lambda x: x - x.mean(0)),
    "batch norm without memory": seeded(nn.Linear(6, 4), nn.BatchNorm1d(4, track_running_stats=False)),
    "hardly": Function(lambda x: x + 1e-6 * x.roll(1, 0)),
}


@pytest.mark.parametrize("name", UNMIXED)
def test_rows_that_do_not_touch_are_not_mixed(name: str) -> None:
    assert not rows_mixed(UNMIXED[name], X)


@pytest.mark.parametrize("name", MIXED)
def test_rows_that_depend_on_one_another_are_mixed(name: str) -> None:
    found = rows_mixed(MIXED[name], X)
    assert found and found.mixed
    assert found.changed is not None and found.moved is not None and found.changed != found.moved
    assert found.difference > 0


def test_labels_can_be_mixed_too() -> None:
    torch.manual_seed(0)
    table = nn.Embedding(5, 3)
    labels = torch.arange(5)
    assert not rows_mixed(table, labels)
    assert rows_mixed(nn.Sequential(table, nn.Softmax(0)), labels)
    assert not rows_mixed(nn.Sequential(table, nn.Softmax(0)), labels[:1])


def test_repetition_tells_chance_from_none() -> None:
    network = seeded(nn.Linear(6, 8), nn.Dropout(0.5), nn.Linear(8, 1))
    assert not differs_when_repeated(network, X)
    found = differs_when_repeated(network, X, training=True)
    assert found and found.difference > 0 and found.scale > 0
    assert differs_when_repeated(Function(lambda x: F.dropout(x)), X)
    assert not differs_when_repeated(Function(lambda x: x / 0), X)
    assert differs_when_repeated(Function(lambda x: x[: int(torch.randint(1, 30, ()))]), X)


def test_activity_tells_dead_and_saturated_units_by_layer() -> None:
    network = seeded(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 2), nn.Sigmoid())
    with torch.no_grad():
        network[0].bias[:3] = -1e3  # type: ignore[union-attr, index]
        network[2].bias.copy_(torch.tensor([0.0, 0, 100, -100, 0]))  # type: ignore[union-attr, operator]
    relu, tanh, sigmoid = activity(network, X)
    assert (relu.function, relu.path, relu.units, relu.dead) == ("relu", "1", 4, 0.75)
    assert 0.75 <= relu.off <= 1 and relu.saturated == 0 and relu.largest > 900
    assert (tanh.function, tanh.path, tanh.stuck, tanh.saturated, tanh.dead) == ("tanh", "3", 0.4, 0.4, 0)
    assert (sigmoid.function, sigmoid.path, sigmoid.stuck) == ("sigmoid", "5", 0)


def test_activity_sees_functions_within_forward_and_their_calls() -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.last = nn.Linear(6, 4), nn.Linear(4, 4)

        def forward(self, x: Tensor) -> Tensor:
            return torch.relu_(self.last(F.relu(self.first(x)))).clamp(min=0).tanh()

    torch.manual_seed(0)
    found = activity(nn.Sequential(Own(), nn.ReLU(inplace=True)), X)
    assert [(each.function, each.path, each.call) for each in found] == [
        ("relu", "0", 0),
        ("relu", "0", 1),
        ("relu", "0", 2),
        ("tanh", "0", 0),
        ("relu", "1", 0),
    ]
    assert found[1].off > 0  # what stood there before it was overwritten


def test_gradients_are_those_of_autograd_and_the_model_keeps_its_own() -> None:
    network = seeded(nn.Linear(6, 4), nn.Tanh(), nn.Linear(4, 3))
    network[0].bias.requires_grad_(False)  # type: ignore[union-attr, operator]
    labels = torch.arange(40) % 3
    found = gradients(network, nn.CrossEntropyLoss(), X, labels)
    assert all(parameter.grad is None for parameter in network.parameters())
    loss = F.cross_entropy(network(X), labels)
    loss.backward()
    assert found.loss == loss.item()
    assert found.of.keys() == {"0.weight", "2.weight", "2.bias"}
    for name, gradient in found.of.items():
        assert gradient is not None and torch.equal(gradient, network.get_parameter(name).grad)  # type: ignore[arg-type]
    assert found.norm == pytest.approx(
        sum(float(p.grad.double().pow(2).sum()) for p in network.parameters() if p.grad is not None) ** 0.5
    )
    assert found.outputs.shape == (40, 3) and found.of_outputs is not None and found.of_outputs.shape == (40, 3)
    cut = gradients(network, lambda output, target: output.detach().sum(), X, labels)
    assert set(cut.of.values()) == {None} and cut.of_outputs is None and cut.norm == 0


EXPERIMENTS: list[Callable[[nn.Module], Any]] = [
    lambda model: is_affine(model, X),
    lambda model: rows_mixed(model, X),
    lambda model: differs_when_repeated(model, X, training=True),
    lambda model: activity(model, X, training=True),
    lambda model: gradients(model, F.cross_entropy, X, torch.zeros(40, dtype=torch.long), training=True),
]


@pytest.mark.parametrize("number", range(len(EXPERIMENTS)))
def test_an_experiment_leaves_no_trace(number: int) -> None:
    model = seeded(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Dropout(), nn.ReLU(), nn.Linear(8, 3))
    model[1].eval()
    rows = X.clone()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    random.seed(1)
    np.random.seed(1)
    states = torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()
    with torch.inference_mode(number % 2 == 1):
        EXPERIMENTS[number](model)
        assert torch.is_inference_mode_enabled() is (number % 2 == 1)
    assert torch.is_grad_enabled()
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert [module.training for module in model.modules()] == modes
    assert all(parameter.grad is None and parameter.dtype is torch.float32 for parameter in model.parameters())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert torch.equal(states[0], torch.get_rng_state())
    assert np.array_equal(states[1], np.random.get_state()[1])
    assert states[2] == random.getstate()
    assert torch.equal(rows, X)


def test_an_error_of_the_model_comes_out_and_leaves_no_trace_either() -> None:
    narrow = nn.Linear(3, 1)
    state = torch.get_rng_state()
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        activity(narrow, X)
    with pytest.raises(TypeError, match="the model returns str, no tensor"):
        rows_mixed(Function(lambda x: "nothing"), X)
    assert torch.equal(state, torch.get_rng_state())
    assert torch._C._len_torch_function_stack() == 0


def test_copies_lose_a_persons_hooks_and_keep_torchs() -> None:
    model = nn.Sequential(nn.utils.spectral_norm(nn.Linear(3, 3)), nn.ReLU())
    calls: list[int] = []
    model[1].register_forward_hook(lambda *_: calls.append(1))
    found = copied(model)
    rows = torch.randn(4, 3)
    assert torch.equal(found(rows), model.eval()(rows)) and calls == [1]
    assert found[0]._forward_pre_hooks and not found[1]._forward_hooks and model[1]._forward_hooks
