"""What can be explained: recipes, sketches, modules and saved models, with rows and targets of every kind."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import pellucid as pl
from pellucid.encoding import encode
from pellucid.errors import ContractError, DataError, UsageError
from pellucid.explain.sources.rows import read_rows

DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(6, 3))
NUMBERS = DRAW.normal(size=6)
CLASSES = np.array([0, 1, 2, 0, 1, 2])


def after(record, symbol):
    """The new value of a weight."""
    found = [line.value for each in record.stages if each.phase == "update" for line in each.lines]
    symbols = [line.symbol for each in record.stages if each.phase == "update" for line in each.lines]
    return found[len(symbols) - 1 - symbols[::-1].index(symbol)]


@pytest.mark.parametrize("initialisation", ["pytorch", "xavier_normal", "data"])
@pytest.mark.parametrize(
    "fields", [{}, {"dropout": 0.4, "input_noise": 0.2}, {"norm": "batch_norm", "l2": 0.3}], ids=str
)
def test_a_recipe_is_told_as_it_is_trained(initialisation, fields):
    recipe = pl.Recipe(
        hidden=(4,), optimizer="adam", lr=0.1, batch_size=6, epochs=1, initialisation=initialisation, **fields
    )
    result = pl.train(recipe, X, NUMBERS, dtype=torch.float64)
    record = pl.explain(recipe, X, NUMBERS).record
    assert record.value == pytest.approx(result.loss[0, 0], rel=1e-9)
    trained = result.parameters(0)
    weight = next(name for name in trained if name.endswith(".weight"))
    symbols = [line.symbol for each in record.stages if each.phase == "update" for line in each.lines]
    told = [symbol for symbol in symbols if symbol.startswith("w_") and symbol.endswith("^(1)")]
    assert told
    for symbol in set(told):
        o, i = int(symbol[2]) - 1, int(symbol[3]) - 1
        assert after(record, symbol) == pytest.approx(trained[weight][i, o], rel=1e-9)


def test_a_recipe_takes_another_loss_optimizer_and_seed():
    recipe = pl.Recipe(hidden=(4,))
    one = pl.explain(recipe, X, NUMBERS, loss="huber", optimizer="lion", seed=5).record
    other = pl.explain(recipe.replace(loss="huber", optimizer="lion", seed=5), X, NUMBERS).record
    assert one == other
    assert (one.loss, one.optimizer) == ("huber", "lion")


def test_a_recipe_whose_loss_does_not_fit_is_refused_as_in_training():
    with pytest.raises(ContractError, match="L101"):
        pl.explain(pl.Recipe(output_activation="softmax", loss="cross_entropy"), X, CLASSES)


def test_penalties_are_told_with_the_loss():
    recipe = pl.Recipe(hidden=(4,), l2=0.1, penalty="activity_l1(strength=0.2)")
    record = pl.explain(recipe, X, NUMBERS).record
    lines = {line.symbol: line for each in record.stages if each.phase == "loss" for line in each.lines}
    assert lines["J"].value == pytest.approx(record.value + lines["R_l2"].value + lines["R_activity_l1"].value)
    assert lines["R_activity_l1"].value > 0
    assert any(each.title == "gradients, as the update gets them" for each in record.stages)


def test_class_weights_weigh_the_rows():
    recipe = pl.Recipe(hidden=(4,), class_weight=(1.0, 2.0, 5.0))
    record = pl.explain(recipe, X, CLASSES).record
    losses = next(each.arrays["losses"] for each in record.stages if each.phase == "loss")
    weights = np.array([1.0, 2.0, 5.0])[CLASSES]
    assert record.value == pytest.approx((losses * weights).sum() / weights.sum())


@pytest.mark.parametrize(
    ("text", "inputs", "hidden", "outputs"),
    [("2-3-1", 2, (3,), 1), (" 5 - 3-2 - 1 ", 5, (3, 2), 1), ("4–7", 4, (), 7), ("1→2→3", 1, (2,), 3)],
)
def test_a_network_is_written_as_its_widths(text, inputs, hidden, outputs):
    sketch = pl.explain.parse_network(text)
    assert (sketch.inputs, sketch.hidden, sketch.outputs) == (inputs, hidden, outputs)


@pytest.mark.parametrize("text", ["", "2", "2-", "2-x-1", "2,3,1", "-2-3"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(UsageError, match="A network is written as its widths, such as 2-3-1"):
        pl.explain.parse_network(text)


def test_widths_of_nothing_are_refused():
    with pytest.raises(UsageError, match="Every width lies between 1 and 4096"):
        pl.explain.parse_network("2-0-1")


def test_a_sketch_refuses_rows_of_another_width():
    with pytest.raises(DataError, match="The network 2-3-1 has 2 inputs, and a row of X has 3"):
        pl.explain(pl.explain.parse_network("2-3-1"), [1, 2, 3], 1)


def test_weights_of_a_sketch_come_from_its_seed_alone():
    network = pl.explain.parse_network("2-3-1")
    assert pl.explain(network, [1, 2], 1, seed=3).record == pl.explain(network, [1, 2], 1, seed=3).record
    assert pl.explain(network, [1, 2], 1, seed=3).value != pl.explain(network, [1, 2], 1, seed=4).value


def test_without_biases_none_is_told_or_moved():
    network = pl.explain.parse_network("2-3-1", bias=False, activation="sigmoid")
    record = pl.explain(network, [1, 2], 1, steps=2).record
    assert not [line.symbol for each in record.stages for line in each.lines if "b_" in line.symbol]


def module(*ends):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), *ends)


@pytest.mark.parametrize(
    "between",
    [
        nn.ReLU(),
        nn.LeakyReLU(0.2),
        nn.PReLU(4),
        nn.GELU(),
        nn.GELU(approximate="tanh"),
        nn.Hardtanh(-2, 1),
        nn.Softplus(beta=2),
        nn.Dropout(0.5),
        nn.Identity(),
        nn.BatchNorm1d(4),
        nn.LayerNorm(4),
        nn.Sequential(nn.ELU(), nn.Linear(4, 4, bias=False)),
        nn.GLU(),
    ],
    ids=lambda each: str(each).replace("\n", ""),
)
def test_modules_are_told_as_they_predict(between):
    width = 2 if isinstance(between, nn.GLU) else 4
    whole = nn.Sequential(module(), between, nn.Linear(width, 2))
    record = pl.explain(whole, X, CLASSES % 2, loss="cross_entropy").record
    expected = nn.CrossEntropyLoss()(whole.double().eval()(torch.as_tensor(X)), torch.as_tensor(CLASSES % 2))
    assert record.value == pytest.approx(float(expected.detach()), rel=1e-9)
    assert "PyTorch's own modules" in {check.against for check in record.checks}


@pytest.mark.parametrize(
    ("loss", "y"),
    [
        (nn.MSELoss(), NUMBERS),
        (nn.HuberLoss(delta=0.3), NUMBERS),
        (nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0])), CLASSES % 2),
        ("l1", NUMBERS),
        (None, NUMBERS),
    ],
    ids=str,
)
def test_losses_of_pytorch_are_known(loss, y):
    whole = module(nn.Linear(4, 1)).double()
    outputs = whole(torch.as_tensor(X))[:, 0]
    theirs = {"l1": nn.L1Loss(), None: nn.MSELoss()}.get(loss, loss) if not isinstance(loss, nn.Module) else loss
    expected = theirs(outputs, torch.as_tensor(y).double())
    assert pl.explain(whole, X, y, loss=loss).value == pytest.approx(float(expected.detach()), rel=1e-9)


def test_a_module_is_left_as_it_was():
    whole = module(nn.Dropout(), nn.Linear(4, 1)).train()
    before = [each.detach().clone() for each in whole.parameters()]
    pl.explain(whole, X, NUMBERS)
    assert whole.training
    assert all(torch.equal(one, other) for one, other in zip(before, whole.parameters(), strict=True))
    assert all(each.grad is None for each in whole.parameters())


class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 1)

    def forward(self, x):
        return self.layer(x) + self.layer(x)


@pytest.mark.parametrize(
    ("what", "match"),
    [
        (nn.Sequential(nn.Conv1d(1, 1, 2)), r"found 0: Conv1d"),
        (nn.Sequential(nn.Linear(3, 4), nn.LSTM(4, 2)), r"found 1: LSTM"),
        (nn.Sequential(nn.Linear(2, 1)), r"0 takes 2 values, and 3 come in"),
        (nn.Sequential(nn.Linear(3, 4), nn.PReLU()), r"1 shares one slope among 4 units"),
        (nn.Sequential(nn.Linear(3, 4), nn.Softmax(dim=0)), r"1 works along dimension 0"),
        (nn.Sequential(nn.ReLU()), r"has no layer with parameters"),
        (Twice(), r"Twice does something else than its layers one after the other"),
        ("network", r"network"),
        (3, r"explain takes a recipe, a saved model or its file, parse_network"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_cannot_be_told_is_refused_in_a_sentence(what, match):
    with pytest.raises((UsageError, DataError), match=match):
        pl.explain(what, X, NUMBERS)


@pytest.mark.parametrize(
    ("loss", "match"),
    [
        (nn.MSELoss(reduction="sum"), r"MSELoss\(reduction='sum'\) is not told"),
        (nn.CrossEntropyLoss(weight=torch.ones(3)), "CrossEntropyLoss with weights is not told"),
        ("mes", "There is no loss 'mes'. Did you mean 'mse'"),
    ],
    ids=str,
)
def test_losses_that_cannot_be_told_are_refused(loss, match):
    with pytest.raises(UsageError, match=match):
        pl.explain(module(nn.Linear(4, 3)), X, CLASSES, loss=loss)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"schedule": "warm_up(epochs=3)", "optimizer": "sgd"},
        {"schedule": "cosine", "momentum_schedule": "sutskever", "optimizer": "nesterov", "lr": 0.01},
        {"schedule": "coslog4", "regularisation_schedule": "flat_cosine", "dropout": 0.3, "optimizer": "adamw"},
        {"gradient_noise": 0.1, "input_noise": 0.2, "dropout": 0.3},
        {"optimizer": "lbfgs(line_search=strong_wolfe)", "lr": None},
    ],
    ids=str,
)
def test_steps_go_on_from_one_another_as_in_training(fields):
    settings = {"optimizer": "adam", "lr": 0.05, **fields}
    recipe = pl.Recipe(hidden=(4,), batch_size=6, epochs=3, **settings)
    result = pl.train(recipe, X, NUMBERS, dtype=torch.float64)
    record = pl.explain(recipe, X, NUMBERS, steps=3).record
    losses = [line.value for each in record.stages if each.phase == "loss" for line in each.lines if line.symbol == "L"]
    np.testing.assert_allclose(losses, result.loss[0], rtol=1e-9)


@pytest.mark.parametrize("arguments", [{"row": 6}, {"row": -1}, {"steps": 0}, {"steps": 101}], ids=str)
def test_rows_and_steps_that_are_not_there_are_refused(arguments):
    with pytest.raises(UsageError, match=r"row counts from 0 to 5|steps lies between 1 and 100"):
        pl.explain(pl.Recipe(), X, NUMBERS, **arguments)


@pytest.mark.parametrize(
    ("y", "loss", "outputs", "task", "classes"),
    [
        ([1], "auto", 0, "binary", 2),
        ([0], "auto", 3, "multiclass", 3),
        ([2], "auto", 0, "multiclass", 3),
        ([1], "mse", 1, "regression", 0),
        ([1.0], "auto", 0, "regression", 0),
        ([1.0], "bce", 1, "binary", 2),
        ([True], "auto", 0, "binary", 2),
        ([2], "coral", 3, "ordinal", 4),
        ([3], "poisson_nll", 1, "regression", 0),
        ([0.4], "quantile", 1, "regression", 0),
        ([[0.2, 0.8]], "cross_entropy", 2, "distribution", 2),
        ([[1, 0, 1]], "bce_with_logits", 3, "multilabel", 0),
        ([[1.5, 0.2]], "mse", 2, "regression", 0),
    ],
    ids=str,
)
def test_a_single_row_is_enough_to_see_what_its_target_is(y, loss, outputs, task, classes):
    rows = read_rows([[1.0, 2.0]], y, loss=loss, outputs=outputs)
    assert (rows.target.task, rows.target.classes) == (task, classes)


def test_words_are_classes_in_their_order():
    rows = read_rows(X, ["no", "yes", "no", "no", "yes", "yes"])
    assert rows.classes == ("no", "yes")
    assert rows.data.targets.tolist() == [0, 1, 0, 0, 1, 1]
    record = pl.explain(pl.Recipe(hidden=(4,)), X, ["no", "yes", "no", "no", "yes", "yes"]).record
    assert "class no" in next(each.sentence for each in record.remarks if each.kind == "prediction")


@pytest.mark.parametrize(
    ("X", "y", "match"),
    [
        ([[1, np.nan]], 1, "X contains values that are missing or infinite"),
        ([[1, 2], [3, 4]], [1, 0, 1], "X has 2 rows, y has 3"),
        ([[[1]]], 1, r"X must be rows of numbers"),
        ([[1, 2]], np.nan, "y contains values that are missing"),
    ],
    ids=str,
)
def test_rows_that_cannot_be_read_are_refused(X, y, match):
    with pytest.raises(DataError, match=match):
        pl.explain(pl.Recipe(), X, y, loss="mse")


def test_a_class_beyond_the_outputs_is_refused():
    with pytest.raises(DataError, match="y has the class number 5, and 3 outputs tell classes 0 to 2 apart"):
        pl.explain(pl.explain.parse_network("2-4-3"), [1, 2], 5)


def test_pairs_and_triplets_and_sequences_are_told():
    recipe = pl.Recipe(hidden=(4,), outputs=3)
    pairs = pl.explain(recipe, X, [1.0, -1.0, 1.0], task="similarity", loss="cosine_embedding")
    assert pairs.record.rows == 3
    assert "alike" in next(each.sentence for each in pairs.stages if each.phase == "loss")
    triplets = pl.explain(recipe, X, loss="triplet_margin", units=[[0, 1, 2], [3, 4, 5]])
    assert triplets.record.rows == 2
    frames = [[4, 1, 1, 0], [3, 2, 1, 2]]
    sequence = pl.explain(
        pl.Recipe(hidden=(4,)), DRAW.normal(size=(8, 3)), frames, loss="ctc", units=np.arange(8).reshape(2, 4)
    )
    assert "spells 1 in 4 frames" in next(each.sentence for each in sequence.stages if each.phase == "loss")


def test_units_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="A similarity target joins rows to units"):
        pl.explain(pl.Recipe(outputs=2), X[:5], [1.0, -1.0], task="similarity", loss="cosine_embedding")


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    draw = np.random.default_rng(3)
    rows = [
        f"{a:.3f},{'red' if b else 'blue'},{'yes' if a + b > 0.5 else 'no'}"
        for a, b in zip(draw.normal(size=80), draw.integers(0, 2, 80), strict=True)
    ]
    table = folder / "table.csv"
    table.write_text("\n".join(["size,colour,good", *rows]), "utf-8")
    run = pl.fit(table, target="good", seed=0, out=folder / "run")
    return Path(run.model_path)


def test_a_saved_model_tells_its_own_table(model):
    loaded = pl.load(model)
    table = {"size": [0.3, -1.0], "colour": ["red", "blue"], "good": ["yes", "no"]}
    record = pl.explain(loaded, table).record
    assert record.rows == 2
    assert record.inputs[0] == "size"
    outputs = next(each.arrays["outputs"] for each in record.stages if each.phase == "loss")
    encoded = encode(loaded.manifest.encoding, loaded.read(table))
    predicted = loaded._predictors[0].predict(encoded.numbers, encoded.codes)[0]
    np.testing.assert_allclose(np.array(outputs), predicted, atol=1e-4)


def test_a_row_of_a_models_table_passes_alone(model):
    table = {"size": [0.3, -1.0], "colour": ["red", "blue"], "good": ["yes", "no"]}
    whole, alone = pl.explain(model, table).record, pl.explain(str(model), table, row=1).record
    losses = next(each.arrays["losses"] for each in whole.stages if each.phase == "loss")
    assert alone.rows == 1
    assert alone.value == pytest.approx(losses[1])
    assert {each.row for each in alone.stages if each.row is not None} == {1}


def test_targets_of_a_model_may_stand_beside_the_table(model):
    table = {"size": [0.3, -1.0], "colour": ["red", "blue"]}
    with pytest.raises(DataError, match="no target column 'good'"):
        pl.explain(model, table)
    both = pl.explain(model, table, ["yes", "no"]).record
    assert both.value == pl.explain(model, {**table, "good": ["yes", "no"]}).value
    assert pl.explain(model, table, "no", row=1).record.rows == 1
    with pytest.raises(DataError, match=r"Row 1 of .* has no target that the model knows"):
        pl.explain(model, table, ["maybe", "no"])
    with pytest.raises(UsageError, match=r"member counts from 0"):
        pl.explain(model, table, ["yes", "no"], member=10**6)
