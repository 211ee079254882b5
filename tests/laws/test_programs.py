"""A program computes the bits of its network's forward and backward, step after step on the same memory; float32."""

import numpy as np
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
from pellucid.networks import describe_network
from pellucid.networks.program import bind
from pellucid.records import ActivationLayer, Recipe
from pellucid.training.randomness import StackNoise

ROWS, FILLING, NUMERIC, PASSED, CATEGORIES = 48, 5, 3, 2, (5, 4)
COLUMNS = {"numeric": NUMERIC, "passed": PASSED, "categories": CATEGORIES}
SHAPE = Recipe(hidden=(5, 21), number_frequencies=16, number_embedding_size=3, input_scale=True)
STEPS = 5


@pytest.fixture(autouse=True, params=["as recorded", "fused"])
def _fusing(request, monkeypatch):
    """Passes are replayed as they were recorded, or fused from the second replay on."""
    if request.param == "fused":
        pytest.importorskip("llvmlite")
        monkeypatch.setattr("pellucid.networks.program.WORTH_FUSING", 2)


class MovingNoise(MadeUpNoise):
    """Other draws and weights at every step."""

    step = 0

    def begin_step(self, step):
        self.step = step
        self.row_weights = self.row_weights.roll(step, 1)

    def _drawn(self, stream, draw):
        return super()._drawn(stream + 100 * self.step, draw)


def alike(names):
    """Activations that fit in one stack, because they agree in widths and learned numbers."""
    found = {}
    for name in names:
        layer = describe_network(Recipe(activation=name, hidden=(5,)), numeric=2, outputs=1).layers[2]
        assert isinstance(layer, ActivationLayer)
        found.setdefault((layer.width, layer.outputs, layer.learned), []).append(name)
    return found.values()


def same(one, other):
    """Bit by bit, the sign of a zero included."""
    assert other.isfinite().all()
    whole = torch.int32 if one.dtype == torch.float32 else torch.int64
    return torch.equal(one.contiguous().view(whole), other.contiguous().view(whole))


def check(*recipes, rows=ROWS, columns=COLUMNS, sparse=True, noise=None, dtype=torch.float32, **ends):
    network = random_network(*recipes, **columns, sparse=tuple(range(len(recipes[0].hidden))) if sparse else (), **ends)
    m = network.members
    width = columns["numeric"] + columns.get("passed", 0)
    states = {
        kind: (random_parameters(network, m, 0, dtype=dtype), random_parameters(network, m, 9, dtype=dtype))
        for kind in ("program", "layers")
    }
    noises = {
        kind: MovingNoise(range(m), rows, filling=FILLING, dtype=dtype, **noise or {}) for kind in ("program", "layers")
    }
    x = random_inputs(m, rows, width, 1, dtype=dtype)
    program = bind(network, *states["program"], rows=rows, width=x.shape[2], noise=noises["program"])
    returned = set()
    for step in range(STEPS):
        for each in noises.values():
            each.begin_step(step)
        x = random_inputs(m, rows, width, 10 * step, dtype=dtype)
        codes = random_codes(m, rows, columns.get("categories", ()), step)
        slopes = random_inputs(m, rows, network.outputs, 10 * step + 1, dtype=dtype)
        parameters, gradients = states["layers"]
        expected, tapes = network.forward(parameters.views, x, noises["layers"], codes)
        # What the program gets it gets in place, and for this step alone.
        program.x.copy_(x)
        if program.codes is not None:
            program.codes.copy_(codes)
        found = program.forward()
        returned.add(id(found))
        assert same(found, expected), (step, "outputs")
        penalty, expected_penalty = program.activity(), network.activity(tapes)
        assert (penalty is None) == (expected_penalty is None)
        assert penalty is None or same(penalty, expected_penalty), (step, "penalty")
        program.output_gradient[..., : network.outputs] = slopes[..., : network.outputs]
        network.backward(parameters.views, tapes, slopes, gradients.views)
        program.backward()
        assert same(program.output_gradient, slopes[..., : network.slope_width]), (step, "output gradient")
        assert same(found, expected), (step, "outputs after backward")
        for name, view in gradients.views.items():
            assert same(states["program"][1].views[name], view), (step, name)
        for name, view in parameters.views.items():
            assert same(states["program"][0].views[name], view), (step, name)
        # The update, and what stands in the gradients until the next step.
        for own, theirs in states.values():
            for spec in network.parameters:
                if spec.kind != "statistic":
                    slopes = theirs.views[spec.name]
                    own.views[spec.name].sub_(slopes.sign(), alpha=1e-3)
                    slopes[(slice(None), *map(slice, spec.true_shape))] = float("nan")
    assert len(returned) == 1
    assert program.is_recorded


