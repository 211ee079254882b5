"""Is training one network with Pellucid slower than a plain PyTorch loop? See README.md beside this file.

Interleaves the two, takes medians, gives plain PyTorch the better of one and two threads, and writes log.json.
"""

import argparse
import json
import platform
import statistics
import time
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from pellucid import Recipe, train

HERE = Path(__file__).parent

# Name, widths, rows, batch size, epochs: epochs such that a repeat takes about a second.
SETTINGS = (
    ("4-16-16-1", (4, 16, 16, 1), 1000, 32, 40),
    ("784-256-128-10", (784, 256, 128, 10), 4000, 64, 8),
)


def data(widths: tuple[int, ...], rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Random inputs and a target that depends on them; class numbers for many outputs, 0 and 1 for one."""
    generator = np.random.default_rng(0)
    X = generator.normal(size=(rows, widths[0])).astype(np.float32)
    scores = X @ generator.normal(size=(widths[0], max(widths[-1], 2)))
    return X, scores.argmax(axis=1).astype(np.int64)


def plain(X: torch.Tensor, y: torch.Tensor, widths: tuple[int, ...], batch_size: int, epochs: int) -> float:
    """A careful hand-written loop: in-memory tensors, fused Adam, no logging inside an epoch; the last epoch's loss."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    network = nn.Sequential(*layers[:-1])
    binary = widths[-1] == 1
    loss_function = nn.BCEWithLogitsLoss() if binary else nn.CrossEntropyLoss()
    targets = y.float().unsqueeze(1) if binary else y
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
    losses: list[torch.Tensor] = []
    for _ in range(epochs):
        order = torch.randperm(len(X))
        losses = []
        for rows in order.split(batch_size):
            optimizer.zero_grad(set_to_none=True)
            loss = loss_function(network(X[rows]), targets[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
    return float(torch.stack(losses).mean())


def ours(X: np.ndarray, y: np.ndarray, widths: tuple[int, ...], batch_size: int, epochs: int) -> float:
    """The same work by ``pl.train``; the last epoch's loss."""
    recipe = Recipe(hidden=widths[1:-1], optimizer="adam", lr=1e-3, batch_size=batch_size, epochs=epochs)
    return float(train(recipe, X, y).loss[0, -1])


def measure(repeats: int) -> list[dict[str, Any]]:
    results = []
    for name, widths, rows, batch_size, epochs in SETTINGS:
        X, y = data(widths, rows)
        by_hand = partial(plain, torch.from_numpy(X), torch.from_numpy(y), widths, batch_size, epochs)
        by_us = partial(ours, X, y, widths, batch_size, epochs)
        runs = {
            "plain, 1 thread": (1, by_hand),
            "plain, 2 threads": (2, by_hand),
            "pellucid, 1 thread": (1, by_us),
            "pellucid, 2 threads": (2, by_us),
        }
        seconds: dict[str, list[float]] = {run: [] for run in runs}
        losses: dict[str, float] = {}
        for repeat in range(repeats + 1):
            for run, (threads, work) in runs.items():
                torch.set_num_threads(threads)
                start = time.perf_counter()
                losses[run] = work()
                # The first round warms up and does not count.
                if repeat:
                    seconds[run].append(time.perf_counter() - start)
        medians = {run: statistics.median(values) for run, values in seconds.items()}
        best_plain = min(medians["plain, 1 thread"], medians["plain, 2 threads"])
        best_ours = min(medians["pellucid, 1 thread"], medians["pellucid, 2 threads"])
        steps = epochs * -(-rows // batch_size)
        print(f"{name}, {rows} rows, batch {batch_size}, {epochs} epochs, {steps} steps, median of {repeats}")
        for run, median in medians.items():
            print(f"  {run:20s} {1e6 * median / steps:7.0f} µs a step   last epoch's loss {losses[run]:.4f}")
        print(f"  pellucid / plain, each at its better thread count: {best_ours / best_plain:.2f}")
        results.append(
            {
                "network": name,
                "rows": rows,
                "batch_size": batch_size,
                "epochs": epochs,
                "steps": steps,
                "seconds": seconds,
                "losses": losses,
                "ratio": best_ours / best_plain,
            }
        )
    return results


def write_results(results: list[dict[str, Any]]) -> None:
    """Put the medians into README.md, between its two marks."""
    lines = ["| network | plain PyTorch, µs a step | Pellucid, µs a step | ratio |", "|---|---|---|---|"]
    for result in results:
        best = []
        for who in ("plain", "pellucid"):
            medians = [statistics.median(s) for run, s in result["seconds"].items() if run.startswith(who)]
            best.append(1e6 * min(medians) / result["steps"])
        lines.append(
            f"| {result['network']}, batch {result['batch_size']} | {best[0]:.0f} | {best[1]:.0f} | "
            f"**{result['ratio']:.2f}** |"
        )
    page = HERE / "README.md"
    before, _, rest = page.read_text().partition("<!-- results -->")
    _, _, after = rest.partition("<!-- end of results -->")
    shown = "\n".join(lines)
    page.write_text(f"{before}<!-- results -->\n\n{shown}\n\n<!-- end of results -->{after}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7, help="timed repeats, interleaved")
    results = measure(parser.parse_args().repeats)
    log = {
        "torch": torch.__version__,
        "python": platform.python_version(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "results": results,
    }
    (HERE / "log.json").write_text(json.dumps(log, indent=1) + "\n")
    write_results(results)
    print(f"log: {HERE / 'log.json'}")


if __name__ == "__main__":
    main()
