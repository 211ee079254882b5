"""Fixes tried on copies: what is run, what is told, what is left alone."""

from pathlib import Path

import pytest

from pellucid.doctor.confirming import confirm
from pellucid.doctor.confirming.order import Order, Shown
from pellucid.doctor.confirming.side_by_side import run_trials
from pellucid.doctor.confirming.words import told
from pellucid.doctor.facts import Launch, Session
from pellucid.doctor.script import run_script
from pellucid.doctor.source import read_file
from pellucid.records import Edit, Finding, Severity

# Trains for ever, reads what lies beside it, and wants its argument and its working directory.
TRAIN = """import itertools, pathlib, sys
import torch
from torch import nn
from network import make
assert sys.argv[1:] == ["now"] and pathlib.Path("here").exists()
torch.manual_seed(int((pathlib.Path(__file__).parent / "seed").read_text()))
x = torch.randn(64, 3)
y = (x.sum(1, keepdim=True) > 0).float()
model = make()
criterion = nn.BCELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for epoch in itertools.count():
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    print(epoch)
"""
NETWORK = """from torch import nn
def make():
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1), nn.Softmax(dim=1))
"""


def finding(*edits: Edit) -> Finding:
    return Finding(code="L103", slug="single-output", severity=Severity.ERROR, message="One output.", edits=edits)


def test_what_fixes_do_on_copies_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, work = tmp_path / "code", tmp_path / "work"
    code.mkdir()
    work.mkdir()
    train, network = code / "train.py", code / "network.py"
    train.write_text(TRAIN)
    network.write_text(NETWORK)
    (code / "seed").write_text("0")
    (work / "here").touch()
    launch = Launch("../code/train.py", ("now",), str(work))
    session = Session(is_over=True, sources=[read_file(train), read_file(network)], launch=launch)
    monkeypatch.chdir(code)  # the script has gone elsewhere, and its files are told from there
    sigmoid = Edit("network.py", 3, 3, NETWORK.splitlines(keepends=True)[2].replace("Softmax(dim=1)", "Sigmoid()"))
    slower = Edit("train.py", 11, 11, "optimizer = torch.optim.Adam(model.parameters(), lr=0.01)\n")
    unknown = Edit("elsewhere.py", 1, 1, "")
    given = [
        finding(sigmoid),
        finding(slower),
        finding(unknown),
        finding(),
    ]

    helps, useless, unread, without = confirm(session, given)

    assert helps.tried.startswith("60 steps with the fix on a copy: loss 0.")
    assert helps.tried.endswith("), and the finding is gone")
    first, last = (float(word) for word in helps.tried.split("loss ")[1].split(" (")[0].split(" → "))
    assert last < 0.8 * first
    assert useless.tried.startswith("60 steps with the fix on a copy: loss ")
    assert useless.tried.endswith(", but the finding is still there")
    assert unread.tried == "the fix was not tried: elsewhere.py could not be read."
    assert without == given[3]
    assert (train.read_text(), network.read_text()) == (TRAIN, NETWORK)
    names = {each.name for each in tmp_path.rglob("*") if "__pycache__" not in str(each)}
    assert names == {"code", "here", "network.py", "seed", "train.py", "work"}


BY_HAND = """import torch
w = torch.zeros(1, requires_grad=True)
while True:
    loss = ((w - 1) ** 2).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad = None
"""


@pytest.mark.slow
def test_trials_end_in_time_and_without_an_answer_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "by_hand.py").write_text(BY_HAND)
    (tmp_path / "leaves.py").write_text("import os\nos._exit(0)\n")

    def order(name: str) -> Order:
        return Order(script=f"{name}.py", arguments=(), texts={}, answer=str(tmp_path / f"{name}.answer"), seconds=1.0)

    (tmp_path / "breaks.py").write_text("raise ValueError('no\\nmore')\n")
    orders = [order(name) for name in ("by_hand", "leaves", "breaks")]
    by_hand, leaves, breaks = run_trials(orders, folder=str(tmp_path))
    assert breaks == Shown(crash="ValueError: no")
    assert by_hand is not None
    assert by_hand.steps > 10
    assert by_hand.course is not None
    assert by_hand.course[0] == 1.0
    assert leaves is None
    assert told(finding(), by_hand, leaves) == (
        "the copy with the fix gave no answer in its time, so nothing is known about it"
    )


def test_a_script_that_was_run_knows_how_it_was_launched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "goes.py").write_text("import os, torch\nos.chdir('/')\n")
    monkeypatch.chdir(tmp_path)
    ran = run_script("goes.py", ["-a"])
    assert ran.session is not None
    assert ran.session.launch == Launch("goes.py", ("-a",), str(tmp_path))


def test_without_a_launch_nothing_is_tried() -> None:
    given = [finding(Edit("train.py", 1, 1, ""))]
    assert confirm(Session(), given) == given


@pytest.mark.parametrize(
    ("fault", "fixed", "expected"),
    [
        (
            Shown(steps=60, course=(0.0, 0.0), counts={"L103": 1}),
            Shown(steps=60, course=(0.693, 0.584)),
            "60 steps with the fix on a copy: loss 0.69 → 0.58 (without: 0.00 → 0.00), and the finding is gone",
        ),
        (
            Shown(counts={"L103": 1}, crash="RuntimeError: shapes"),
            Shown(steps=1, course=(2000.0, None), errors={"T604": "non-finite"}, counts={"T604": 1}),
            "1 step with the fix on a copy: loss 2e+03 → no number (without: RuntimeError: shapes), and the finding is "
            "gone, but another shows: T604 non-finite",
        ),
        (
            Shown(crash="KeyError: 'a'", counts={"L103": 1}),
            Shown(crash="KeyError: 'a'"),
            "0 steps with the fix on a copy, then it stopped with KeyError: 'a'; without it, too: this fix alone is "
            "not enough",
        ),
        (
            Shown(steps=9, counts={"L103": 2}),
            Shown(steps=9, counts={"L103": 1}),
            "9 steps with the fix on a copy: the finding is gone",
        ),
        (
            Shown(steps=60),
            Shown(steps=60),
            "60 steps with the fix on a copy: too few for the finding to show, with the fix or without",
        ),
        (
            Shown(counts={"L103": 1}),
            Shown(steps=60, counts={"L103": 1}),
            "60 steps with the fix on a copy: the finding is still there",
        ),
        (None, Shown(steps=9, course=(1.0, 0.5)), "9 steps with the fix on a copy: loss 1.00 → 0.50, and the finding "
        "does not show"),
    ],
)  # fmt: skip
def test_words(fault: Shown | None, fixed: Shown, expected: str) -> None:
    assert told(finding(), fault, fixed) == expected
