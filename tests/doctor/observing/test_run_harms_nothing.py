"""``pellucid run`` in a process: however a script ends, and whatever a rule does, the script does its own work."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

TRAINING = """
import os, random, signal, sys, torch
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Dropout(0.2), torch.nn.Linear(4, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
X, y = torch.randn(64, 3), torch.randint(0, 2, (64,))

def train(steps=45):
    for _ in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(X), y).backward()
        optimizer.step()

def tell():
    states = [value for state in optimizer.state.values() for value in state.values()]
    numbers = [*model.parameters(), *states]
    print([number.double().sum().item().hex() for number in numbers], torch.rand(1).item().hex(), random.random() < 2)
    sys.stdout.flush()

train()
tell()
"""

ENDS = {
    "plain": "",
    "exit": "sys.exit(7)",
    "at once": "os._exit(9)",
    "exit in forward": "model[0].register_forward_hook(lambda *_: sys.exit(5))\ntrain()",
    "error in backward": "model[0].weight.register_hook(lambda gradient: 1 / 0)\ntrain()",
    "fork": "child = os.fork()\nif child:\n    print(os.waitpid(child, 0)[1])\ntrain()\ntell()",
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "terminated": "os.kill(os.getpid(), signal.SIGTERM)",
    "signal of its own": """
signal.signal(signal.SIGALRM, lambda *_: print('rang'))
signal.setitimer(signal.ITIMER_REAL, 0.01)
train(300)
tell()""",
    "interrupted": """
left = [1]
model[0].register_forward_hook(lambda *_: left and left.pop() and os.kill(os.getpid(), signal.SIGINT))
train()""",
    "interrupt that is caught": """
left = [1]
model[0].register_forward_hook(lambda *_: left and left.pop() and os.kill(os.getpid(), signal.SIGINT))
try:
    train()
except KeyboardInterrupt:
    train()
tell()""",
    "too deep": """
def deeper():
    model(X)
    deeper()
model.eval()  # how many calls fit in is another number when somebody watches, and each would draw random numbers
try:
    deeper()
except RecursionError:
    model.train()
    train()
tell()""",
}


COMMAND = "import sys\nfrom pellucid.cli.main import main\nsys.exit(main())"


def process(*command: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False, cwd=cwd, env=environment, timeout=300
    )


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS)
def test_a_script_prints_the_same_bits_and_ends_alike(end: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TRAINING + ENDS[end] + "\n", encoding="utf-8")
    alone = process("train.py", cwd=tmp_path)
    watched = process("-c", COMMAND, "run", "train.py", cwd=tmp_path)
    own = alone.stdout.splitlines()
    assert own and sorted(watched.stdout.splitlines()[: len(own)]) == sorted(own), watched.stderr
    # Python ends by the signal (or with 1, where whoever started it ignores it), pellucid tells the findings first.
    assert watched.returncode == (130 if end == "interrupted" else alone.returncode)
    assert "pellucid" not in watched.stderr
    assert watched.stderr.splitlines()[-1:] == alone.stderr.splitlines()[-1:]


BROKEN = """
import sys, time
import pellucid.doctor.diagnosis as diagnosis
from pellucid.cli.main import main
from pellucid.doctor.rule import Page, Rule
from pellucid.doctor.rules import RULES
from pellucid.records import Severity

diagnosis.LIMIT = diagnosis.LIMIT_AT_THE_END = 0.5

def raises(session):
    raise MemoryError("toy")

def computes(session):
    while True:
        pass

def sleeps(session):
    time.sleep(3600)

def multiplies(session):
    import torch
    large = torch.ones(12000, 12000)
    large @ large

def talks_nonsense(session):
    return [object()]

page = Page(what="", wrong="", right="", hurts="", detection="", limits="", sources=())
for number, see in enumerate((raises, computes, sleeps, talks_nonsense, multiplies), start=991):
    RULES[f"Y{number}"] = Rule(
        code=f"Y{number}", slug=see.__name__, severity=Severity.ERROR, stages="S", summary="", page=page, see=see
    )
sys.exit(main(["run", "train.py", *sys.argv[1:]]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("live", [False, True])
def test_broken_rules_are_contained_and_told(live: bool, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TRAINING.replace("optimizer.zero_grad()", "pass"), encoding="utf-8")
    (tmp_path / "broken.py").write_text(BROKEN, encoding="utf-8")
    alone = process("train.py", cwd=tmp_path)
    start = time.monotonic()
    watched = process("broken.py", *(["--live"] if live else []), cwd=tmp_path)
    assert time.monotonic() - start < 120  # far less than the 3,600 s that one of them sleeps
    assert watched.returncode == 0, watched.stderr
    assert watched.stdout.startswith(alone.stdout)
    told = " ".join(watched.stdout.split())
    slugs = ("raises", "computes", "sleeps", "talks_nonsense", "multiplies")
    for code, slug in zip(("Y991", "Y992", "Y993", "Y994", "Y995"), slugs, strict=True):
        assert f"Rule {code} {slug} could not be applied" in told
    assert "missing-zero-grad" in told  # the others are heard
    assert "Traceback" not in watched.stderr
