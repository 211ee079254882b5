"""Laws of the whole registry of heads: rows do not see one another, predictions are what they are called."""

import numpy as np
import pytest

from pellucid.heads import HEADS
from pellucid.records import TARGET_TASKS, TargetSpec

TARGETS = {
    "binary": TargetSpec(task="binary", classes=2),
    "multiclass": TargetSpec(task="multiclass", classes=23),
    "multilabel": TargetSpec(task="multilabel", columns=3),
    "ordinal": TargetSpec(task="ordinal", classes=5),
    "distribution": TargetSpec(task="distribution", classes=4, columns=4),
    "regression": TargetSpec(task="regression", columns=2),
    "count": TargetSpec(task="count"),
    "quantile": TargetSpec(task="quantile"),
    "similarity": TargetSpec(task="similarity", rows=2),
    "triplets": TargetSpec(task="triplets", rows=3),
    "ranking": TargetSpec(task="ranking", rows=2),
    "sequence": TargetSpec(task="sequence", classes=4, rows=6),
    "reconstruction": TargetSpec(task="reconstruction", columns=4),
}
CASES = [(head.name, task) for head in HEADS for task in head.tasks]
CHOSEN = {"adaptive": "adaptive(cutoffs=[2, 4])", "quantiles": "quantiles(levels=[0.1, 0.5, 0.8])"}
MADE_OF_PROBABILITIES = {
    "frames": lambda z: z - np.log(np.exp(z).sum(axis=1, keepdims=True)),
    "probability": lambda z: 1 / (1 + np.exp(-z)),
    "given_probabilities": lambda z: 1 / (1 + np.exp(-z)),
    "probabilities": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
    "exp_log_probabilities": lambda z: z - np.log(np.exp(z).sum(axis=1, keepdims=True)),
}


def chosen(name):
    return HEADS(CHOSEN.get(name, name))


def outputs(name, task, members=3, rows=40, seed=0, size=2.0):
    head = chosen(name)
    width = head.entry.outputs(TARGETS[task], head.numbers) or 5
    z = np.random.default_rng(seed).normal(size=(members, width, rows)) * size
    return MADE_OF_PROBABILITIES.get(name, lambda z: z)(z).astype(np.float32)


@pytest.mark.parametrize(("name", "task"), CASES)
def test_a_rows_prediction_is_the_same_bits_alone_and_among_others(name, task):
    head, z = chosen(name), outputs(name, task)
    together = head.ensemble(z)
    order = np.random.default_rng(1).permutation(z.shape[2])
    assert np.array_equal(head.ensemble(z[:, :, order]), together[:, order])
    for rows in (1, 3, 17):
        assert np.array_equal(head.ensemble(z[:, :, :rows]), together[:, :rows])
    alone = [head.ensemble(z[:, :, row : row + 1])[:, 0] for row in range(z.shape[2])]
    assert np.array_equal(np.stack(alone, axis=1), together)


@pytest.mark.parametrize(("name", "task"), CASES)
def test_an_ensemble_of_one_is_its_member(name, task):
    head, z = chosen(name), outputs(name, task, members=1)
    assert head.ensemble(z) == pytest.approx(head.predict(z)[0], abs=1e-15)


@pytest.mark.parametrize(("name", "task"), CASES)
def test_an_ensemble_does_not_depend_on_how_often_its_members_are_counted(name, task):
    head, z = chosen(name), outputs(name, task)
    assert head.ensemble(np.concatenate([z, z])) == pytest.approx(head.ensemble(z), abs=1e-12)


@pytest.mark.parametrize("size", [0.1, 30.0, 1e4, 1e30])
@pytest.mark.parametrize(("name", "task"), [case for case in CASES if case[0] not in MADE_OF_PROBABILITIES])
def test_predictions_are_finite_for_extreme_outputs(name, task, size):
    if HEADS[name].name in ("exp", "mean_and_variance"):
        size = min(size, 30.0)  # e^z is not finite beyond 709, and says so
    assert np.isfinite(chosen(name).ensemble(outputs(name, task, size=size))).all()


@pytest.mark.parametrize("size", [0.1, 30.0, 1e4])
@pytest.mark.parametrize(("name", "task"), [case for case in CASES if HEADS[case[0]].gives == "class_probabilities"])
def test_class_probabilities_are_a_distribution_over_the_classes(name, task, size):
    z = outputs(name, task, size=2.0 if name in MADE_OF_PROBABILITIES else size)
    predictions = chosen(name).ensemble(z)
    assert predictions.shape[0] == TARGETS[task].classes
    assert (predictions >= 0).all()
    assert predictions.sum(axis=0) == pytest.approx(1, abs=1e-6 if name in MADE_OF_PROBABILITIES else 1e-12)


@pytest.mark.parametrize(("name", "task"), [case for case in CASES if HEADS[case[0]].gives == "label_probabilities"])
def test_label_probabilities_lie_between_0_and_1(name, task):
    predictions = chosen(name).ensemble(outputs(name, task))
    assert predictions.shape[0] == TARGETS[task].columns
    assert ((predictions >= 0) & (predictions <= 1)).all()


@pytest.mark.parametrize(("name", "task"), CASES)
def test_decisions_have_the_targets_shape(name, task):
    head, target = chosen(name), TARGETS[task]
    z = outputs(name, task)
    decided = head.decide(head.ensemble(z))
    rows = z.shape[2]
    if task in ("binary", "multiclass", "ordinal", "distribution", "sequence"):
        assert decided.shape == (rows,)
        assert decided.dtype == np.int64
        assert ((decided >= 0) & (decided < target.classes)).all()
        assert len(np.unique(decided)) > 1
    elif task in ("similarity", "triplets"):
        assert decided.shape == (5, rows)
    elif HEADS[name].gives == "quantiles":
        assert decided.shape == (1, rows)
    else:
        assert decided.shape == (target.columns, rows)


def test_every_task_has_a_head():
    assert {task for head in HEADS for task in head.tasks} == set(TARGET_TASKS)


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.name)
def test_every_head_says_what_it_is_for(head):
    assert head.formula and head.purpose.endswith(".") and head.source and head.decision
    assert set(head.tasks) <= set(TARGET_TASKS)
