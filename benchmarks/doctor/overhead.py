"""What does it cost to be watched? See README.md beside this file.

Whole trainings, alternately with and without an observer, in one process and one thread; the clock is the processor
time of this process, and what counts is the median over the rounds of the ratio of two neighbours.
"""

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.doctor.facts import Session
from pellucid.doctor.observing import Observer

HERE = Path(__file__).parent
EVALUATED = 100  # steps between two looks at the validation rows

# Name → widths, rows of a batch, steps of a run, most that watching may cost.
NETWORKS: dict[str, tuple[tuple[int, ...], int, int, float]] = {
    "4-16-16-1, batch 32": ((4, 16, 16, 1), 32, 4_000, 0.10),
    "784-256-128-10, batch 64": ((784, 256, 128, 10), 64, 1_000, 0.03),
}


def network(widths: tuple[int, ...]) -> nn.Module:
    """Linear layers with ReLU between them."""
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def train(widths: tuple[int, ...], batch: int, steps: int, loss: Callable[[Tensor, Tensor], Tensor]) -> None:
    """An ordinary loop with Adam, and a validation now and then."""
    torch.manual_seed(0)
    inputs = torch.randn(4_096, widths[0])
    targets = torch.randint(0, widths[-1], (4_096,)) if widths[-1] > 1 else torch.randn(4_096, 1)
    model = network(widths)
    optimizer = torch.optim.Adam(model.parameters())
    held = (inputs[:256], targets[:256])
    for step in range(steps):
        first = (step * batch) % 4_096
        optimizer.zero_grad()
        value = loss(model(inputs[first : first + batch]), targets[first : first + batch])
        value.backward()
        optimizer.step()
        if step % EVALUATED == 0:
            model.eval()
            with torch.no_grad():
                loss(model(held[0]), held[1]).item()
            model.train()


def seconds(work: Callable[[], None], watched: bool) -> tuple[float, float]:
    """Processor seconds of a run, and of starting and stopping the observer."""
    start = time.process_time()
    observer = Observer(Session()).start() if watched else None
    begun = time.process_time()
    work()
    ended = time.process_time()
    if observer is not None:
        observer.stop()
    return ended - begun, begun - start + time.process_time() - ended


def measure(name: str, rounds: int, functional_loss: bool, share: float = 1.0) -> dict[str, Any]:
    """Ratios of neighbours, medians, µs a step."""
    widths, batch, steps, most = NETWORKS[name]
    steps = int(steps * share)
    loss: Callable[[Tensor, Tensor], Tensor]
    if functional_loss:
        loss = functional.cross_entropy if widths[-1] > 1 else functional.mse_loss
    else:
        loss = nn.CrossEntropyLoss() if widths[-1] > 1 else nn.MSELoss()

    def work() -> None:
        train(widths, batch, steps, loss)

    work()  # warms up
    plain, watched, around = [], [], []
    for number in range(rounds):
        for with_observer in (False, True) if number % 2 else (True, False):
            used, start_and_stop = seconds(work, with_observer)
            (watched if with_observer else plain).append(used)
            if with_observer:
                around.append(start_and_stop)
    ratios = [ours / theirs for ours, theirs in zip(watched, plain, strict=True)]
    return {
        "network": name,
        "loss": "function" if functional_loss else "module",
        "steps": steps,
        "plain_us": round(statistics.median(plain) / steps * 1e6, 1),
        "watched_us": round(statistics.median(watched) / steps * 1e6, 1),
        "overhead": round(statistics.median(ratios) - 1, 4),
        "least": round(min(watched) / min(plain) - 1, 4),
        "ratios": [round(ratio, 4) for ratio in ratios],
        "start_and_stop_ms": round(statistics.median(around) * 1e3, 2),
        "claimed": most,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="pairs of runs")
    parser.add_argument("--quick", action="store_true", help="three pairs of a fourth of the steps; nothing is written")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    found = [
        measure(name, 3 if asked.quick else asked.rounds, by_function, 0.25 if asked.quick else 1.0)
        for name in NETWORKS
        for by_function in (False, True)
    ]
    for each in found:
        print(
            f"{each['network']:26} loss as {each['loss']:8} {each['plain_us']:7.1f} → {each['watched_us']:7.1f} µs a "
            f"step, {each['overhead']:+.1%} (least {each['least']:+.1%}; claimed {each['claimed']:.0%}), "
            f"start and stop {each['start_and_stop_ms']} ms"
        )
    if not asked.quick:
        text = json.dumps({"torch": torch.__version__, "rounds": asked.rounds, "found": found}, indent=1)
        (HERE / "overhead.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
