"""The main job's parts: options, folders, folds, interrupts."""

import os
import signal

import numpy as np
import pytest

from pellucid.errors import ContractError, DataError, UnknownNameError, UsageError
from pellucid.experiments import RECIPES, FitOptions
from pellucid.experiments.choosing import choose_recipe
from pellucid.experiments.ensembles import train_ensemble
from pellucid.experiments.folder import new_folder
from pellucid.experiments.interrupts import Interrupts
from pellucid.experiments.lesson import row_lesson
from pellucid.experiments.preparing import decide, prepare
from pellucid.objectives import choose
from pellucid.records import TargetSpec
from pellucid.tables import TASKS, read_table
from pellucid.training import check_recipe


def a_table(rows=100, copies=0):
    generator = np.random.default_rng(0)
    X = generator.normal(size=(rows, 3))
    y = np.where(X[:, 0] > 0, "yes", "no")
    columns = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "y": y}
    return read_table({name: np.concatenate([values, values[:copies]]) for name, values in columns.items()})


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"recipe": "tabula"}, UnknownNameError, r"Did you mean 'tabular'\?"),
        ({"test_size": 1.5}, UsageError, "between 0 and 1, found 1.5"),
        ({"members": 0}, UsageError, "1 to 1000, found 0"),
        ({"seed": -1}, UsageError, "seed must be 0 or"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(changes, error, message):
    with pytest.raises(error, match=message):
        FitOptions(target=("y",), **changes).check()


SPECS = {
    "binary": TargetSpec(task="binary", classes=2),
    "multiclass": TargetSpec(task="multiclass", classes=4),
    "ordinal": TargetSpec(task="ordinal", classes=4),
    "multilabel": TargetSpec(task="multilabel", columns=3),
    "distribution": TargetSpec(task="distribution", classes=3),
    "regression": TargetSpec(task="regression", columns=2),
    "count": TargetSpec(task="count"),
    "quantile": TargetSpec(task="quantile"),
    "embedding": TargetSpec(task="triplets", rows=3),
    "ranking": TargetSpec(task="ranking", rows=2),
    "reconstruction": TargetSpec(task="reconstruction", columns=4),
    "sequence": TargetSpec(task="sequence", classes=4, rows=9),
}


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("rows", [20, 1000, 5000, 50_000, 2_000_000])
def test_named_recipes_are_sound_and_fit_their_target(name, task, rows):
    recipe, preparation = RECIPES[name](task, rows)
    check_recipe(recipe)
    assert preparation.scaling in ("standard", "robust_clip")
    assert SPECS[task].task in choose(recipe.loss, SPECS[task]).loss.entry.targets


def chosen(task="binary", levels=(), **options):
    return choose_recipe(FitOptions(target=("y",), **options), task, 500, levels)


def test_a_loss_of_rates_is_not_given_a_standardised_target():
    with pytest.raises(UsageError, match=r"reads counts as they are, .* Ask for --task count, or add"):
        chosen("regression", loss="poisson_nll")
    assert chosen("regression", loss="poisson_nll", target_expression="none")[0].loss == "poisson_nll"
    assert chosen("count", loss="poisson_nll")[0].loss == "poisson_nll"


def test_what_was_asked_for_stands_in_the_recipe():
    asked = {
        "hidden": (7,),
        "activation": "tanh",
        "norm": "layer_norm",
        "loss": "focal",
        "class_weight": "balanced",
        "optimizer": "lion",
        "lr": 0.003,
        "weight_decay": 0.5,
        "schedule": "cosine",
        "penalty": "l1(strength=0.5)",
        "l2": 0.25,
        "dropout": 0.5,
        "initialisation": "kaiming_normal",
        "batch_size": 17,
        "epochs": 3,
    }
    recipe, preparation = chosen(**asked, scaling="power", express={"a": "log"})
    assert {name: getattr(recipe, name) for name in asked} == asked
    assert (preparation.scaling, preparation.express) == ("power", {"a": "log"})


def test_an_activation_that_learns_or_changes_the_width_is_not_mixed_with_the_identity():
    assert chosen()[0].parametric_activation
    assert chosen(activation="gelu")[0].parametric_activation
    for name in ("prelu", "glu", "crelu", "maxout"):
        recipe, _ = chosen(activation=name)
        assert (recipe.activation, recipe.parametric_activation) == (name, False)


def test_an_optimizer_of_another_kind_brings_its_own_pace():
    recipe, _ = chosen(optimizer="adam")
    assert (recipe.lr, recipe.weight_decay, recipe.width_scaled_lr) == (0.04, None, True)
    recipe, _ = chosen(optimizer="sgd(momentum=0.9)")
    assert (recipe.lr, recipe.weight_decay, recipe.width_scaled_lr, recipe.lr_factors) == (None, None, False, ())
    assert recipe.schedule == "coslog4"
    assert chosen(optimizer="lbfgs")[0].schedule == "constant"
    assert chosen(optimizer="schedule_free_adamw")[0].schedule == "constant"
    assert chosen(optimizer="lbfgs", schedule="cosine", lr=0.5)[0].lr == 0.5
    assert chosen(optimizer="adamw(beta2=0.9)")[0].weight_decay == 0.02


def test_the_wanted_levels_stand_in_the_loss():
    assert chosen("quantile", (0.2, 0.8))[0].loss == "quantile(levels=[0.2, 0.8])"
    assert chosen("quantile", (0.2, 0.8), loss="pinball")[0].loss == "quantile(levels=[0.2, 0.8])"
    with pytest.raises(UsageError, match=r"quantile\(levels=\[0\.1\]\) and the levels 0\.2, 0\.8 contradict"):
        chosen("quantile", (0.2, 0.8), loss="quantile(levels=[0.1])")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"activation": "gelux"}, UnknownNameError, "Did you mean 'gelu'"),
        ({"activation": "step"}, ContractError, "no gradient goes through it"),
        ({"optimizer": "adamx"}, UnknownNameError, "Did you mean 'adam"),
        ({"schedule": "cosin"}, UnknownNameError, "Did you mean 'cosine'"),
        ({"scaling": "standart"}, UnknownNameError, "Did you mean 'standard'"),
        ({"penalty": "l7"}, UnknownNameError, "no penalty 'l7'"),
        ({"norm": "batch"}, UnknownNameError, "Did you mean 'batch_norm'"),
        ({"class_weight": "even"}, UnknownNameError, "no class_weight 'even'"),
        ({"dropout": 1.5}, UsageError, "0 ≤ dropout < 1, found dropout=1.5"),
    ],
)
def test_a_choice_that_is_none_is_refused_before_training(options, error, message):
    with pytest.raises(error, match=message):
        chosen(**options)


