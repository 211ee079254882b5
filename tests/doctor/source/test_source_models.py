"""Classes of modules, sequences of layers, the last thing that was done to an output, training loops, evaluation."""

import ast

import pytest

from pellucid.doctor.source import Source, read_source

NET = """
import torch
import torch.nn as nn
import torch.nn.functional as F
from collections import OrderedDict

class Net(nn.Module):
    def __init__(self, inputs=4):
        super().__init__()
        self.first = nn.Linear(inputs, 16)
        self.hidden = nn.ModuleList([nn.Linear(16, 16)])
        self.out = nn.Linear(16, 3)
        self.unused = nn.Dropout(0.5)

    def forward(self, x):
        x = F.relu(self.first(x))
        for layer in self.hidden:
            x = layer(x).tanh()
        x = self.out(x)
        return F.softmax(x, dim=1)

class Deeper(Net):
    pass

class Plain:
    def forward(self, x):
        return x
"""


def net() -> Source:
    return read_source("t.py", NET)


def test_classes_of_modules_are_found_through_inheritance_with_their_layers() -> None:
    classes = net().module_classes
    assert list(classes) == ["Net", "Deeper"]
    assert {name: made.name for name, made in classes["Net"].layers.items()} == {
        "first": "torch.nn.Linear",
        "hidden": "torch.nn.ModuleList",
        "out": "torch.nn.Linear",
        "unused": "torch.nn.Dropout",
    }
    assert classes["Deeper"].forward is None


def test_steps_of_forward_come_in_the_order_in_which_they_run() -> None:
    steps = net().module_classes["Net"].steps
    assert [(step.name, step.layer) for step in steps] == [
        ("torch.nn.Linear", "first"),
        ("torch.nn.functional.relu", None),
        ("", "hidden"),
        (".tanh", None),
        ("torch.nn.Linear", "out"),
        ("torch.nn.functional.softmax", None),
    ]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("model = Net(7).to(d)\nout = model(x)\nuse(out)", "torch.nn.functional.softmax"),
        ("model = nn.Sequential(nn.Linear(1, 2), nn.Softmax(dim=1))\nuse(model(x))", "torch.nn.Softmax"),
        ("model = nn.Sequential(nn.Linear(1, 2), nn.Sequential(nn.ReLU()))\nuse(model(x))", "torch.nn.ReLU"),
        (
            "model = nn.Sequential(OrderedDict([('a', nn.Linear(1, 2)), ('b', nn.Tanh())]))\nuse(model(x))",
            "torch.nn.Tanh",
        ),
        ("model = nn.Sequential(*[nn.Linear(1, 2), nn.Sigmoid()])\nuse(model(x))", "torch.nn.Sigmoid"),
        ("out = torch.sigmoid(z)\nuse(out)", "torch.sigmoid"),
        ("use(z.squeeze())", ".squeeze"),
        ("layers = [nn.Linear(1, 2)]\nlayers.append(nn.ReLU())\nmodel = nn.Sequential(*layers)\nuse(model(x))", None),
        ("use(x)", None),
    ],
)
def test_the_last_step_is_seen_through_models_of_the_file(code: str, name: str | None) -> None:
    source = read_source("t.py", f"{NET}\n{code}\n")
    argument = source.calls("use")[0].argument(0, "")
    assert argument is not None
    last = source.last_step(argument)
    assert (last.name if last is not None else None) == name


def test_layers_of_a_sequence_that_cannot_be_read_are_told_as_unknown() -> None:
    source = read_source("t.py", f"{NET}\nmodel = nn.Sequential(nn.Linear(1, 2), make(), *more)\n")
    (sequence,) = source.calls("torch.nn.Sequential")
    assert [layer.name if layer is not None else None for layer in source.layers_of(sequence)] == [
        "torch.nn.Linear",
        "make",
        None,
    ]


LOOP = """
for epoch in range(3):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        if clip:
            clip_grad(model)
        optimizer.step()
    scheduler.step()
"""


def test_a_training_loop_is_the_innermost_one_with_its_calls_in_order() -> None:
    (loop,) = read_source("t.py", LOOP).training_loops
    assert loop.node.lineno == 4
    assert loop.outer is not None
    assert loop.outer.lineno == 2
    names = [each.call.name for each in loop.calls]
    assert names == [".zero_grad", "model", "criterion", ".backward", "clip_grad", ".step"]
    assert [each.call.name for each in loop.calls if each.is_conditional] == ["clip_grad"]
    assert [each.call.place.line for each in loop.named(".step")] == [10]


def test_a_step_in_a_function_of_the_file_belongs_to_the_loop_that_calls_it() -> None:
    code = "def step(x):\n    loss = model(x)\n    loss.backward()\n    opt.step()\n"
    code += "for x in data:\n    opt.zero_grad()\n    step(x)\n"
    (loop,) = read_source("t.py", code).training_loops
    assert [(each.call.name, each.through is not None) for each in loop.calls] == [
        (".zero_grad", False),
        ("model", True),
        (".backward", True),
        (".step", True),
        ("step", False),
    ]


def test_a_loop_over_epochs_that_calls_a_training_function_is_no_training_loop() -> None:
    code = "def train():\n    for x in data:\n        model(x).backward()\n        opt.step()\n"
    code += "for epoch in range(3):\n    train()\n"
    (loop,) = read_source("t.py", code).training_loops
    assert loop.node.lineno == 2


def test_a_loop_without_steps_is_none() -> None:
    assert read_source("t.py", "for x in data:\n    model(x).backward()\n").training_loops == ()


EVALUATION = """
import torch
model.eval()
with torch.no_grad():
    a = model(x)
model.train()
with torch.inference_mode():
    b = model(x)

@torch.no_grad()
def score():
    model.eval()
    return model(x)

def other():
    model.train(False)
    c = model(x)
    model.train()
    d = model(y)
"""


def test_evaluation_is_found_with_and_without_eval() -> None:
    blocks = read_source("t.py", EVALUATION).evaluation_blocks
    told = [
        (
            block.node.lineno,
            block.without_gradients,
            block.behind_eval is not None,
            [ast.unparse(c.node) for c in block.calls],
        )
        for block in blocks
    ]
    assert told == [
        (3, False, True, ["torch.no_grad()", "model(x)"]),
        (4, True, True, ["model(x)"]),
        (7, True, False, ["model(x)"]),
        (11, True, True, ["model.eval()", "model(x)"]),
        (12, False, True, ["model(x)"]),
        (16, False, True, ["model(x)"]),
    ]
