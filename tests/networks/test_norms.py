"""Batch and layer normalisation are PyTorch's, and filling rows do not count."""

import pytest
import torch
from families import MadeUpNoise, random_inputs

from pellucid.networks import Tensors, group_parameters
from pellucid.networks.batch_norm import BatchNorm
from pellucid.networks.layer_norm import LayerNorm

MEMBERS, ROWS, FILLING, WIDTH = 3, 32, 7, 11
REAL = ROWS - FILLING


def stacked(layer):
    """Parameters at their first values, scale and shift moved off them."""
    groups = group_parameters(layer.parameters, lr_factors={}, width_scaled=False, decay_all=True)
    parameters = Tensors(layer.parameters, groups, MEMBERS, dtype=torch.float64)
    for member in range(MEMBERS):
        parameters.load(member, dict(layer.starts(member)))
    draw = torch.Generator().manual_seed(0)
    for name in (layer.scale, layer.shift):
        parameters.views[name][..., :WIDTH] += torch.randn(MEMBERS, 1, WIDTH, generator=draw, dtype=torch.float64)
    return parameters


def twin(kind, layer, parameters, member):
    module = kind(WIDTH, eps=layer.eps, dtype=torch.float64)
    for own, theirs in ((layer.scale, module.weight), (layer.shift, module.bias)):
        theirs.data.copy_(parameters.views[own][member, 0, :WIDTH])
    return module


def rows(seed):
    """Columns of very different means and spreads; the filling rows are far out."""
    x = random_inputs(MEMBERS, ROWS, WIDTH, seed)
    x[..., :WIDTH] = x[..., :WIDTH] * torch.logspace(-2, 2, WIDTH, dtype=x.dtype) + 5.0
    x[:, REAL:, :WIDTH] *= 1e6
    return x


def test_batch_norm_is_torchs_in_outputs_gradients_statistics_and_prediction():
    """Five training steps, then a prediction; float64, within 1e-9."""
    layer = BatchNorm("1", WIDTH, 1e-5)
    parameters = stacked(layer)
    modules = [twin(torch.nn.BatchNorm1d, layer, parameters, member) for member in range(MEMBERS)]
    noise = MadeUpNoise(range(MEMBERS), ROWS, filling=FILLING)
    gradients = parameters.like()
    for step in range(5):
        x, dy = rows(step), random_inputs(MEMBERS, ROWS, WIDTH, step + 100)
        dy[:, REAL:] = 0.0
        y, tape = layer.forward(parameters.views, x, noise)
        dx = layer.backward(parameters.views, tape, dy, gradients.views, need_input=True)
        for member, module in enumerate(modules):
            real = x[member, :REAL, :WIDTH].clone().requires_grad_()
            module.zero_grad()
            expected = module(real)
            expected.backward(dy[member, :REAL, :WIDTH])
            for own, theirs in (
                (y[member, :REAL, :WIDTH], expected.detach()),
                (dx[member, :REAL, :WIDTH], real.grad),
                (gradients.views["1.scale"][member, 0, :WIDTH], module.weight.grad),
                (gradients.views["1.shift"][member, 0, :WIDTH], module.bias.grad),
                (parameters.views["1.mean"][member, 0, :WIDTH], module.running_mean),
                (parameters.views["1.variance"][member, 0, :WIDTH], module.running_var),
            ):
                torch.testing.assert_close(own, theirs, rtol=1e-9, atol=1e-9)
        assert not y[..., WIDTH:].any()
        assert not dx[:, REAL:].any()
    before = parameters.arrays()
    x = rows(9)
    y, _ = layer.forward(parameters.views, x, None)
    for member, module in enumerate(modules):
        torch.testing.assert_close(
            y[member, :, :WIDTH], module.eval()(x[member, :, :WIDTH]).detach(), rtol=1e-9, atol=1e-9
        )
    assert not y[..., WIDTH:].any()
    assert all((parameters.arrays()[name] == array).all() for name, array in before.items())


def test_layer_norm_is_torchs_over_the_true_width():
    """Outputs and gradients; float64, within 1e-9."""
    layer = LayerNorm("1", WIDTH, 1e-5)
    parameters = stacked(layer)
    x, dy = rows(0), random_inputs(MEMBERS, ROWS, WIDTH, 1)
    gradients = parameters.like()
    y, tape = layer.forward(parameters.views, x, None)
    dx = layer.backward(parameters.views, tape, dy, gradients.views, need_input=True)
    for member in range(MEMBERS):
        module = twin(torch.nn.LayerNorm, layer, parameters, member)
        real = x[member, :, :WIDTH].clone().requires_grad_()
        expected = module(real)
        expected.backward(dy[member, :, :WIDTH])
        for own, theirs in (
            (y[member, :, :WIDTH], expected.detach()),
            (dx[member, :, :WIDTH], real.grad),
            (gradients.views["1.scale"][member, 0, :WIDTH], module.weight.grad),
            (gradients.views["1.shift"][member, 0, :WIDTH], module.bias.grad),
        ):
            torch.testing.assert_close(own, theirs, rtol=1e-9, atol=1e-9)
    assert not y[..., WIDTH:].any()
    assert not dx[..., WIDTH:].any()


@pytest.mark.parametrize("filling", [ROWS - 1, ROWS])
def test_batch_norm_stays_finite_where_hardly_a_row_counts(filling):
    """One row has no spread, and none has no mean either."""
    layer = BatchNorm("1", WIDTH, 1e-5)
    parameters = stacked(layer)
    noise = MadeUpNoise(range(MEMBERS), ROWS, filling=ROWS - 1)
    if filling == ROWS:
        noise.row_weights = torch.zeros_like(noise.row_weights)
    y, tape = layer.forward(parameters.views, random_inputs(MEMBERS, ROWS, WIDTH, 0), noise)
    dx = layer.backward(parameters.views, tape, y, parameters.like().views, need_input=True)
    assert y.isfinite().all()
    assert dx.isfinite().all()
    assert all(view.isfinite().all() for view in parameters.views.values())


def test_one_row_alone_moves_no_running_statistics():
    layer = BatchNorm("1", WIDTH, 1e-5)
    parameters = stacked(layer)
    layer.forward(parameters.views, rows(0), MadeUpNoise(range(MEMBERS), ROWS, filling=FILLING))
    before = parameters.arrays()
    layer.forward(parameters.views, rows(1), MadeUpNoise(range(MEMBERS), ROWS, filling=ROWS - 1))
    assert all((parameters.arrays()[name] == array).all() for name, array in before.items())
