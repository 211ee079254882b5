"""Law 3: the hand-written backward pass is the derivative of the forward pass."""

import pytest
import torch
from families import (
    ENDS,
    HIDDEN,
    NORMS,
    MadeUpNoise,
    a_choice,
    random_codes,
    random_inputs,
    random_network,
    random_parameters,
)

from pellucid.activations import ACTIVATIONS
from pellucid.records import Recipe

MEMBERS, ROWS, FILLING, NUMERIC, PASSED, CATEGORIES = 3, 16, 3, 3, 2, (5, 4)

PLAIN = Recipe(hidden=(5, 7))
EVERYTHING = PLAIN.replace(
    hidden=(6, 20, 3),
    number_frequencies=16,
    number_embedding_size=4,
    category_embedding_size=3,
    input_scale=True,
)
LINEAR = {"outputs": 4}


class Problem:
    """A stack with random parameters and rows, and a loss that is quadratic in its outputs."""

    def __init__(self, *recipes, training=True, seed=0, **ends):
        columns = {"numeric": NUMERIC, "passed": PASSED, "categories": CATEGORIES}
        self.network = random_network(*recipes, **columns, sparse=(0,), **ends)
        members = self.network.members
        self.parameters = random_parameters(self.network, members, seed)
        self.x = random_inputs(members, ROWS, NUMERIC + PASSED, seed + 1)
        self.codes = random_codes(members, ROWS, CATEGORIES, seed + 2)
        self.noise = MadeUpNoise(range(members), ROWS, filling=FILLING) if training else None
        self.weights = MadeUpNoise(range(members), ROWS, filling=FILLING).row_weights.unsqueeze(-1)
        self.slopes = random_inputs(members, ROWS, self.network.outputs, seed + 3)

    def forward(self, views):
        return self.network.forward(views, self.x, self.noise, self.codes)

    def losses(self, views):
        """Σ weight·(slope·y + ½y²) and the penalties on hidden values, ``[m]``."""
        y, tapes = self.forward(views)
        losses = (self.weights * (self.slopes * y + 0.5 * y * y)).sum((1, 2))
        penalties = self.network.activity(tapes)
        return losses if penalties is None else losses + penalties

    def by_hand(self):
        gradients = self.parameters.like()
        # Whatever stood in the buffers before must not matter; padding comes as 0.
        for spec in gradients.specs:
            gradients.views[spec.name][(slice(None), *map(slice, spec.true_shape))] = 7.0
        y, tapes = self.forward(self.parameters.views)
        self.network.backward(self.parameters.views, tapes, self.weights * (self.slopes + y), gradients.views)
        return gradients.views

    def trained(self):
        return {name for group in self.parameters.groups if group.trained for name in group.names}

    def by_autograd(self):
        leaves, trained = {name: view.clone() for name, view in self.parameters.views.items()}, self.trained()
        for name in trained:
            leaves[name].requires_grad_()
        # Some activations work in place, for speed, on what autograd has saved.
        with torch.autograd.graph.allow_mutation_on_saved_tensors():
            self.losses(leaves).sum().backward()
        return {name: leaves[name].grad for name in trained}

    def check(self):
        """Within 1e-9, of its size above 1; padding stays exactly 0 by hand."""
        expected, found = self.by_autograd(), self.by_hand()
        for spec in self.network.parameters:
            if spec.kind == "statistic":
                continue
            own, theirs = found[spec.name].clone(), expected[spec.name]
            corner = (slice(None), *(slice(0, length) for length in spec.true_shape))
            tolerance = 1e-9 * max(1.0, theirs[corner].abs().max().item())
            torch.testing.assert_close(
                own[corner], theirs[corner], rtol=0, atol=tolerance, msg=f"{spec.name}: {{}}".format
            )
            own[corner] = 0.0
            assert not own.any(), spec.name


@pytest.mark.parametrize("name", HIDDEN)
def test_the_gradient_through_every_activation_is_autograds(name):
    """Every parameter of every member, each with its own numbers; float64, within 1e-9."""
    for shape, training in ((PLAIN, False), (EVERYTHING, True)):
        recipes = [shape.replace(activation=a_choice(name, seed)) for seed in range(MEMBERS)]
        Problem(*recipes, training=training, **LINEAR).check()


@pytest.mark.parametrize("name", [name for name in HIDDEN if not ACTIVATIONS[name].gives])
def test_the_gradient_through_every_parametric_activation_is_autograds(name):
    recipes = [PLAIN.replace(activation=a_choice(name, seed), parametric_activation=True) for seed in range(MEMBERS)]
    Problem(*recipes, **LINEAR).check()


@pytest.mark.parametrize("training", [True, False], ids=["training", "predicting"])
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("norm", NORMS)
def test_the_gradient_through_every_end_and_norm_is_autograds(norm, end, training):
    """Heads and output activations, behind batch norm, layer norm and none; filling rows do not count."""
    recipe = EVERYTHING.replace(norm=norm, activation="silu")
    Problem(*[recipe] * MEMBERS, training=training, **ENDS[end]).check()


@pytest.mark.parametrize("end", ENDS)
def test_the_gradient_of_a_network_without_hidden_layers_is_autograds(end):
    Problem(*[EVERYTHING.replace(hidden=())] * MEMBERS, **ENDS[end]).check()


def test_the_gradient_of_a_mixed_stack_is_autograds():
    """Members with different activations, some of them neighbours."""
    names = ("gelu", "relu", "relu", "softplus", "rrelu", "gelu(approximate=tanh)", "gelu", "threshold(value=1)")
    for norm in NORMS:
        Problem(*(EVERYTHING.replace(activation=name, norm=norm) for name in names), **LINEAR).check()
    gated = ("glu", "swiglu", "swiglu", "maxout", "bilinear")
    Problem(*(EVERYTHING.replace(activation=name) for name in gated), **LINEAR).check()


@pytest.mark.parametrize("norm", NORMS)
def test_the_gradient_by_hand_is_the_slope_of_the_loss(norm):
    """Central differences of the loss itself, without autograd, float64, within 1e-9 (of its size above 1)."""
    recipe = EVERYTHING.replace(activation="mish", norm=norm, parametric_activation=True)
    problem = Problem(*[recipe] * MEMBERS, seed=4, **LINEAR)
    gradients = problem.by_hand()
    # The penalty on hidden values has a kink at 0; a small step stays on one side of it for this seed.
    step = 1e-5
    for name in problem.trained():
        view = problem.parameters.views[name]
        for member in range(MEMBERS):
            flat, gradient = view[member].reshape(-1), gradients[name][member].reshape(-1)
            place = int(gradient.abs().argmax())
            at = flat[place].item()

            def loss_at(value, view=view, member=member, place=place):
                view[member].view(-1)[place] = value
                return problem.losses(problem.parameters.views)[member].item()

            # Fourth-order central difference: error ~ step⁴ and rounding ~ 1e-16/step.
            slope = (
                8 * (loss_at(at + step) - loss_at(at - step)) - (loss_at(at + 2 * step) - loss_at(at - 2 * step))
            ) / (12 * step)
            loss_at(at)
            assert slope == pytest.approx(gradient[place].item(), rel=1e-9, abs=1e-9), (name, member)
