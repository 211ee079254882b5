"""Training on a GPU, where there is one: the same members, within rounding, and whole steps as CUDA graphs."""

import numpy as np
import pytest
import torch

from pellucid.records import Recipe, TargetSpec
from pellucid.training import Setting, StackRows, Trainer, TrainingData, train
from pellucid.training.engines import batched

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch sees no GPU here")

draw = np.random.default_rng(2)
X = draw.normal(size=(400, 6))
Y = np.digitize(X[:, 0] + np.sin(2 * X[:, 1]) + draw.normal(0, 0.2, 400), [-0.7, 0.7])
BASE = Recipe(hidden=(24, 16), epochs=4, batch_size=32, lr=0.01)
MIXED = [
    BASE.replace(seed=seed, activation=activation, loss=loss, optimizer=optimizer, dropout=dropout, clip_norm=clip)
    for seed, (activation, loss, optimizer, dropout, clip) in enumerate(
        [
            ("relu", "cross_entropy", "adamw", 0.0, None),
            ("gelu", "cross_entropy(label_smoothing=0.1)", "adamw(beta2=0.95)", 0.2, None),
            ("tanh", "focal", "sgd(momentum=0.9)", 0.1, 1.0),
            ("mish", "multi_margin", "rmsprop", 0.0, None),
            ("silu", "cross_entropy", "nadam", 0.3, 0.5),
            ("selu", "cross_entropy", "schedule_free_adamw", 0.0, None),
        ]
    )
]
# Recipes whose steps are not captured, or that stand in stacks of their own.
APART = [
    BASE.replace(norm="batch_norm", seed=7),
    BASE.replace(norm="layer_norm", number_frequencies=16, input_scale=True, parametric_activation=True, seed=8),
    BASE.replace(optimizer="lbfgs", seed=9),
    BASE.replace(optimizer="muon", seed=10),
    BASE.replace(gradient_noise=0.01, seed=11),
    BASE.replace(loss="adaptive_log_softmax(cutoffs=[1])", seed=12),
    BASE.replace(penalty="max_norm(limit=2) + l1(strength=0.001)", input_noise=0.1, seed=13),
]


def begun(recipes, device="cuda", dtype=torch.float32, **setting):
    rows = StackRows((np.arange(320),) * len(recipes), (np.arange(320, 400),) * len(recipes))
    data, target = TrainingData.of(X, Y, dtype=dtype), TargetSpec(task="multiclass", classes=3)
    setting = Setting(dtype=dtype, device=device, engine="batched", **setting)
    return Trainer(recipes, data, rows, target=target, setting=setting)


def trained(recipes, device="cuda", **setting):
    trainer = begun(recipes, device, **setting)
    trainer.run()
    return trainer


def assert_same(one, other):
    one, other = one.state(), other.state()
    assert one.keys() == other.keys()
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name], err_msg=name)


@pytest.mark.parametrize(
    ("recipes", "dtype", "tolerance"),
    [(MIXED, torch.float32, 5e-3), ([*MIXED, *APART], torch.float64, 1e-7)],
    ids=["float32", "float64"],
)
def test_members_become_what_they_become_on_a_cpu(recipes, dtype, tolerance):
    here, there = (trained(recipes, device, dtype=dtype).result() for device in ("cpu", "cuda"))
    np.testing.assert_allclose(there.loss, here.loss, rtol=tolerance, atol=tolerance)
    for member, recipe in enumerate(recipes):
        own, other = there.parameters(member), here.parameters(member)
        for name, values in own.items():
            np.testing.assert_allclose(
                values, other[name], rtol=10 * tolerance, atol=10 * tolerance, err_msg=f"{recipe}: {name}"
            )


