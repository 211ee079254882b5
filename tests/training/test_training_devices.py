"""Training on a GPU that is not there: nothing is made, or met, in main memory; see ``fake_cuda``."""

import numpy as np
import pytest
import torch
from fake_cuda import DEVICE, NoWaiting, fake_cuda
from families import HIDDEN

from pellucid.objectives import LOSSES
from pellucid.objectives.penalties import PENALTIES
from pellucid.optimizers import OPTIMIZERS
from pellucid.records import Recipe, TargetSpec
from pellucid.training import Setting, StackRows, Trainer, TrainingData, course
from pellucid.training.engines.batched import Batched

ROWS = 80
draw = np.random.default_rng(0)
X = draw.normal(size=(ROWS, 4))
PAIRS, TRIPLETS = draw.integers(0, ROWS, (ROWS, 2)), draw.integers(0, ROWS, (ROWS, 3))
# Sequences of 4 frames: frames, labels, and the labels themselves.
SEQUENCES = np.column_stack([np.full(ROWS, 4), draw.integers(1, 3, ROWS), draw.integers(1, 3, (ROWS, 2))])
SEQUENCES[SEQUENCES[:, 1] == 1, 3] = 0
TARGETS = {
    "binary": (draw.integers(0, 2, ROWS), TargetSpec(task="binary", classes=2)),
    "multiclass": (draw.integers(0, 6, ROWS), TargetSpec(task="multiclass", classes=6)),
    "ordinal": (draw.integers(0, 4, ROWS), TargetSpec(task="ordinal", classes=4)),
    "multilabel": (draw.integers(0, 2, (ROWS, 3)) * 1.0, TargetSpec(task="multilabel", columns=3)),
    "distribution": (draw.dirichlet([1, 2, 3], ROWS), TargetSpec(task="distribution", classes=3, columns=3)),
    "regression": (draw.gamma(2.0, size=(ROWS, 1)), TargetSpec(task="regression", columns=1)),
    "count": (draw.poisson(2.0, ROWS) * 1.0, TargetSpec(task="count")),
    "quantile": (draw.normal(size=ROWS), TargetSpec(task="quantile")),
    "reconstruction": (draw.uniform(size=(ROWS, 4)), TargetSpec(task="reconstruction", columns=4)),
    "similarity": (draw.choice([-1.0, 1.0], ROWS), TargetSpec(task="similarity", rows=2)),
    "ranking": (draw.choice([-1.0, 1.0], ROWS), TargetSpec(task="ranking", rows=2)),
    "triplets": (np.zeros(ROWS), TargetSpec(task="triplets", rows=3)),
    "sequence": (SEQUENCES, TargetSpec(task="sequence", classes=3, rows=4)),
}
UNITS = {
    "similarity": PAIRS,
    "ranking": PAIRS,
    "triplets": TRIPLETS,
    "sequence": draw.integers(0, ROWS, (ROWS, 4)),
}
# Numbers other than the defaults, so that there is something to bring along.
NUMBERED = {
    "quantile": "quantile(levels=[0.1, 0.5, 0.9])",
    "adaptive_log_softmax": "adaptive_log_softmax(cutoffs=[2, 4])",
    "bce_with_logits": "bce_with_logits(pos_weight=[3], label_smoothing=0.1)",
    "cross_entropy": "cross_entropy(label_smoothing=0.1)",
}
BASE = Recipe(hidden=(5,), epochs=1, batch_size=12)
CAPTURED = "whole steps as CUDA graphs"
CATEGORIES = (3, 5)
CODES = np.column_stack([draw.integers(0, levels, ROWS) for levels in CATEGORIES])
DATA = {task: TrainingData.of(X, values, units=UNITS.get(task)) for task, (values, _) in TARGETS.items()}
EMBEDDED = {
    task: TrainingData.of(X, TARGETS[task][0], codes=CODES, categories=CATEGORIES) for task in ("multiclass", "ordinal")
}


class Course:
    """Takes Pellucid's training to the GPU.

    Attributes:
        engines: That have been at work.
        captures: How many steps were captured.
    """

    def __init__(self, monkeypatch):
        self.engines, self.captures = [], 0
        monkeypatch.setattr(course, "start_engine", self.start_engine)

    def start_engine(self, stack, name):
        self.engines.append(Batched(stack, capture=self.capture))
        return self.engines[-1]

    def capture(self, function):
        """What can be captured is run without looking at values, and again and again."""
        self.captures += 1

        def again():
            with NoWaiting():
                function()

        again()
        return again

    def train(self, recipes, task, *, table=DATA, weights=None, **setting):
        rows = StackRows(
            (np.arange(60),) * len(recipes),
            (np.arange(60, ROWS),) * len(recipes),
            None if weights is None else (weights,) * len(recipes),
        )
        setting = Setting(device=DEVICE, engine="batched", **setting)
        trainer = Trainer(recipes, table[task], rows, target=TARGETS[task][1], setting=setting)
        trainer.run()
        return trainer

    @property
    def remarks(self):
        return {engine.remark for engine in self.engines}


@pytest.fixture
def gpu(monkeypatch):
    with fake_cuda(monkeypatch):
        yield Course(monkeypatch)


def losses_of(task):
    return [NUMBERED.get(loss.name, loss.name) for loss in LOSSES if task in loss.targets]


@pytest.mark.parametrize("task", TARGETS)
def test_every_loss_trains_where_its_outputs_are(task, gpu):
    gpu.train([BASE.replace(loss=loss) for loss in losses_of(task)], task)
    # Every step that can be captured is: see ``NoWaiting``.
    assert gpu.captures == len(gpu.engines)
    assert gpu.remarks == {CAPTURED}