def test_a_target_that_is_no_number_is_not_re_expressed():
    decided = decide(a_table(), FitOptions(target=("y",)))
    preparation = RECIPES["tabular"]("binary", 80)[1]
    with pytest.raises(UsageError, match="--target-expression is for targets of numbers, and the task is binary"):
        prepare(decided, preparation, target_expression="log")


def test_what_a_prediction_is_of_is_told_where_it_is_not_the_mean():
    generator = np.random.default_rng(0)
    table = read_table({"x": generator.normal(size=60), "price": np.exp(generator.normal(size=60))})
    told = {}
    for expression in (None, "standard", "log", "sqrt"):
        decided = decide(table, FitOptions(target=("price",)))
        prepared = prepare(decided, RECIPES["plain"]("regression", 48)[1], target_expression=expression)
        told[expression] = [found.message for found in prepared.summary.findings if found.code == "B084"]
    assert told[None] == told["standard"] == []
    assert told["log"] == [
        "price is learned as log; a prediction is the geometric mean: for a target whose logarithms are spread evenly"
        " the median, below the mean."
    ]
    assert told["sqrt"] == ["price is learned as sqrt; a prediction is the square of the mean root, below the mean."]
    quantiles = decide(table, FitOptions(target=("price",), task="quantile"))
    prepared = prepare(quantiles, RECIPES["plain"]("quantile", 48)[1], target_expression="log")
    assert "B084" not in [found.code for found in prepared.summary.findings]


def test_rows_without_a_whole_target_are_left_out_before_anything_else():
    generator = np.random.default_rng(0)
    one, other = generator.normal(size=(2, 60))
    one[5], other[[7, 9]] = np.nan, np.nan
    table = read_table({"x": generator.normal(size=60), "one": one, "other": other})
    decided = decide(table, FitOptions(target=("one", "other")))
    assert decided.target.task == "regression"
    assert (decided.table.rows, decided.target.missing) == (57, 3)
    assert sorted(decided.origin[np.r_[decided.train, decided.test]]) == sorted({*range(60)} - {5, 7, 9})
    prepared = prepare(decided, RECIPES["tabular"]("regression", 45)[1])
    assert prepared.targets.shape == (57, 2)
    assert prepared.targets[decided.train].std(axis=0) == pytest.approx([1, 1], abs=1e-5)
    assert (prepared.spec.task, prepared.spec.columns) == ("regression", 2)


def test_copies_of_a_row_stay_on_one_side():
    decided = decide(a_table(copies=30), FitOptions(target=("y",)))
    sides = np.zeros(130, dtype=int)
    sides[decided.test] = 1
    np.testing.assert_array_equal(sides[:30], sides[100:])
    assert 0 < sides[:30].sum() < 30
    assert [finding.code for finding in decided.findings].count("B063") == 1


