"""Laws of the whole registry of initializers, and each against torch's formula or function."""

import math

import numpy as np
import pytest
import torch

from pellucid.errors import UnknownNameError, UsageError
from pellucid.networks import INITIALIZERS, Network, describe_network, initial_parameters
from pellucid.records import Recipe
from pellucid.training import train

EVERY = INITIALIZERS.names()
DRAWN = [entry.name for entry in INITIALIZERS if not entry.looks_at_data]
SHAPES = [(400, 250), (250, 400)]
# Distributions: entry → does what to a fresh torch weight [o, i].
TWINS = {
    "pytorch": lambda w: torch.nn.init.kaiming_uniform_(w, a=math.sqrt(5)),
    "uniform(mean=1, bound=0.5)": lambda w: torch.nn.init.uniform_(w, 0.5, 1.5),
    "normal(mean=1, std=0.5)": lambda w: torch.nn.init.normal_(w, 1.0, 0.5),
    "xavier_uniform(gain=2)": lambda w: torch.nn.init.xavier_uniform_(w, gain=2.0),
    "xavier_normal(gain=2)": lambda w: torch.nn.init.xavier_normal_(w, gain=2.0),
    "kaiming_uniform": lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    "kaiming_uniform(nonlinearity=leaky_relu, slope=0.7)": lambda w: torch.nn.init.kaiming_uniform_(w, a=0.7),
    "kaiming_uniform(mode=fan_out, nonlinearity=tanh)": lambda w: torch.nn.init.kaiming_uniform_(
        w, mode="fan_out", nonlinearity="tanh"
    ),
    "kaiming_normal": lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu"),
    "kaiming_normal(mode=fan_out, nonlinearity=selu)": lambda w: torch.nn.init.kaiming_normal_(
        w, mode="fan_out", nonlinearity="selu"
    ),
    "orthogonal(gain=3)": lambda w: torch.nn.init.orthogonal_(w, gain=3.0),
    "sparse(share=0.3, std=0.2)": lambda w: torch.nn.init.sparse_(w.T, 0.3, 0.2).T,
    "zeros": torch.nn.init.zeros_,
    "constant(value=0.3)": lambda w: torch.nn.init.constant_(w, 0.3),
    # torch has no LeCun: its kaiming with a gain of 1 is one.
    "lecun_uniform": lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="linear"),
    "lecun_normal": lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="linear"),
}
UNIFORM = ("uniform", "xavier_uniform", "kaiming_uniform", "lecun_uniform", "pytorch")


def test_every_drawn_initializer_is_compared_with_torch() -> None:
    assert {INITIALIZERS(text).name for text in TWINS} == set(DRAWN)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("text", TWINS)
def test_weights_are_distributed_as_torchs(text, shape):
    """Mean, deviation, fourth moment and bounds of 100,000 weights agree within four standard errors."""
    own = INITIALIZERS(text)(shape, seed=1).astype(np.float64)
    torch.manual_seed(2)
    theirs = TWINS[text](torch.empty(shape[1], shape[0])).T.double().numpy()
    assert own.shape == theirs.shape
    spread = theirs.std()
    tolerance = 4 * math.sqrt(2 / own.size)
    assert abs(own.mean() - theirs.mean()) <= tolerance * spread + 1e-7
    assert own.std() == pytest.approx(spread, rel=tolerance)
    centred, twin = own - own.mean(), theirs - theirs.mean()
    assert (centred**4).mean() == pytest.approx((twin**4).mean(), rel=5 * tolerance)
    assert np.abs(own).max() == pytest.approx(np.abs(theirs).max(), rel=0.01 if text.startswith(UNIFORM) else 0.3)
    assert (own == 0).sum() == (theirs == 0).sum()


@pytest.mark.parametrize("name", ["xavier_uniform", "kaiming_uniform", "lecun_uniform"])
def test_uniform_weights_have_the_deviation_of_their_normal_relatives(name):
    normal = name.replace("uniform", "normal")
    assert INITIALIZERS(name)((500, 400)).std() == pytest.approx(INITIALIZERS(normal)((500, 400)).std(), rel=0.01)


@pytest.mark.parametrize("shape", [(64, 64), (100, 30), (30, 100), (5, 1), (1, 5), (1, 1)])
def test_orthogonal_weights_are_orthogonal(shape):
    drawn = INITIALIZERS("orthogonal(gain=2)")(shape).astype(np.float64) / 2
    product = drawn.T @ drawn if shape[0] >= shape[1] else drawn @ drawn.T
    assert np.abs(product - np.eye(len(product))).max() <= 1e-6


