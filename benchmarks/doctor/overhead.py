"""What does it cost to be watched? See README.md beside this file.

Two processes train the same network on one core, one of them watched, and take turns of a few steps, so that whatever
else the machine does meets both alike. The clock is the processor time of the training thread, step by step. Two that
are not watched are measured in the same way: what they differ by is the error of the method.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
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
TURN = 10  # steps
COLD = 3  # first steps of a turn that are left out: the other process has used the caches

# Name → widths, rows of a batch, steps, steps after which the loop counts as steady, most that watching may cost.
NETWORKS: dict[str, tuple[tuple[int, ...], int, int, int, float]] = {
    "4-16-16-1, batch 32": ((4, 16, 16, 1), 32, 2_000, 1_000, 0.10),
    "784-256-128-10, batch 64": ((784, 256, 128, 10), 64, 1_600, 1_000, 0.03),
}


def network(widths: tuple[int, ...]) -> nn.Module:
    """Linear layers with ReLU between them."""
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def train(
    widths: tuple[int, ...],
    batch: int,
    steps: int,
    loss: Callable[[Tensor, Tensor], Tensor],
    turn: Callable[[], None],
) -> list[int]:
    """An ordinary loop with Adam, and a validation now and then; nanoseconds of every step.

    Args:
        widths: Of the layers.
        batch: Rows of a step.
        steps: How many.
        loss: Output, target → loss.
        turn: Called before the first step of every turn.
    """
    # Where tensors come to lie decides on several per cent, in either process: it is drawn again and again.
    chance = random.Random()
    torch.manual_seed(0)
    pads = [bytearray(chance.randrange(16, 8_192)) for _ in range(50)]
    inputs = torch.randn(4_096, widths[0])
    targets = torch.randint(0, widths[-1], (4_096,)) if widths[-1] > 1 else torch.randn(4_096, 1)
    model = network(widths)
    optimizer = torch.optim.Adam(model.parameters())
    held = (inputs[:256], targets[:256])
    clock, used = time.thread_time_ns, []
    for step in range(steps):
        if step % TURN == 0:
            turn()
            pads[chance.randrange(len(pads))] = bytearray(chance.randrange(16, 8_192))
        first = (step * batch) % 4_096
        start = clock()
        optimizer.zero_grad()
        value = loss(model(inputs[first : first + batch]), targets[first : first + batch])
        value.backward()
        optimizer.step()
        if step % EVALUATED == EVALUATED // 2:
            model.eval()
            with torch.no_grad():
                loss(model(held[0]), held[1]).item()
            model.train()
        used.append(clock() - start)
    return used


def child(pipe: Any, watched: bool, core: int, name: str, by_function: bool, share: float) -> None:
    """Trains in turns, and sends the nanoseconds of every step and the seconds around them."""
    if hasattr(os, "sched_setaffinity"):  # where the system allows it: cores differ by what their neighbours do
        os.sched_setaffinity(0, {core})
    torch.set_num_threads(1)
    widths, batch, steps, _, _ = NETWORKS[name]
    loss: Callable[[Tensor, Tensor], Tensor]
    if by_function:
        loss = functional.cross_entropy if widths[-1] > 1 else functional.mse_loss
    else:
        loss = nn.CrossEntropyLoss() if widths[-1] > 1 else nn.MSELoss()
    begun = False

    def turn() -> None:
        nonlocal begun
        if begun:
            pipe.send("done")
        begun = True
        pipe.recv()

    start = time.process_time()
    observer = Observer(Session()).start() if watched else None
    around = time.process_time() - start
    used = train(widths, batch, int(steps * share), loss, turn)
    start = time.process_time()
    if observer is not None:
        observer.stop()
    pipe.send((used, around + time.process_time() - start))


def alternately(
    watched: tuple[bool, bool], core: int, name: str, by_function: bool, share: float
) -> tuple[list[int], list[int], float]:
    """Nanoseconds of every step of two processes, and seconds of starting and stopping the second one's observer."""
    context = multiprocessing.get_context("fork")
    pipes, children = [], []
    for each in watched:
        ours, theirs = context.Pipe()
        children.append(context.Process(target=child, args=(theirs, each, core, name, by_function, share)))
        children[-1].start()
        pipes.append(ours)
    answers: list[Any] = [None, None]
    for number in itertools.count():
        for which in (0, 1) if number % 2 else (1, 0):
            pipes[which].send("go")
            answers[which] = pipes[which].recv()
        if answers[0] != "done":
            break
    for process in children:
        process.join()
    return answers[0][0], answers[1][0], answers[1][1]


def of_turns(used: list[int], least: int) -> list[list[int]]:
    """Steps turn by turn from a step on, without the first of every turn."""
    return [used[first + COLD : first + TURN] for first in range(least, len(used), TURN)]