@pytest.mark.parametrize("name", [rule.name for rule in OPTIMIZERS])
def test_every_update_rule_works_where_its_parameters_are(name, gpu):
    """Alone, and for members that differ in their numbers."""
    # Enough steps for a capture: rules that want all rows take one an epoch.
    shape = BASE.replace(optimizer=name, hidden=(5, 5), epochs=5 if OPTIMIZERS[name].full_batch else 1)
    recipes = [shape.replace(lr=lr, seed=s) for s, lr in enumerate([0.1, 0.2])]
    gpu.train(recipes, "multiclass", table=EMBEDDED)
    looks = name in ("lbfgs", "muon", "sparse_adam")
    assert gpu.remarks == {"no CUDA graphs: its optimizer works out numbers on the way" if looks else CAPTURED}


@pytest.mark.slow
def test_members_of_one_stack_may_differ_in_their_rules(gpu):
    rules = [rule.name for rule in OPTIMIZERS if not rule.full_batch]
    gpu.train([BASE.replace(optimizer=rule) for rule in rules], "regression")
    assert len(gpu.engines) == 1


@pytest.mark.parametrize("norm", ["none", "batch_norm", "layer_norm"])
@pytest.mark.parametrize("task", EMBEDDED)
def test_every_layer_works_where_its_input_is(norm, task, gpu):
    """Embedded numbers and categories, noise, masks, slopes, norms, penalised values, thresholds, clusters."""
    recipe = BASE.replace(
        hidden=(5, 21),
        norm=norm,
        dropout=0.2,
        input_noise=0.1,
        input_scale=True,
        number_frequencies=16,
        number_embedding_size=3,
        parametric_activation=True,
        penalty="activity_l1(strength=0.1)",
        loss={"multiclass": "adaptive_log_softmax(cutoffs=[2, 4])", "ordinal": "coral"}[task],
    )
    gpu.train([recipe, recipe.replace(seed=1, dropout=0.4)], task, table=EMBEDDED)
    assert gpu.remarks == {CAPTURED}


@pytest.mark.slow
def test_every_activation_works_where_its_input_is(gpu):
    gpu.train([BASE.replace(activation=name) for name in HIDDEN], "multiclass")
    assert gpu.remarks == {CAPTURED}


@pytest.mark.parametrize("initialisation", ["pytorch", "data"])
def test_parameters_are_brought_where_they_train(initialisation, gpu):
    gpu.train([BASE.replace(initialisation=initialisation)], "regression")


@pytest.mark.parametrize(
    "options",
    [
        {"clip_norm": 1.0},
        {"clip_value": 0.1},
        {"l1": 0.1, "l2": 0.1},
        *({"penalty": penalty.name} for penalty in PENALTIES if penalty.is_penalty),
        {"schedule": "cosine", "regularisation_schedule": "cosine", "dropout": 0.2},
        {"schedule": "plateau(patience=1)"},
        {"patience": 1, "monitor": "error"},
        {"class_weight": "balanced"},
    ],
    ids=str,
)
def test_what_else_a_recipe_asks_for_happens_there_too(options, gpu):
    """Members that differ in it, and rows with weights."""
    some = [BASE.replace(**options), BASE.replace(seed=1), BASE.replace(seed=2, lr=0.1, **options)]
    gpu.train(some, "multiclass", weights=draw.uniform(0.5, 2.0, ROWS))
    assert gpu.remarks == {CAPTURED}


def test_noise_on_gradients_is_not_captured(gpu):
    gpu.train([BASE.replace(gradient_noise=0.1)], "regression")
    assert gpu.captures == 0
    assert gpu.remarks == {"no CUDA graphs: the noise on its gradients dies down from step to step"}


@pytest.mark.parametrize("setting", [{"precision": "bfloat16"}, {"dtype": torch.float64}], ids=str)
def test_other_precisions_train_there(setting, gpu):
    data = {"regression": TrainingData.of(X, TARGETS["regression"][0], dtype=setting.get("dtype", torch.float32))}
    gpu.train([BASE.replace(hidden=(5, 5), norm="batch_norm")], "regression", table=data, **setting)
    assert gpu.remarks == {CAPTURED}


def test_what_was_trained_is_in_main_memory(gpu):
    trainer = gpu.train([BASE, BASE.replace(seed=1, epochs=2)], "regression")
    result = trainer.result()
    assert result.outcomes[0].parameters.device.type == "cpu"
    assert all(isinstance(array, np.ndarray) for array in result.parameters(1).values())
    assert result.engines == {"batched": f"as asked for; {CAPTURED}"}
    assert result.predict(X).shape == (2, ROWS)
    assert all(isinstance(array, np.ndarray) for array in trainer.state().values())


def test_as_many_members_train_together_as_the_memory_holds(gpu, monkeypatch):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (1 << 18, 1 << 34))
    gpu.train([BASE.replace(seed=s) for s in range(6)], "regression")
    assert len(gpu.engines) > 1
    # Two stacks at least, and nobody trains twice.
    assert sum(len(engine._stack.members) for engine in gpu.engines) == 6


def test_training_there_can_pause_and_be_taken_up(gpu):
    recipes = [BASE.replace(epochs=3, optimizer=rule) for rule in ("adamw", "lbfgs", "schedule_free_adamw")]
    rows = StackRows((np.arange(60),) * 3, (np.arange(60, ROWS),) * 3)
    first, other = (
        Trainer(recipes, DATA["regression"], rows, target=TARGETS["regression"][1], setting=Setting(device=DEVICE))
        for _ in range(2)
    )
    first.run(until=1)
    other.restore(first.state())
    other.run()
    assert other.result().per_member("epochs") == [3, 3, 3]
