"""Law 3: the hand-written backward pass is the derivative of the forward pass."""

import pytest
import torch
from families import ACTIVATIONS, loss_numbers, random_inputs, random_network, random_parameters

from pellucid.networks import ACTIVATIONS as REGISTRY
from pellucid.objectives import LOSSES, Objective
from pellucid.records import Recipe

MEMBERS, ROWS, NUMERIC, PASSED, CATEGORIES = 3, 16, 3, 2, (5, 4)

OBJECTIVES = {
    "cross_entropy": Objective("cross_entropy", "multiclass", 4),
    "bce_with_logits": Objective("bce_with_logits", "binary", 2),
    "mse": Objective("mse", "regression"),
    "l1": Objective("l1", "regression"),
    "huber": Objective("huber", "regression"),
}

RECIPES = {
    "plain": Recipe(hidden=(5, 7)),
    "linear": Recipe(hidden=()),
    "everything": Recipe(
        hidden=(6, 20, 3),
        number_frequencies=16,
        number_embedding_size=4,
        category_embedding_size=3,
        input_scale=True,
        parametric_activation=True,
    ),
}


def a_problem(recipe, objective, seed=0):
    network = random_network(recipe, numeric=NUMERIC, passed=PASSED, categories=CATEGORIES, outputs=objective.outputs)
    parameters = random_parameters(network, MEMBERS, seed)
    x = random_inputs(MEMBERS, ROWS, NUMERIC + PASSED, seed + 1)
    draw = torch.Generator().manual_seed(seed)
    codes = torch.stack([torch.randint(0, levels, (MEMBERS, ROWS), generator=draw) for levels in CATEGORIES], 2)
    if objective.task == "regression":
        targets = torch.randn(MEMBERS, ROWS, generator=draw, dtype=torch.float64)
    else:
        targets = torch.randint(0, objective.classes, (MEMBERS, ROWS), generator=draw)
    weights = torch.rand(MEMBERS, ROWS, generator=draw, dtype=torch.float64)
    weights /= weights.sum(1, keepdim=True)
    numbers = loss_numbers(MEMBERS, smoothing=0.1 if objective.task != "regression" else 0.0, delta=0.7)

    def losses():
        outputs, _ = network.forward(parameters.views, x, None, codes)
        return objective.losses(outputs, targets, weights, numbers)

    def gradient():
        outputs, tapes = network.forward(parameters.views, x, None, codes)
        out = torch.zeros_like(outputs)
        return objective.gradient(outputs, targets, weights, numbers, out=out), tapes

    return network, parameters, losses, gradient


