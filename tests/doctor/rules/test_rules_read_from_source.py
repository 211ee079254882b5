"""What rules about data and layers read in a program's text, and the neighbours that they leave alone."""

import pytest

from pellucid.doctor.rule import Suspicion
from pellucid.doctor.rules import RULES
from pellucid.doctor.source import apply_edits, read_source
from pellucid.records import Severity

BEGINNING = """import random
import numpy as np
import torch
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from torch import nn
"""


def found(code: str, text: str) -> list[Suspicion]:
    read = RULES[code].read
    assert read is not None
    return list(read(read_source("train.py", BEGINNING + text)))


@pytest.mark.parametrize(
    "text",
    [
        "X = X[torch.randperm(len(X))]\ny = y[torch.randperm(len(y))]",
        "np.random.shuffle(X)\nnp.random.shuffle(y)",
        "rng = np.random.default_rng(0)\nrng.shuffle(X)\nrng.shuffle(labels)",
        "X_train, X_test = train_test_split(data.data)\ny_train, y_test = train_test_split(data.target)",
        "y_train, y_test = train_test_split(y, random_state=0)\nX_train, X_test = train_test_split(X)",
        "X_train, X_test = train_test_split(X, random_state=0)\ny_train, y_test = train_test_split(y, random_state=1)",
    ],
)
def test_inputs_and_targets_that_are_drawn_apart_are_told(text: str) -> None:
    (suspicion,) = found("D408", text)
    assert suspicion.place is not None
    assert suspicion.place.line > BEGINNING.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "X_train, X_test, y_train, y_test = train_test_split(X, y)",
        "X_train, X_rest, y_train, y_rest = train_test_split(X, y)\n"
        "X_val, X_test, y_val, y_test = train_test_split(X_rest, y_rest)",
        "X_train, X_test = train_test_split(X, random_state=1)\ny_train, y_test = train_test_split(y, random_state=1)",
        "X_train, X_test = train_test_split(X, random_state=s)\ny_train, y_test = train_test_split(y, random_state=s)",
        "X_train, X_test = train_test_split(X, shuffle=False)\ny_train, y_test = train_test_split(y, shuffle=False)",
        "X_train, X_test = train_test_split(X)\nX_train, X_val = train_test_split(X_train)",
        "np.random.seed(3)\nnp.random.shuffle(X)\nnp.random.seed(3)\nnp.random.shuffle(y)",
        "torch.manual_seed(3)\nX = X[torch.randperm(9)]\ntorch.manual_seed(3)\ny = y[torch.randperm(9)]",
        "def one(X):\n    np.random.shuffle(X)\n\ndef other(y):\n    np.random.shuffle(y)",
    ],
)
def test_rows_that_stay_together_are_let_pass(text: str) -> None:
    assert not found("D408", text)


@pytest.mark.parametrize(
    "text",
    [
        "X = StandardScaler().fit_transform(X)\nX = torch.LongTensor(X)",
        "X = StandardScaler().fit(X[:9]).transform(X)\nX = torch.tensor(X[:9], dtype=torch.int64)",
        "scaler = MinMaxScaler()\nX = torch.from_numpy(scaler.fit_transform(X)).long()",
        "X = (X - X.mean(0)) / X.std(0)\nX = X.astype(int)",
        "Z = StandardScaler().fit_transform(X)\nX_a, X_b, y_a, y_b = train_test_split(Z, y)\nA = torch.LongTensor(X_a)",
    ],
)
def test_scaled_columns_that_become_whole_numbers_are_told(text: str) -> None:
    assert len(found("D412", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "X = StandardScaler().fit_transform(X)\nX = torch.FloatTensor(X)",
        "X = StandardScaler().fit_transform(X)\nX, y = torch.FloatTensor(X), torch.LongTensor(y)",
        "X = MinMaxScaler(feature_range=(0, 255)).fit_transform(X).astype(int)",
        "X = StandardScaler().fit_transform(X).round().astype(int)",
        "bins = ((X - X.min()) / 10).long()",
        "X = StandardScaler().fit_transform(X)\nmask = torch.LongTensor(X > 0)",
    ],
)
def test_whole_numbers_that_are_meant_are_let_pass(text: str) -> None:
    assert not found("D412", text)


def test_the_type_is_changed_where_it_stands() -> None:
    text = BEGINNING + "X = StandardScaler().fit_transform(X)\nX = torch.LongTensor(X)\n"
    (suspicion,) = found("D412", text[len(BEGINNING) :])
    assert apply_edits(text, suspicion.edits).endswith("X = torch.FloatTensor(X)\n")


ROUNDING = """class Coder(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(8, 4), nn.Linear(4, 8)

    def forward(self, x):
        soft = torch.sigmoid(self.a(x))
        {code}
        return self.b(hard)
"""


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("hard = torch.round(soft)", True),
        ("hard = soft + (torch.round(soft) - soft).detach()", False),
        ("hard = torch.round(soft) - soft.detach() + soft", False),
        ("bits = torch.round(soft)\n        hard = soft + (bits - soft).detach()", False),
        ("with torch.no_grad():\n            bits = torch.round(soft)\n        hard = soft + bits - soft.data", False),
    ],
)
def test_a_rounding_that_lets_the_gradient_by_is_let_pass(code: str, told: bool) -> None:
    assert bool(found("N507", ROUNDING.format(code=code))) is told


@pytest.mark.parametrize(
    ("scaling", "severity"),
    [
        ("(X - X.mean(0)) / X.std(0)", None),
        ("(X - X.mean(axis=0)) / X.std(axis=0)", None),
        ("(X - X.mean()) / X.std()", Severity.INFO),
    ],
)
def test_two_numbers_for_a_whole_table_give_a_note_only(scaling: str, severity: Severity | None) -> None:
    (suspicion,) = found("D403", f"X = {scaling}\nX_train, X_test = train_test_split(X)")
    assert suspicion.severity is severity
