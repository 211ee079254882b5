"""Whatever can be trained can be judged: every activation, optimizer and loss, without a false alarm."""

import numpy as np
import pytest
from own_trainings import HEALTHY, codes_of, points, trained

from pellucid.activations import ACTIVATIONS
from pellucid.errors import PellucidError
from pellucid.objectives import LOSSES
from pellucid.optimizers import OPTIMIZERS
from pellucid.records import Severity, TargetSpec
from pellucid.shapes import Array

X, CODES = points()
TARGETS: dict[str, tuple[Array, TargetSpec]] = {
    "multiclass": (CODES, TargetSpec(task="multiclass", classes=2)),
    "binary": (CODES, TargetSpec(task="binary", classes=2)),
    "ordinal": (CODES + (X[:, 3] > 0), TargetSpec(task="ordinal", classes=3)),
    "multilabel": ((X[:, :3] > 0).astype(float), TargetSpec(task="multilabel", columns=3)),
    "distribution": (
        np.abs(X[:, :3]) / np.abs(X[:, :3]).sum(1, keepdims=True),
        TargetSpec(task="distribution", classes=3),
    ),
    "regression": (X[:, 0], TargetSpec(task="regression")),
    "count": (np.random.default_rng(0).poisson(np.exp(X[:, 0])).astype(float), TargetSpec(task="count")),
    "quantile": (X[:, 0], TargetSpec(task="quantile")),
    "reconstruction": (X, TargetSpec(task="reconstruction", columns=5)),
}


def is_quiet(changes: dict[str, object], y: Array = CODES, target: TargetSpec = TARGETS["multiclass"][1]) -> bool:
    try:
        training = trained(HEALTHY.replace(**{"epochs": 5, **changes}), X, y, target=target)
    except PellucidError:  # what is refused needs no doctor
        return True
    judgement = training.judged()
    return not codes_of(judgement) and "X000" not in codes_of(judgement, least=Severity.INFO)


@pytest.mark.slow
@pytest.mark.parametrize("name", [each.name for each in ACTIVATIONS if each.name != "identity"])
def test_every_activation_trains_without_a_false_alarm(name: str) -> None:
    assert is_quiet({"activation": name})


@pytest.mark.slow
@pytest.mark.parametrize("name", [each.name for each in OPTIMIZERS])
def test_every_optimizer_trains_without_a_false_alarm(name: str) -> None:
    assert is_quiet({"optimizer": name, "lr": None})


@pytest.mark.slow
@pytest.mark.parametrize("name", [each.name for each in LOSSES])
def test_every_loss_trains_without_a_false_alarm(name: str) -> None:
    for task, (y, target) in TARGETS.items():
        if task in LOSSES(name).entry.targets:
            assert is_quiet({"loss": name}, y, target), task