def by_hand(network, parameters, gradient):
    output_gradient, tapes = gradient()
    gradients = parameters.like()
    # Whatever stood in the buffers before must not matter.
    for flat in gradients.flat:
        flat.fill_(7.0)
    network.backward(parameters.views, tapes, output_gradient, gradients.views)
    return gradients


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("loss", OBJECTIVES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_by_hand_is_autograds(recipe, loss, activation):
    """Every parameter of every member, float64, within 1e-9."""
    shape = RECIPES[recipe].replace(activation=activation)
    network, parameters, losses, gradient = a_problem(shape, OBJECTIVES[loss])
    gradients = by_hand(network, parameters, gradient)

    leaves = {name: view.clone().requires_grad_() for name, view in parameters.views.items()}
    parameters.views.update(leaves)
    losses().sum().backward()

    for name, leaf in leaves.items():
        torch.testing.assert_close(gradients.views[name], leaf.grad, rtol=0, atol=1e-9)


@pytest.mark.parametrize("loss", OBJECTIVES)
def test_the_gradient_by_hand_is_the_slope_of_the_loss(loss):
    """Central differences of the loss itself, without autograd, float64, within 1e-9 (of its size above 1)."""
    shape = RECIPES["everything"].replace(activation="mish")
    network, parameters, losses, gradient_by_hand = a_problem(shape, OBJECTIVES[loss], seed=4)
    gradients = by_hand(network, parameters, gradient_by_hand)
    # The l1 and huber losses have kinks; a small step stays on one side of all of them for this seed.
    step = 1e-5
    for name, view in parameters.views.items():
        for member in range(MEMBERS):
            flat, gradient = view[member].reshape(-1), gradients.views[name][member].reshape(-1)
            place = int(gradient.abs().argmax())
            at = flat[place].item()

            def loss_at(value, view=view, member=member, place=place):
                view[member].view(-1)[place] = value
                return losses()[member].item()

            # Fourth-order central difference: error ~ step⁴ and rounding ~ 1e-16/step.
            slope = (
                8 * (loss_at(at + step) - loss_at(at - step)) - (loss_at(at + 2 * step) - loss_at(at - 2 * step))
            ) / (12 * step)
            loss_at(at)
            assert slope == pytest.approx(gradient[place].item(), rel=1e-9, abs=1e-9), (name, member)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_torchs_and_finite_far_out(name):
    """Value and derivative agree with torch where it has the function, and stay finite for ±10⁴."""
    twins = {
        "identity": lambda x: x,
        "relu": torch.relu,
        "leaky_relu": torch.nn.functional.leaky_relu,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "gelu": torch.nn.functional.gelu,
        "silu": torch.nn.functional.silu,
        "mish": torch.nn.functional.mish,
        "selu": torch.selu,
    }
    x = torch.cat([torch.linspace(-6, 6, 241), torch.tensor([-1e4, -90.0, 90.0, 1e4])]).double().requires_grad_()
    expected = twins[name](x)
    expected.sum().backward()
    own = REGISTRY[name]

    torch.testing.assert_close(own.value(x.detach()), expected.detach(), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(own.derivative(x.detach()), x.grad, rtol=1e-9, atol=1e-9)
    assert own.value(x.detach().float()).isfinite().all()
    assert own.derivative(x.detach().float()).isfinite().all()
    assert own.value(torch.zeros(1)).item() == pytest.approx(own.at_zero)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_loss_is_torchs(smoothing):
    """Mean losses agree with torch.nn.functional."""
    draw = torch.Generator().manual_seed(3)
    logits = torch.randn(2, 50, 4, generator=draw, dtype=torch.float64) * 5
    classes = torch.randint(0, 4, (2, 50), generator=draw)
    reals = torch.randn(2, 50, generator=draw, dtype=torch.float64)
    numbers = loss_numbers(2, smoothing=smoothing, delta=0.7)
    functional = torch.nn.functional
    one = logits[:, :, :1]
    smooth_yes = (classes == 1).double() * (1 - smoothing) + smoothing / 2
    expected = {
        "cross_entropy": functional.cross_entropy(logits[0], classes[0], label_smoothing=smoothing),
        "bce_with_logits": functional.binary_cross_entropy_with_logits(one[0, :, 0], smooth_yes[0]),
        "mse": functional.mse_loss(one[0, :, 0], reals[0]),
        "l1": functional.l1_loss(one[0, :, 0], reals[0]),
        "huber": functional.huber_loss(one[0, :, 0], reals[0], delta=0.7),
    }
    given = {
        "cross_entropy": (logits, classes),
        "bce_with_logits": (one, (classes == 1).long()),
        **dict.fromkeys(("mse", "l1", "huber"), (one, reals)),
    }
    assert set(expected) == set(LOSSES)
    for name, loss in LOSSES.items():
        values = loss.value(*given[name], numbers)
        assert values[0].mean().item() == pytest.approx(expected[name].item(), abs=1e-12), name


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_stays_finite_for_extreme_outputs(name):
    outputs = torch.tensor([[[-1e4, 1e4], [1e4, -1e4]]], dtype=torch.float32)
    if name != "cross_entropy":
        outputs = outputs[:, :, :1]
    targets = torch.zeros(1, 2, dtype=torch.int64) if "cross" in name or "bce" in name else torch.zeros(1, 2)
    numbers = loss_numbers(1, dtype=torch.float32)
    assert LOSSES[name].value(outputs, targets, numbers).isfinite().all()
    assert LOSSES[name].gradient(outputs, targets, numbers).isfinite().all()
