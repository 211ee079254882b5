"""The main job's parts: options, folders, folds, interrupts."""

import os
import signal

import numpy as np
import pytest

from pellucid.errors import UnknownNameError, UsageError
from pellucid.experiments import RECIPES, FitOptions
from pellucid.experiments.ensembles import _folds, train_ensemble
from pellucid.experiments.folder import new_folder
from pellucid.experiments.interrupts import Interrupts
from pellucid.experiments.preparing import decide, prepare
from pellucid.tables import read_table
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
        FitOptions(target="y", **changes).check()


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("rows", [20, 1000, 5000, 50_000, 2_000_000])
def test_named_recipes_are_sound(name, task, rows):
    recipe, preparation = RECIPES[name](task, rows)
    check_recipe(recipe)
    assert preparation.scaling in ("standard", "robust_clip")


def test_copies_of_a_row_stay_on_one_side():
    decided = decide(a_table(copies=30), FitOptions(target="y"))
    sides = np.zeros(130, dtype=int)
    sides[decided.test] = 1
    np.testing.assert_array_equal(sides[:30], sides[100:])
    assert 0 < sides[:30].sum() < 30
    assert [finding.code for finding in decided.findings].count("B063") == 1


def test_rows_that_agree_because_few_values_are_possible_are_no_copies():
    """Held together with their label, all that is known of "a, p, yes" would be on one side: the rest would mislead."""
    generator = np.random.default_rng(0)
    words = {"one": generator.choice(["a", "b"], 200), "two": generator.choice(["p", "q", "r"], 200)}
    decided = decide(read_table({**words, "y": generator.choice(["no", "yes"], 200)}), FitOptions(target="y"))
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
    options = FitOptions(target="y")
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
    decided = decide(a_table(), FitOptions(target="y"))
    rows = _folds(prepare(decided, RECIPES["tabular"]("binary", 80)[1]), members, 0)
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
    prepared = prepare(decide(table, FitOptions(target="y")), RECIPES["tabular"]("binary", 80)[1])
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
