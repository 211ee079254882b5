"""Names seen through imports, calls found by full name, and what objects are called."""

import ast
from pathlib import Path

import pytest

from pellucid.doctor.source import read_file, read_source

IMPORTS = """
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import nn as layers, optim
from torch.nn import CrossEntropyLoss as CE
from torch.nn.modules.loss import MSELoss
import torch.optim.adam
import numpy as np
from . import mine
"""


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("nn.Linear", "torch.nn.Linear"),
        ("layers.Linear", "torch.nn.Linear"),
        ("torch.nn.Linear", "torch.nn.Linear"),
        ("F.relu", "torch.nn.functional.relu"),
        ("CE", "torch.nn.CrossEntropyLoss"),
        ("MSELoss", "torch.nn.MSELoss"),
        ("torch.optim.adam.Adam", "torch.optim.Adam"),
        ("torch.optim.lr_scheduler.StepLR", "torch.optim.lr_scheduler.StepLR"),
        ("optim.SGD", "torch.optim.SGD"),
        ("np.random.seed", "numpy.random.seed"),
        ("mine.loss", "..mine.loss"),
    ],
)
def test_every_way_to_import_gives_one_name(code: str, name: str) -> None:
    source = read_source("t.py", f"{IMPORTS}\n{code}(1)")
    assert [call.name for call in source.all_calls] == [name]


@pytest.mark.parametrize(("code", "name"), [("model.nn.Linear", ".Linear"), ("Net", "Net"), ("make()", "")])
def test_what_is_not_imported_keeps_its_own_name(code: str, name: str) -> None:
    source = read_source("t.py", f"{IMPORTS}\n{code}(1)")
    assert source.all_calls[0].name == name
    assert source.name_of(source.all_calls[0].node.func) is None


def test_calls_are_found_by_name_by_method_and_by_family() -> None:
    source = read_source("t.py", f"{IMPORTS}\na = optim.SGD(p)\nb = optim.Adam(p)\nloss.backward()\nbackward()\n")
    assert [call.place.line for call in source.calls("torch.optim.SGD")] == [12]
    assert [call.place.line for call in source.calls("torch.optim.*")] == [12, 13]
    assert [call.place.line for call in source.calls(".backward")] == [14]
    assert [call.place.line for call in source.calls("backward")] == [15]


def test_a_call_tells_its_arguments_its_base_and_its_place() -> None:
    source = read_source("t.py", "def train():\n    model.fit(1, *more, rate=0.1, **rest)\n")
    (call,) = source.calls(".fit")
    assert ast.unparse(call.argument(0, "x")) == "1"  # type: ignore[arg-type]
    assert source.number(call.argument(5, "rate")) == 0.1
    assert call.argument(1, "y") is None
    assert call.is_open
    assert ast.unparse(call.base) == "model"  # type: ignore[arg-type]
    assert call.place == ("t.py", 2, "train")


LOSS = """
import torch.nn as nn, torch.nn.functional as F
class Trainer:
    def __init__(self):
        self.loss = nn.CrossEntropyLoss()
    def step(self, out, y):
        return self.loss(out, y)
criterion = nn.CrossEntropyLoss(reduction="sum").to("cpu")
def direct(out, y):
    return criterion(out, y) + F.cross_entropy(out, y) + nn.CrossEntropyLoss()(out, y)
"""


def test_uses_are_calls_of_functions_and_of_objects_that_classes_made() -> None:
    source = read_source("t.py", LOSS)
    uses = source.uses("torch.nn.CrossEntropyLoss", "torch.nn.functional.cross_entropy")
    assert [(use.call.place.line, use.made is not None) for use in uses] == [
        (7, True),
        (10, True),
        (10, False),
        (10, True),
    ]
    assert source.literal(uses[1].made.argument(9, "reduction")) == "sum"  # type: ignore[union-attr]


def test_comments_are_no_strings_and_statements_span_their_lines() -> None:
    source = read_source("t.py", 'x = "# no"  # yes\ny = f(\n    1,\n)\nif x:\n    z = 1\n')
    assert source.comments == {1: "# yes"}
    statement = source.statement_at(3)
    assert statement is not None
    assert statement.lineno == 2
    assert isinstance(source.statement_at(6), ast.Assign)
    assert source.statement_at(7) is None


def test_a_file_is_read_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "old.py"
    path.write_bytes("# -*- coding: latin-1 -*-\nname = 'café'\n".encode("latin-1"))
    assert read_file(path, "old.py").lines[1] == "name = 'café'"
    path.write_bytes(b"x = '\xff'\n")
    with pytest.raises((SyntaxError, UnicodeDecodeError)):
        read_file(path)


def test_a_form_feed_moves_no_line() -> None:
    source = read_source("t.py", "x = 1\n\x0cy = 2\n")
    assert source.lines[source.tree.body[1].lineno - 1].strip() == "y = 2"
