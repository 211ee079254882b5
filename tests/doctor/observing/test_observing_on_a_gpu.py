"""Loops on a GPU, where there is one: the same bits, steady steps that do not wait, and mistakes named."""

import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import observed_habits
import pytest
import torch
from observed_habits import same
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as people write it
from torch.utils.data import DataLoader, TensorDataset

from pellucid.doctor.diagnosis import examine
from pellucid.doctor.facts import Session
from pellucid.doctor.observing import Observer

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch sees no GPU here")

DEVICE = "cuda"


def begin(softmax: bool = False) -> tuple[nn.Module, Tensor, Tensor]:
    """A network with dropout and batch norm, 512 rows and their classes."""
    torch.manual_seed(5)
    layers = [nn.Linear(6, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Dropout(0.2), nn.Linear(24, 3)]
    model = nn.Sequential(*layers, *([nn.Softmax(1)] if softmax else [])).to(DEVICE)
    x = torch.randn(512, 6, device=DEVICE)
    return model, x, (x[:, :3] * torch.tensor([1.0, 1.2, 0.8], device=DEVICE)).argmax(1)


def everything(*things: Any) -> list[Any]:
    """Also the random state of the GPU."""
    return [*observed_habits.everything(*things), torch.cuda.get_rng_state()]


def plain() -> list[Any]:
    model, x, y = begin()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(150):
        rows = slice(step % 8 * 64, step % 8 * 64 + 64)
        optimizer.zero_grad()
        F.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
    return everything(model, optimizer)


def fused() -> list[Any]:
    model, x, y = begin()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, fused=True)
    criterion = nn.CrossEntropyLoss()
    for _ in range(60):
        optimizer.zero_grad(set_to_none=False)
        loss = criterion(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return everything(model, optimizer, loss.item())


def scaled() -> list[Any]:
    model, x, y = begin()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    scaler = torch.amp.GradScaler(DEVICE)
    for _ in range(60):
        optimizer.zero_grad()
        with torch.autocast(DEVICE, dtype=torch.float16):
            loss = F.cross_entropy(model(x), y)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
    return everything(model, optimizer, scaler.state_dict())


def brought_batch_by_batch() -> list[Any]:
    model, x, y = begin()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    batches = DataLoader(TensorDataset(x[:384].cpu(), y[:384].cpu()), 64, shuffle=True, pin_memory=True)
    total = 0.0
    for _ in range(8):
        model.train()
        for some, classes in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(some.to(DEVICE, non_blocking=True)), classes.to(DEVICE, non_blocking=True))
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            total += (model(x[384:]).argmax(1) == y[384:]).float().mean().item()
    return everything(model, optimizer, total)


def judged_with_its_loss() -> list[Any]:
    model, x, y = begin()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    criterion = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 0.9, 1.1], device=DEVICE))
    lowest = float("inf")
    for _ in range(6):
        model.train()
        for first in range(0, 384, 64):
            optimizer.zero_grad()
            criterion(model(x[first : first + 64]), y[first : first + 64]).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            lowest = min(lowest, criterion(model(x[384:]), y[384:]).item())
    return everything(model, optimizer, lowest)


def captured() -> list[Any]:
    """Whole steps as one CUDA graph, as PyTorch's own notes write it."""
    model, x, y = begin()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, capturable=True)
    fixed_x, fixed_y = x[:64].clone(), y[:64].clone()

    def step() -> Tensor:
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(fixed_x), fixed_y)
        loss.backward()
        optimizer.step()
        return loss

    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = step()
    for turn in range(40):
        rows = slice(turn % 8 * 64, turn % 8 * 64 + 64)
        fixed_x.copy_(x[rows])
        fixed_y.copy_(y[rows])
        graph.replay()
    return everything(model, optimizer, loss.item())


LOOPS = [plain, fused, scaled, brought_batch_by_batch, judged_with_its_loss, captured]


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: loop.__name__)
def test_a_loop_computes_the_same_bits_and_is_told_nothing(loop: Callable[[], list[Any]]) -> None:
    alone = loop()
    session = Session()
    with Observer(session):
        observed = loop()
    assert same(alone, observed)
    assert not [sentence for sentence in session.blind if "could not be watched any longer" in sentence]
    assert session.updates >= 3
    found = examine(session).findings
    assert not [each for each in found if each.severity in ("error", "warning") or each.code == "X000"], found