@pytest.mark.parametrize("names", alike(HIDDEN), ids=lambda names: names[0])
@pytest.mark.parametrize("norm", NORMS)
def test_a_program_computes_what_its_layers_compute_for_any_activations(names, norm):
    """All that fit in one stack, each with its defaults and with other numbers; then each alone."""
    check(*[SHAPE.replace(activation=a_choice(name, seed), norm=norm) for name in names for seed in (0, 1)], outputs=4)
    if norm == "none":
        for name in names:
            check(SHAPE.replace(activation=name), outputs=4)


@pytest.mark.parametrize("names", alike(n for n in HIDDEN if not ACTIVATIONS[n].gives), ids=lambda names: names[0])
def test_a_program_computes_what_its_layers_compute_for_any_parametric_activations(names):
    recipes = [SHAPE.replace(activation=a_choice(n, s), parametric_activation=True) for n in names for s in (0, 1)]
    check(*recipes, outputs=4)
    check(recipes[0], outputs=4)


@pytest.mark.parametrize("end", ENDS)
def test_a_program_computes_what_its_layers_compute_whatever_the_network_ends_in(end):
    check(*[SHAPE.replace(activation="mish", norm="layer_norm")] * 3, **ENDS[end])
    check(*[SHAPE.replace(hidden=())] * 2, **ENDS[end])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("noise", [{}, {"dropout": 0, "input_noise": 0, "activity": 0}], ids=["noisy", "quiet"])
@pytest.mark.parametrize("hidden", [(), (5,), (32, 16)])
def test_a_program_computes_what_its_layers_compute_with_and_without_noise(hidden, noise, dtype):
    recipe = Recipe(hidden=hidden, activation="relu")
    check(*[recipe] * 3, columns={"numeric": 7}, noise=noise, dtype=dtype, outputs=3)
    check(recipe, columns={"numeric": 7}, noise=noise, dtype=dtype, sparse=False, outputs=3)


def test_a_program_draws_what_its_layers_draw_in_every_epoch_and_at_every_step():
    """The noise of real training: rates, keys and row weights move; batches are filled up at an epoch's end alone."""
    names = ["rrelu", "relu"]
    recipes = [Recipe(hidden=(21, 16), activation=name, norm="batch_norm") for name in names]
    network = random_network(*recipes, numeric=3, outputs=2, sparse=(0,))
    noises = [
        StackNoise(
            [4, 7],
            np.array([0.5, 0.1]),
            dtype=torch.float32,
            input_noise=np.array([0.1, 0.0]),
            activity=np.array([0.0, 0.3]),
        )
        for _ in range(2)
    ]
    parameters, own = (random_parameters(network, 2, 0, dtype=torch.float32) for _ in range(2))
    gradients, expected_gradients = parameters.like(), parameters.like()
    program = bind(network, own, gradients, rows=16, width=16, noise=noises[0])
    seen = set()
    for epoch in range(3):
        for noise in noises:
            noise.begin_epoch(epoch, 3, np.array([[1.0], [0.5], [1.5]]) * np.ones(2))
        for step in range(3):
            weights = torch.full((2, 16), 1 / 16)
            if step == 2:
                weights[0, 11:] = 0.0
            for noise in noises:
                noise.begin_step(step, weights.clone())
            x = random_inputs(2, 16, 3, 10 * epoch + step, dtype=torch.float32)
            program.x.copy_(x)
            y, tapes = network.forward(parameters.views, x, noises[1])
            assert same(program.forward(), y), (epoch, step)
            assert same(program.activity(), network.activity(tapes)), (epoch, step)
            slopes = random_inputs(2, 16, 2, step, dtype=torch.float32)
            program.output_gradient.copy_(slopes)
            program.backward()
            network.backward(parameters.views, tapes, slopes, expected_gradients.views)
            for name, view in expected_gradients.views.items():
                assert same(gradients.views[name], view), (epoch, step, name)
                assert same(own.views[name], parameters.views[name]), (epoch, step, name)
            seen.add(tuple(program.outputs.flatten().tolist()))
    assert program.is_recorded
    assert len(seen) == 9