def test_rows_that_agree_because_few_values_are_possible_are_no_copies():
    """Held together with their label, all that is known of "a, p, yes" would be on one side: the rest would mislead."""
    generator = np.random.default_rng(0)
    words = {"one": generator.choice(["a", "b"], 200), "two": generator.choice(["p", "q", "r"], 200)}
    decided = decide(read_table({**words, "y": generator.choice(["no", "yes"], 200)}), FitOptions(target=("y",)))
    train, test = (
        {
            tuple(row)
            for row in np.stack([decided.table.column(name).as_text()[rows] for name in ("one", "two", "y")], 1)
        }
        for rows in (decided.train, decided.test)
    )
    assert len(train) == 12
    assert test <= train
    assert len(decided.test) == 40
    assert "B063" not in [finding.code for finding in decided.findings]


def test_the_encoding_knows_nothing_of_the_test_rows():
    """Change every feature of the test rows: not a number of the fitted encoding moves."""
    options = FitOptions(target=("y",))
    table = a_table()
    decided = decide(table, options)
    changed = {column.name: column.values.copy() for column in table}
    for name in "abc":
        changed[name][decided.test] += 1000.0
    again = decide(read_table(changed), options)
    np.testing.assert_array_equal(decided.test, again.test)
    preparation = RECIPES["tabular"]("binary", 80)[1]
    assert prepare(decided, preparation).encoding == prepare(again, preparation).encoding


@pytest.mark.parametrize("members", [1, 3, 8, 19])
def test_members_learn_from_all_folds_but_their_own(members):
    decided = decide(a_table(), FitOptions(target=("y",)))
    rows = row_lesson(prepare(decided, RECIPES["tabular"]("binary", 80)[1]), members, 0).units
    assert len(rows.train) == len(rows.validation) == members
    for learns, checks in zip(rows.train, rows.validation, strict=True):
        assert len(learns)
        assert len(checks)
        np.testing.assert_array_equal(np.sort(np.concatenate([learns, checks])), decided.train)
    if members >= 8:
        np.testing.assert_array_equal(np.sort(np.concatenate(rows.validation[:8])), decided.train)


def test_a_category_that_training_never_met_counts_as_an_average_one():
    """Its vector, and that of "missing" where nothing was missing, is the mean of the trained ones."""
    generator = np.random.default_rng(0)
    words = np.array([f"w{number:02d}" for number in range(12)])[np.arange(120) % 12]
    table = read_table(
        {"a": generator.normal(size=120), "word": words, "y": np.where(np.arange(120) % 12 < 6, "p", "q")}
    )
    prepared = prepare(decide(table, FitOptions(target=("y",))), RECIPES["tabular"]("binary", 80)[1])
    assert prepared.encoding.categories == (13,)
    recipe = RECIPES["tabular"]("binary", 80)[0].replace(epochs=2, hidden=(8,))
    ensemble = train_ensemble(prepared, recipe, members=2)
    for position, vectors in enumerate(ensemble.arrays()["0.category.0"]):
        learned = prepared.decided.train[np.isin(prepared.decided.train, ensemble.rows.train[position])]
        met = prepared.encoded.codes[learned, 0]
        assert (met > 0).all()
        np.testing.assert_allclose(vectors[0], vectors[met].mean(axis=0), atol=1e-6)


def test_a_folder_is_new_and_a_run_is_never_overwritten(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = new_folder("my table.csv.gz", None, key="1")
    assert first.parts[0] == "runs"
    assert first.name.startswith("my-table-")
    first.mkdir(parents=True)
    assert new_folder("my table.csv.gz", None, key="1") != first
    (tmp_path / "old").mkdir()
    assert new_folder("t", "old", key="1").name == "old"
    (tmp_path / "old" / "record.json").write_text("{}")
    with pytest.raises(UsageError, match="never overwritten"):
        new_folder("t", "old", key="1")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is a file; --out wants a folder"):
        new_folder("t", "file", key="1")


def test_the_first_interrupt_asks_and_the_second_insists():
    before = signal.getsignal(signal.SIGINT)
    with Interrupts() as interrupts:
        assert not interrupts()
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupts()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_one_row_to_learn_from_is_too_few_and_says_so():
    numbers = np.random.default_rng(0).normal(size=(2, 20))
    decided = decide(read_table({"a": numbers[0], "y": numbers[1]}), FitOptions(target=("y",), test_size=0.95))
    assert len(decided.train) == 1
    prepared = prepare(decided, RECIPES["plain"]("regression", 1)[1])
    with pytest.raises(DataError, match=r"Only 1 row is left to learn from .* smaller --test-size") as caught:
        row_lesson(prepared, members=2, seed=0)
    assert caught.value.code == "B002"