def test_captured_steps_are_those_that_are_written(monkeypatch):
    """Also over epochs, members that pause, and plateaus after which others agree in their rates."""
    recipes = [
        *MIXED,
        BASE.replace(schedule="plateau(patience=0)", epochs=9),
        BASE.replace(schedule="cosine", epochs=7),
    ]
    captured = begun(recipes)
    captured.run(until=2)
    captured.run()
    assert "whole steps as CUDA graphs" in captured.result().engines["batched"]

    def refuse(function):
        raise RuntimeError("not now")

    monkeypatch.setattr(batched, "cuda_graph", lambda device: refuse)
    written = begun(recipes)
    written.run(until=2)
    written.run()
    assert written.result().engines["batched"].endswith("no CUDA graphs: it could not be captured: not now")
    assert_same(captured, written)


@pytest.mark.parametrize("recipe", APART, ids=lambda recipe: f"{recipe.seed}")
def test_a_training_can_be_repeated_bit_for_bit(recipe):
    assert_same(trained([recipe, recipe.replace(seed=20)]), trained([recipe, recipe.replace(seed=20)]))


def test_masks_and_orders_are_those_of_the_cpu():
    """Whole-number arithmetic: a linear network without rounding of its own sees the same rows under the same masks."""
    recipe = BASE.replace(hidden=(8,), activation="relu", dropout=0.5, epochs=1, optimizer="sgd")
    here, there = (trained([recipe], device, dtype=torch.float64).result() for device in ("cpu", "cuda"))
    np.testing.assert_allclose(there.loss, here.loss, rtol=1e-12)


def test_company_matters_to_rounding_alone():
    together = trained(MIXED).result()
    for member, recipe in enumerate(MIXED):
        alone = trained([recipe]).result()
        np.testing.assert_allclose(together.loss[member], alone.loss[0], rtol=5e-3)


def test_what_comes_back_is_in_main_memory():
    result = train([BASE, BASE.replace(seed=1)], X, Y, device="cuda", validation=(X[:50], Y[:50]))
    assert result.outcomes[0].parameters.device.type == "cpu"
    assert all(isinstance(values, np.ndarray) for values in result.parameters(0).values())
    assert result.predict_proba(X).shape == (2, 400, 3)
    assert (result.predict(X)[0] == Y).mean() > 0.7
    assert result.to_torch(0)(torch.zeros(1, 6)).device.type == "cpu"


@pytest.mark.parametrize(
    ("task", "units", "values", "sizes"),
    [
        ("ranking", draw.integers(0, 400, (400, 2)), draw.choice([-1.0, 1.0], 400), {"rows": 2}),
        ("sequence", draw.integers(0, 400, (400, 3)), np.tile([3, 1, 1], (400, 1)), {"classes": 3, "rows": 3}),
    ],
    ids=["ranking", "sequence"],
)
def test_pairs_and_sequences_train_there(task, units, values, sizes):
    def run(device):
        trainer = Trainer(
            [BASE],
            TrainingData.of(X, values, units=units),
            StackRows((np.arange(320),), (np.arange(320, 400),)),
            target=TargetSpec(task=task, **sizes),
            setting=Setting(device=device, engine="batched"),
        )
        trainer.run()
        return trainer

    here, there = run("cpu"), run("cuda")
    np.testing.assert_allclose(there.result().loss, here.result().loss, rtol=5e-3)
    assert_same(there, run("cuda"))


def test_rounded_products_agree_with_others_to_their_digits():
    plain, rounded = (trained([BASE], precision=precision).result() for precision in ("float32", "bfloat16"))
    assert not np.array_equal(plain.loss, rounded.loss)
    np.testing.assert_allclose(rounded.loss, plain.loss, rtol=0.05)
    here = trained([BASE], "cpu", precision="bfloat16").result()
    np.testing.assert_allclose(rounded.loss, here.loss, rtol=0.05)


def test_training_there_goes_on_from_its_state():
    first, other = begun(MIXED), begun(MIXED)
    whole = trained(MIXED)
    first.run(until=2)
    other.restore(first.state())
    other.run()
    np.testing.assert_array_equal(other.result().loss, whole.result().loss)
