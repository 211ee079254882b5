"""Calls of functions by the person's own lines, as the facts describe them; and where warnings are told."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from observed_habits import Net, begin
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from pellucid.doctor.facts import CallSite, Phase, Session
from pellucid.doctor.observing import SAMPLE, Observer
from pellucid.doctor.observing.functions import name_of
from pellucid.doctor.observing.lines import Lines


def observe(work: Callable[[], Any]) -> Session:
    session = Session()
    with Observer(session):
        work()
    assert not session.blind
    return session


def named(session: Session, name: str) -> list[CallSite]:
    return [site for site in session.calls if site.function == name]


def test_a_metric_that_broadcasts_is_seen_with_both_operands() -> None:
    x, y = begin()

    def work() -> None:
        model = nn.Linear(5, 1)
        with torch.no_grad():
            right = (model(x) > 0.5) == y.bool()
            right.float().mean().item()

    session = observe(work)
    (site,) = named(session, "Tensor.__eq__")
    call = site.calls[0]
    assert call.shapes == {0: (120, 1), 1: (120,)} and call.result_shape == (120, 120)
    assert call.phase == Phase(True, False)
    assert site.place.file == __file__ and site.place.function == "work" and site.layer is None and site.module is None
    assert call.arguments[1].shape == (120,) and call.result.shape[1] == 120
    assert call.result.numel() <= SAMPLE
    assert [each.function for each in session.calls if each.place.line == site.place.line + 1] == [
        "Tensor.float",
        "Tensor.mean",
        "Tensor.item",
    ]


def test_what_was_made_of_a_models_output_is_told_from_what_was_not() -> None:
    x, y = begin()

    def work() -> None:
        model = nn.Linear(5, 1)
        with torch.no_grad():
            output = model(x)
            flat = output.squeeze(1)
            torch.stack([y - flat, torch.sub(input=flat, other=y), flat - flat, y - y]).sum().item()

    session = observe(work)
    differences = [call for name in ("Tensor.sub", "sub") for site in named(session, name) for call in site.calls]
    assert [call.of_output for call in differences] == [{1}, {0, 1}, set(), {"input"}]
    assert [call.of_output for site in named(session, "Tensor.squeeze") for call in site.calls] == [{0}]


def test_calls_within_forward_tell_the_layer() -> None:
    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(5, 5)

        def forward(self, x: Tensor) -> Tensor:
            return F.dropout(torch.relu(self.inner(x)), 0.5)

    class Whole(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.Sequential(Block(), Block())

        def forward(self, x: Tensor) -> Tensor:
            return torch.softmax(self.blocks(x), dim=0)

    x, _ = begin()
    session = observe(lambda: Whole().eval()(x))
    (dropout,) = named(session, "dropout")
    assert (dropout.layer, dropout.module) == ("blocks.0", "Block") and dropout.count == 2
    assert dropout.calls[0].arguments["training"] is True and dropout.calls[0].arguments["p"] == 0.5
    assert dropout.calls[0].history[0] == "ReluBackward0"
    (softmax,) = named(session, "softmax")
    assert (softmax.layer, softmax.module) == ("", "Whole")
    assert softmax.calls[0].arguments["dim"] == 0
    assert not named(session, "linear")  # that is nn.Linear's line


@pytest.mark.parametrize(
    ("work", "name"),
    [
        (lambda x, y: x - y, "Tensor.sub"),
        (lambda x, y: 1 - x, "Tensor.__rsub__"),
        (lambda x, y: x == y, "Tensor.__eq__"),
        (lambda x, y: x.eq(y), "Tensor.eq"),
        (lambda x, y: x.softmax(1), "Tensor.softmax"),
        (lambda x, y: F.softmax(x, 1), "softmax"),
        (lambda x, y: torch.softmax(x, 1), "softmax"),
        (lambda x, y: x.detach(), "Tensor.detach"),
        (lambda x, y: x.data, "Tensor.data"),
        (lambda x, y: x.T, "Tensor.T"),
        (lambda x, y: x.detach().numpy(), "Tensor.numpy"),
        (lambda x, y: x.sum().item(), "Tensor.item"),
        (lambda x, y: x.view(5, 120), "Tensor.view"),
        (lambda x, y: x[:3], "Tensor.__getitem__"),
        (lambda x, y: torch.tensor([1.0]), "tensor"),
        (lambda x, y: x**2, "Tensor.pow"),
        (lambda x, y: setattr(x, "grad", None), "Tensor.grad.__set__"),
        (lambda x, y: torch.linalg.norm(x), "linalg_norm"),
        (lambda x, y: torch.max(x, 1), "max"),
        (lambda x, y: torch.no_grad()(lambda: x.mean())(), "Tensor.mean"),
    ],
)
def test_functions_are_named_as_pytorch_spells_them(work: Callable[[Tensor, Tensor], Any], name: str) -> None:
    x, _ = begin()
    x.requires_grad_()
    session = observe(lambda: work(x, torch.ones(120, 5)))
    assert name in {site.function for site in session.calls}


def test_questions_about_a_tensor_are_not_worth_a_note() -> None:
    x, _ = begin()
    session = observe(lambda: (x.shape, x.dim(), len(x), x.dtype, x.requires_grad, x.size(0), repr(x), x.numel()))
    assert not session.calls
    assert name_of(Tensor.size) is None


def test_samples_are_copies_of_the_first_rows() -> None:
    big = torch.arange(100_000.0).reshape(1000, 100)

    def work() -> None:
        big.mul_(2)

    (site,) = named(observe(work), "Tensor.mul_")
    call = site.calls[0]
    assert torch.equal(call.arguments[0], torch.arange(2000.0).reshape(20, 100))  # as they were before the call
    assert torch.equal(call.result, 2 * call.arguments[0])
    assert call.shapes == {0: (1000, 100)} and call.result_shape == (1000, 100)
    assert call.arguments[1] == 2


def test_after_a_few_calls_of_a_phase_nothing_is_watched_any_more() -> None:
    x, y = begin()
    depths = []

    def work() -> None:
        model, criterion = Net(), nn.CrossEntropyLoss()
        optimizer = torch.optim.Adam(model.parameters())
        for step in range(200):
            model.train(step % 50 != 49)
            rows = torch.randint(0, 120, (30,))
            optimizer.zero_grad()
            criterion(model(x[rows]), y[rows]).backward()
            optimizer.step()
            depths.append(torch._C._len_torch_function_stack())

    session = observe(work)
    assert depths[0] == 1 and depths[10] == 0
    assert depths[49] == 1 and depths[60] == 0  # the model was in another mode, and is not any more
    (relu,) = named(session, "relu")
    assert {call.phase for call in relu.calls} == {Phase(True, True), Phase(False, True)}


def test_new_batch_shapes_are_looked_at_a_few_times_only() -> None:
    depths = []

    def work() -> None:
        model = Net()
        for size in range(2, 60):
            model(torch.randn(size, 5))
            depths.append(torch._C._len_torch_function_stack())

    observe(work)
    assert sum(depths) < 10


def test_libraries_own_lines_are_not_the_persons() -> None:
    lines = Lines()
    assert lines.is_own(test_libraries_own_lines_are_not_the_persons.__code__)
    for library in (nn.Linear.forward, Path.exists, pytest.raises, Observer.start, SAMPLE.__class__):
        code = getattr(library, "__code__", None)
        assert code is None or not lines.is_own(code)
    cell = compile("x = 1", "<cell 3>", "exec")
    assert lines.is_own(cell)
    assert not lines.is_own(compile("x = 1", "<frozen runpy>", "exec"))
    assert not Lines().is_own(compile("x = 1", "/v/site-packages/script.py", "exec"))
    assert Lines(frozenset({"/v/site-packages/script.py"})).is_own(compile("x", "/v/site-packages/script.py", "exec"))


WARNS = """
import sys
if sys.argv[1] == "observed":
    from pellucid.doctor.facts import Session
    from pellucid.doctor.observing import Observer
    observer = Observer(Session()).start()
import torch
from torch import nn
from torch.nn import functional as F
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), 0.1)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
x, y = torch.randn(8, 3), torch.randn(8)
scheduler.step()
for step in range(6):
    first = F.mse_loss(model(x), y)
    second = nn.MSELoss()(model(x), y)
    F.softmax(model(x))
    float(first)
    (first + second).backward(create_graph=step == 2)
    optimizer.step()
for _ in range(3):
    F.l1_loss(model(x), y)
"""


def test_warnings_are_told_at_the_persons_lines_and_as_often_as_without(tmp_path: Path) -> None:
    script = tmp_path / "warns.py"
    script.write_text(WARNS, encoding="utf-8")
    told = [
        subprocess.run([sys.executable, str(script), how], capture_output=True, text=True, check=True).stderr
        for how in ("alone", "observed")
    ]
    assert told[0] == told[1]
    assert told[0].count("Using a target size") == 3
