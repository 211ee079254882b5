"""Matrix products of rounded factors: bfloat16 for linear layers, everything else as it was."""

import pytest
import torch
from families import MadeUpNoise, random_inputs, random_network, random_parameters

from pellucid.networks import Network
from pellucid.networks.linear import Linear
from pellucid.networks.program import bind
from pellucid.records import Recipe

ROWS = 32
RECIPE = Recipe(hidden=(21, 40), activation="tanh", norm="layer_norm")


def a_stack(members=3, precision="bfloat16"):
    plain = random_network(*[RECIPE] * members, numeric=7, outputs=3)
    return Network([plain.spec(m) for m in range(members)], precision=precision)


def passes(network, parameters, x, slopes, noise):
    y, tapes = network.forward(parameters.views, x, noise)
    gradients = parameters.like()
    network.backward(parameters.views, tapes, slopes, gradients.views)
    return {"outputs": y, **gradients.views}


def case(network):
    m = network.members
    parameters = random_parameters(network, m, 0, dtype=torch.float32)
    x, slopes = (random_inputs(m, ROWS, width, width, dtype=torch.float32) for width in (7, network.outputs))
    return parameters, x, slopes, MadeUpNoise(range(m), ROWS, input_noise=0, dtype=torch.float32)


def test_the_usual_precision_is_that_of_the_parameters():
    assert a_stack(precision="float32").precision == random_network(RECIPE, numeric=7, outputs=3).precision == "float32"


def test_precision_goes_with_the_members():
    network = a_stack()
    assert network.take([2, 0]).precision == Network.join([network, network.take([1])]).precision == "bfloat16"
    assert all(layer.precision == "bfloat16" for layer in network.layers if isinstance(layer, Linear))


def test_factors_are_rounded_and_their_products_are_not():
    """3 · (1 + 2⁻⁷) has more digits than bfloat16; 1 + 2⁻⁹ is one of bfloat16's gaps."""
    layer = Linear("0", 1, 1, "bfloat16")
    x, weight, bias, slope = (torch.zeros(1, rows, 16) for rows in (16, 16, 1, 16))
    x[0, :, 0] = torch.tensor([1 + 2**-7, 1 + 2**-9] * 8)
    weight[0, 0, 0], bias[0, 0, 0], slope[0, :, 0] = 3.0, 2**-20, 1 + 2**-9
    views, gradients = {"0.weight": weight, "0.bias": bias}, {"0.weight": weight.clone(), "0.bias": bias.clone()}
    y, tape = layer.forward(views, x, None)
    assert y.dtype == torch.float32
    assert y[0, :2, 0].tolist() == [3 * (1 + 2**-7) + 2**-20, 3.0 + 2**-20]
    dx = layer.backward(views, tape, slope, gradients, need_input=True)
    assert dx[0, :, 0].tolist() == [3.0] * 16
    assert gradients["0.weight"][0, 0, 0] == 8 * (1 + 2**-7) + 8
    # The bias is no factor: its gradient is a sum of unrounded numbers.
    assert gradients["0.bias"][0, 0, 0] == 16 * (1 + 2**-9)


def test_rounded_networks_agree_with_others_to_the_digits_of_bfloat16():
    found, expected = (a_stack(precision=precision) for precision in ("bfloat16", "float32"))
    inputs = case(found)
    for (name, own), other in zip(passes(found, *inputs).items(), passes(expected, *inputs).values(), strict=True):
        assert own.dtype == torch.float32
        error = (own - other).norm() / other.norm()
        assert error < 2**-5, name
        # The last bias's gradient is a sum of what came in.
        assert name == "9.bias" or error > 0, name


def test_a_member_with_rounded_products_computes_what_it_computes_alone():
    network = a_stack(5)
    parameters, x, slopes, noise = case(network)
    together = passes(network, parameters, x, slopes, noise)
    for company in ([3], [4, 0], [2, 1, 0, 3]):
        taken = (parameters.take(company), x[company], slopes[company], noise.take(company))
        for name, part in passes(network.take(company), *taken).items():
            assert torch.equal(part, together[name][company]), (company, name)


def test_a_program_with_rounded_products_computes_what_its_layers_compute():
    network = a_stack()
    parameters, x, slopes, noise = case(network)
    gradients = parameters.like()
    program = bind(network, parameters, gradients, rows=ROWS, width=16, noise=noise)
    for step in range(4):
        program.x.copy_(x + step)
        program.x[..., 7:] = 0.0
        expected = passes(network, parameters, program.x.clone(), slopes, noise)
        assert torch.equal(program.forward(), expected.pop("outputs"))
        program.output_gradient.copy_(slopes)
        program.backward()
        assert all(torch.equal(gradients.views[name], part) for name, part in expected.items())
    assert program.is_recorded


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_networks_learn_with_rounded_products_as_well_as_with_others(precision):
    """Gradient descent on a small regression comes down to a hundredth of where it began."""
    plain = random_network(*[Recipe(hidden=(16,), activation="tanh")] * 2, numeric=4, outputs=1)
    network = Network([plain.spec(m) for m in range(2)], precision=precision)
    parameters = random_parameters(network, 2, 3, dtype=torch.float32)
    x = random_inputs(2, 64, 4, 5, dtype=torch.float32)
    target = torch.sin(x[..., :1]) + 0.5 * x[..., 1:2]
    noise = MadeUpNoise(range(2), 64, dropout=0, input_noise=0, activity=0, dtype=torch.float32)
    gradients = parameters.like()
    program = bind(network, parameters, gradients, rows=64, width=16, noise=noise)
    program.x.copy_(x)
    losses = []
    for _ in range(600):
        off = program.forward()[..., :1] - target
        losses.append((off**2).mean((1, 2)))
        program.output_gradient[..., :1] = off / 32
        program.backward()
        for name, view in parameters.views.items():
            view.sub_(gradients.views[name], alpha=0.2)
    assert (losses[-1] < losses[0] / 100).all(), (losses[0], losses[-1])