def test_orthogonal_weights_turn_without_preference():
    """The trace of a uniformly drawn rotation has mean 0 and variance 1 (Diaconis & Shahshahani 1994)."""
    traces = [np.trace(INITIALIZERS("orthogonal")((6, 6), seed=seed)) for seed in range(2000)]
    assert abs(np.mean(traces)) < 0.1
    assert np.var(traces) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.9, 1.0])
def test_sparse_units_have_the_same_number_of_silent_inputs_each_at_its_own_places(share):
    weight = INITIALIZERS("sparse", share=share)((30, 50))
    assert ((weight == 0).sum(axis=0) == math.ceil(share * 30)).all()
    if 0 < share < 1:
        assert len(np.unique(weight == 0, axis=1).T) > 10


@pytest.mark.parametrize("name", EVERY)
def test_an_initializer_says_whether_it_makes_all_units_alike(name):
    entry = INITIALIZERS[name]
    weight = entry.weight(12, 9, np.random.default_rng(0), entry.defaults)
    assert bool((weight == weight[:, :1]).all()) == entry.symmetric


@pytest.mark.parametrize("name", EVERY)
def test_a_draw_is_finite_has_the_true_widths_and_depends_on_the_generator_alone(name):
    entry = INITIALIZERS[name]
    first, again = (entry.weight(7, 3, np.random.default_rng(5), entry.defaults) for _ in range(2))
    assert first.shape == (7, 3)
    assert entry.bias(7, 3, np.random.default_rng(5), entry.defaults).shape == (3,)
    assert np.isfinite(first).all()
    assert first.dtype == np.float64
    assert first.tobytes() == again.tobytes()


@pytest.mark.parametrize("name", DRAWN)
def test_a_chosen_initializer_draws_float32_by_shape_and_seed(name):
    draw = INITIALIZERS(name)
    assert draw((8, 4), seed=3).dtype == np.float32
    assert draw((8, 4), seed=3).tobytes() == draw((8, 4), seed=3).tobytes()
    assert draw.entry.symmetric or draw((8, 4), seed=3).tobytes() != draw((8, 4), seed=4).tobytes()


@pytest.mark.parametrize("name", EVERY)
def test_a_network_starts_from_every_initializer(name):
    network = Network([describe_network(Recipe(hidden=(6,)), numeric=4, outputs=3)])
    sample = np.zeros((16, 16))
    sample[:, :4] = np.random.default_rng(0).normal(size=(16, 4))
    arrays = initial_parameters(network, np.random.default_rng(1), method=name, sample=sample)
    assert [array.shape for array in arrays.values()] == [(4, 6), (6,), (6, 3), (3,)]
    biased = any(arrays[key].any() for key in arrays if key.endswith("bias"))
    assert biased == (name in ("pytorch", "data"))


def test_the_two_initializers_of_old_keep_their_numbers():
    """Recipes and records that name them give the networks that they always gave."""
    network = Network([describe_network(Recipe(hidden=(3,)), numeric=2, outputs=1)])
    drawn = initial_parameters(network, np.random.default_rng(7))
    draw = np.random.default_rng(7)
    for name, bound, shape in (("1", 0.5**0.5, (2, 3)), ("4", 3**-0.5, (3, 1))):
        assert drawn[f"{name}.weight"].tolist() == draw.uniform(-bound, bound, shape).tolist()
        assert drawn[f"{name}.bias"].tolist() == draw.uniform(-bound, bound, shape[1]).tolist()


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(UsageError, match=r"data rescales weights by training rows.*initialisation='data'"):
        INITIALIZERS("realmlp")((3, 3))
    with pytest.raises(UsageError, match=r"\(inputs, outputs\), both at least 1, found \(3, 0\)"):
        INITIALIZERS("zeros")((3, 0))
    with pytest.raises(UnknownNameError, match="Did you mean 'kaiming_normal'"):
        INITIALIZERS("kaiming_norml")
    with pytest.raises(UsageError, match="0 ≤ share ≤ 1"):
        INITIALIZERS("sparse", share=2)
    network = Network([describe_network(Recipe(), numeric=4, outputs=3)])
    with pytest.raises(UsageError, match="needs training rows"):
        initial_parameters(network, np.random.default_rng(1), method="data")


def test_members_of_one_stack_start_each_by_its_own_initializer_as_alone():
    draw = np.random.default_rng(0)
    X, y = draw.normal(size=(40, 5)), draw.normal(size=40)
    recipes = [Recipe(hidden=(7,), epochs=2, initialisation=name) for name in ("pytorch", "orthogonal", "data", "he")]
    together = train(recipes, X, y)
    assert len(together.stacks) == 1
    for member, recipe in enumerate(recipes):
        alone = train(recipe, X, y).parameters(0)
        assert {k: v.tobytes() for k, v in together.parameters(member).items()} == {
            k: v.tobytes() for k, v in alone.items()
        }