def test_what_is_compared_is_not_blind() -> None:
    assert same(plain(), plain()) and not same(plain(), fused())


def test_steady_steps_do_not_wait_for_the_gpu() -> None:
    """Reading a number would make the program wait until everything before it is computed."""
    model, x, y = begin()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

    def train(steps: int) -> None:
        trained(model, x, y, loss=nn.CrossEntropyLoss(), optimizer=optimizer, steps=steps)

    with Observer(Session()):
        train(1_030)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            torch.cuda.set_sync_debug_mode("warn")
            try:
                train(400)
            finally:
                torch.cuda.set_sync_debug_mode("default")
    waits = [f"{each.filename}:{each.lineno}" for each in told if "synchronizing CUDA" in str(each.message)]
    # Steps that are measured, every hundredth by now, read a few norms.
    assert len(waits) <= 20, Counter(waits)


def trained(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    *,
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    optimizer: torch.optim.Optimizer | None = None,
    zeroed: bool = True,
    clipped: float | None = None,
    steps: int = 150,
) -> None:
    """An ordinary loop; Adam where no optimizer is given."""
    optimizer = optimizer or torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        if zeroed:
            optimizer.zero_grad()
        loss(model(x), y).backward()
        if clipped is not None:
            nn.utils.clip_grad_norm_(model.parameters(), clipped)
        optimizer.step()


def softmax_before_the_loss() -> None:
    trained(*begin(softmax=True))


def never_zeroed() -> None:
    trained(*begin(), zeroed=False)


def column_against_row() -> None:
    _, x, _ = begin()
    trained(nn.Linear(6, 1).to(DEVICE), x, x[:, 0] * 2 + 1, loss=F.mse_loss)


def huge_rate() -> None:
    _, x, _ = begin()
    model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1)).to(DEVICE)
    optimizer = torch.optim.SGD(model.parameters(), lr=5.0)
    trained(model, x, x[:, :1] * 50, loss=F.mse_loss, optimizer=optimizer)


def frozen_by_detach() -> None:
    model, x, y = begin()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(120):
        optimizer.zero_grad()
        hidden = model[:4](x).detach()
        F.cross_entropy(model[4](hidden), y).backward()
        optimizer.step()


def clipped_to_nothing() -> None:
    model, x, y = begin()
    trained(model, x, y, optimizer=torch.optim.SGD(model.parameters(), lr=0.1), clipped=1e-5, steps=500)


@pytest.mark.parametrize(
    ("program", "code"),
    [
        (softmax_before_the_loss, "L101"),
        (never_zeroed, "G201"),
        (column_against_row, "L108"),
        (huge_rate, "T606"),
        (frozen_by_detach, "G204"),
        (clipped_to_nothing, "G209"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_mistakes_are_named_there_too(program: Callable[[], None], code: str) -> None:
    session = Session()
    with warnings.catch_warnings(), Observer(session):
        warnings.simplefilter("ignore")
        program()
    found = examine(session).findings
    told = {each for finding in found for each in (finding.code, *(effect.code for effect in finding.effects))}
    assert code in told, found
    assert "X000" not in told, found


STOPS = """
import torch
from torch import nn
torch.manual_seed(0)
x, y = torch.randn(512, 8, device="cuda"), torch.randint(1, 4, (512,), device="cuda")  # classes 1 to 3 of 0 to 2
model = nn.Linear(8, 3).cuda()
optimizer = torch.optim.Adam(model.parameters())
for step in range(50):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()
"""


def test_a_gpu_that_stops_at_a_label_is_told_and_no_bug_of_ours(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(STOPS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pellucid", "run", str(script)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "device-side assert" in done.stderr and "bug in Pellucid" not in done.stderr
    told = " ".join(done.stdout.split()) + " ".join(done.stderr.split())
    assert "L113" in told and "Labels begin at 1" in told
    assert "The GPU has stopped at an error" in told
    assert "X000" not in told and "could not be watched any longer" not in told
