"""Training with matrix products of factors that are rounded to bfloat16."""

import numpy as np
import pytest
import torch

from pellucid.errors import UsageError
from pellucid.records import Recipe
from pellucid.training import train

RANDOM = np.random.default_rng(4)
X = RANDOM.normal(size=(150, 5))
Y = X[:, 0] + np.sin(2 * X[:, 1])
RECIPES = [
    Recipe(hidden=(16, 16), epochs=6, batch_size=16, lr=0.01, seed=seed, activation=activation)
    for seed, activation in enumerate(["tanh", "tanh", "gelu"])
]


def trained(recipes=RECIPES, precision="bfloat16", **options):
    return train(recipes, X, Y, validation=(X[:40], Y[:40]), precision=precision, **options)


@pytest.fixture(scope="module")
def rounded():
    return trained()


def test_it_agrees_with_the_usual_precision_to_the_digits_of_bfloat16(rounded):
    usual = trained(precision="float32")
    assert not np.array_equal(rounded.loss, usual.loss)
    # 8 significant bits, over some fifty steps.
    np.testing.assert_allclose(rounded.loss, usual.loss, rtol=0.05)
    assert (rounded.loss[:, -1] < rounded.loss[:, 0] / 2).all()


@pytest.mark.parametrize("member", range(len(RECIPES)))
def test_a_member_computes_what_it_computes_alone(member, rounded):
    alone = trained([RECIPES[member]])
    np.testing.assert_array_equal(rounded.loss[member], alone.loss[0])
    np.testing.assert_array_equal(rounded.val_loss[member], alone.val_loss[0])
    for name, values in rounded.parameters(member).items():
        np.testing.assert_array_equal(values, alone.parameters(0)[name])


def test_engines_agree_to_the_digits_of_bfloat16(rounded):
    np.testing.assert_allclose(trained(engine="autograd").loss, rounded.loss, rtol=0.05)


def test_it_is_a_matter_of_training_alone(rounded):
    """What is predicted is what the file predicts, whose products are exact to float32."""
    outputs = rounded.outputs(X)
    for member in range(len(RECIPES)):
        plain = rounded.to_torch(member).double()(torch.from_numpy(X)).detach().numpy()
        np.testing.assert_allclose(outputs[member], plain, atol=1e-5)


def test_the_compiled_engine_leaves_it_to_another(rounded):
    assert list(rounded.engines) == ["batched"]
    assert "bfloat16" in rounded.engines["batched"] or "llvmlite" in rounded.engines["batched"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"precision": "float16"}, "precision must be 'float32' or 'bfloat16', found 'float16'"),
        ({"dtype": torch.float64}, "precision='bfloat16' and dtype=torch.float64 contradict each other"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(options, message):
    with pytest.raises(UsageError, match=message):
        trained(**options)