def measure(name: str, rounds: int, by_function: bool, share: float = 1.0) -> dict[str, Any]:
    """The steady loop by medians of turns, the whole run by sums; and two that are not watched."""
    steady: list[float] = []
    whole: list[float] = []
    neither: list[float] = []
    plain_us: list[float] = []
    watched_us: list[float] = []
    around: list[float] = []
    _, _, steps, least, most = NETWORKS[name]
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    for number in range(rounds):
        core = cores[number % len(cores)]
        plain, watched, seconds = alternately((False, True), core, name, by_function, share)
        pairs = paired(plain, watched, int(least * share))
        steady.append(statistics.median(b / a for a, b in pairs) - 1)
        whole.append(sum(map(sum, of_turns(watched, 0))) / sum(map(sum, of_turns(plain, 0))) - 1)
        plain_us.append(statistics.median(a for a, _ in pairs) / 1e3)
        watched_us.append(statistics.median(b for _, b in pairs) / 1e3)
        around.append(seconds)
        if number % 2:
            first, second, _ = alternately((False, False), core, name, by_function, share)
            neither.append(statistics.median(b / a for a, b in paired(first, second, int(least * share))) - 1)
    return {
        "network": name,
        "loss": "function" if by_function else "module",
        "steps": int(steps * share),
        "plain_us": round(statistics.median(plain_us), 1),
        "watched_us": round(statistics.median(watched_us), 1),
        "overhead": round(statistics.mean(steady), 4),
        "standard_error": round(standard_error(steady), 4),
        "rounds": [round(ratio, 4) for ratio in steady],
        "neither_watched": round(statistics.mean(neither), 4) if neither else None,
        "rounds_of_neither": [round(ratio, 4) for ratio in neither],
        "whole_run": round(statistics.mean(whole), 4),
        "start_and_stop_ms": round(statistics.median(around) * 1e3, 2),
        "claimed": most,
    }


def paired(first: list[int], second: list[int], least: int) -> list[tuple[float, float]]:
    """Nanoseconds of a step in every turn of both: means, for not every step is watched alike.

    The slowest step of a turn is left out: something else came between.
    """
    turns = zip(of_turns(first, least), of_turns(second, least), strict=True)
    return [(statistics.mean(sorted(a)[:-1]), statistics.mean(sorted(b)[:-1])) for a, b in turns]


def standard_error(values: list[float]) -> float:
    """Of their mean."""
    return statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else float("nan")


BEGINNINGS = {
    "run": "from pellucid.doctor.facts import Session\nfrom pellucid.doctor.observing import Observer\n"
    "Observer(Session()).start()",
    "watch": "import pellucid\npellucid.watch(torch.nn.Linear(2, 1))",
}


def beginning(how: str, rounds: int) -> float:
    """Processor milliseconds from ``import torch`` done to watching, imports of our own included; median."""
    text = f"import time, torch\nstart = time.process_time()\n{BEGINNINGS[how]}\nprint(time.process_time() - start)"
    # Files are compiled once when a package is installed; here the first run, which is not counted, does that.
    compiling = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    found = []
    for _ in range(rounds + 1):
        done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True, env=compiling)
        found.append(float(done.stdout) * 1e3)
    return round(statistics.median(found[1:]), 1)


def table(found: list[dict[str, Any]], begun: dict[str, float]) -> str:
    """The figures as Markdown."""
    lines = [
        "| network | loss | plain, µs a step | watched | steady loop | neither watched | whole run | claimed | "
        "start and stop |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {each['network']} | {each['loss']} | {each['plain_us']} | {each['watched_us']} | "
        f"{each['overhead']:+.1%} ± {each['standard_error']:.1%} | {told_of_neither(each['neither_watched'])} | "
        f"{each['whole_run']:+.1%} of {each['steps']:,} steps | ≤ {each['claimed']:.0%} | "
        f"{each['start_and_stop_ms']} ms |"
        for each in found
    ]
    told = ", ".join(f"`{how}` {spent} ms" for how, spent in begun.items())
    return "\n".join([*lines, "", f"From torch imported to watching, our own imports included: {told}."])


def told_of_neither(mean: float | None) -> str:
    """As a cell."""
    return "–" if mean is None else f"{mean:+.1%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=16, help="pairs of runs")
    parser.add_argument("--quick", action="store_true", help="one pair of half the steps; nothing is written")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    rounds, share = (1, 0.5) if asked.quick else (asked.rounds, 1.0)
    found = [measure(name, rounds, by_function, share) for name in NETWORKS for by_function in (False, True)]
    begun = {how: beginning(how, min(rounds, 8)) for how in BEGINNINGS}
    print(table(found, begun))
    if not asked.quick:
        log = {"torch": torch.__version__, "rounds": asked.rounds, "found": found, "beginning_ms": begun}
        (HERE / "overhead.json").write_text(json.dumps(log, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
