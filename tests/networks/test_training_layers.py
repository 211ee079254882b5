"""Layers that do something while training alone: input noise and the penalty on hidden values."""

import pytest
import torch
from families import MadeUpNoise, random_inputs, random_network, random_parameters

from pellucid.networks.activity import Activity
from pellucid.networks.input_noise import InputNoise
from pellucid.records import Recipe

ROWS = 400


def test_input_noise_falls_on_numeric_columns_with_each_members_own_spread():
    layer, x = InputNoise(0, 3), random_inputs(3, ROWS, 5, 0)
    noise = MadeUpNoise([0, 1, 2], ROWS)
    noise.input_noise = torch.tensor([0.0, 0.1, 2.0], dtype=x.dtype).view(-1, 1, 1)
    before = x.clone()
    y, _ = layer.forward({}, x, noise)
    assert torch.equal(x, before)
    assert torch.equal(y[0], x[0])
    assert torch.equal(y[..., 3:], x[..., 3:])
    for member, spread in ((1, 0.1), (2, 2.0)):
        added = (y - x)[member, :, :3]
        assert added.std().item() == pytest.approx(spread, rel=0.1)
        assert abs(added.mean().item()) < 5 * spread / added.numel() ** 0.5


def test_nothing_is_added_when_predicting_or_where_nobody_has_noise():
    layer, x = InputNoise(0, 3), random_inputs(2, 16, 5, 0)
    assert layer.forward({}, x, None)[0] is x
    assert layer.forward({}, x, MadeUpNoise([0, 1], 16, input_noise=0))[0] is x


def test_the_penalty_on_hidden_values_is_the_weighted_mean_of_their_sizes():
    x = random_inputs(2, 16, 5, 0)
    noise = MadeUpNoise([0, 1], 16, filling=4)
    noise.activity = torch.tensor([0.5, 0.0], dtype=x.dtype).view(-1, 1, 1)
    layer = Activity()
    y, tape = layer.forward({}, x, noise)
    assert y is x
    expected = 0.5 * (noise.row_weights[0] * x[0].abs().sum(1)).sum()
    torch.testing.assert_close(layer.penalty(tape), torch.stack([expected, torch.zeros_like(expected)]))
    dy = random_inputs(2, 16, 5, 1)
    dx = layer.backward({}, tape, dy, {}, need_input=True)
    torch.testing.assert_close(dx[0] - dy[0], 0.5 * noise.row_weights[0].unsqueeze(1) * x[0].sign())
    assert torch.equal(dx[1], dy[1])
    assert torch.equal(dx[0, 12:], dy[0, 12:])


def test_nothing_is_penalised_when_predicting():
    x = random_inputs(2, 16, 5, 0)
    y, tape = Activity().forward({}, x, None)
    assert y is x
    assert Activity().penalty(tape) is None
    assert Activity().backward({}, tape, x, {}, need_input=True) is x


def test_a_network_adds_its_penalties_up():
    network = random_network(*[Recipe(hidden=(5, 4))] * 2, numeric=3, outputs=2, sparse=(0, 1))
    parameters, x = random_parameters(network, 2, 0), random_inputs(2, 16, 3, 1)
    _, tapes = network.forward(parameters.views, x, MadeUpNoise([0, 1], 16))
    parts = [
        layer.penalty(tape) for layer, tape in zip(network.layers, tapes, strict=True) if isinstance(layer, Activity)
    ]
    assert len(parts) == 2
    assert torch.equal(network.activity(tapes), parts[0] + parts[1])
    assert network.activity(network.forward(parameters.views, x)[1]) is None
