"""Healthy programs: hundreds of training scripts without a mistake, put together from parts that people write.

Every part is combined with many others; the same number always gives the same list. A doctor that speaks up about one
of them has raised a false alarm.
"""

import math
from dataclasses import dataclass

from loops_of_programs import EVALUATION, LOOPS
from parts_of_programs import LOSSES, NETWORKS, OPTIMIZERS, Loss, Network
from tables_of_programs import TABLES, Table
from whole_programs import WHOLE

__all__ = ["Program", "healthy_programs"]

_IMPORTS = """import copy
import math
import sys

import numpy as np
import torch
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset
"""
_SEED = "seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0\n"


@dataclass(frozen=True)
class Program:
    """A healthy program.

    Attributes:
        name: What it is made of.
        text: Its source; it takes a seed as its argument and prints a number that tells how well it learned.
    """

    name: str
    text: str


def healthy_programs(count: int = 320) -> list[Program]:
    """The first ``count`` programs: every whole one, then combinations in which each part meets ever others."""
    found = [
        Program(f"{name} {', '.join(gaps.values())}", f"{_IMPORTS}\n{_SEED}{code.format(**gaps)}")
        for name, (code, choices) in WHOLE.items()
        for gaps in choices
    ]
    loops = list(LOOPS)
    number = 0
    while len(found) < count:
        table = TABLES[number % len(TABLES)]
        turn = number // len(TABLES)
        losses = LOSSES[table.task]
        # Strides without a common factor: parts that met once meet again as late as possible.
        network = NETWORKS[(turn * 3 + number) % len(NETWORKS)]
        loss = losses[(turn + number // 3) % len(losses)]
        loop = loops[(turn * 5 + number * 3) % len(loops)]
        optimizer = OPTIMIZERS[(turn * 7 + number) % len(OPTIMIZERS)]
        number += 1
        if loop == "full batch" and "SGD" in optimizer:
            optimizer = OPTIMIZERS[0]
        if loop == "L-BFGS with a closure" and ("drop" in network.code.lower() or network.has_batch_norm):
            network = NETWORKS[0]
        name = f"{table.name} · {network.name} · {loss.name} · {optimizer.split('(')[0].split('.')[-1]} · {loop}"
        found.append(Program(name, _program(table, network, loss, optimizer, loop)))
    return found[:count]


def _program(table: Table, network: Network, loss: Loss, optimizer: str, loop: str) -> str:
    outputs = table.outputs if loss.outputs == "o" else int(loss.outputs)
    lines = [
        _IMPORTS + (f"{table.imports}\n" if table.imports not in _IMPORTS else ""),
        _SEED,
        "torch.manual_seed(seed)",
    ]
    lines += [table.code, _split(table)]
    lines += [f"y_{part} = {loss.target.format(part=f'y_{part}')}" for part in ("train", "val", "test")]
    lines += ["", network.code.replace("{i}", str(table.columns)).replace("{o}", str(outputs))]
    if loss.last:
        lines.append(f"model = nn.Sequential(model, {loss.last})")
    lines.append(loss.code)
    if "optimizer =" not in LOOPS[loop] and loop != "updates by hand":
        given = "head.parameters()" if "backbone" in network.code else "model.parameters()"
        lines.append(f"optimizer = {optimizer.format(p=given)}")
    batch = 32
    steps_an_epoch = max(1, math.ceil(400 / batch))
    epochs = 40
    lines.append(LOOPS[loop].format(epochs=epochs, batch=batch, steps=epochs * steps_an_epoch // 2).strip("\n"))
    name, expression = loss.score
    lines.append(EVALUATION.format(name=name, expression=expression).strip("\n"))
    return "\n".join(lines) + "\n"


def _split(table: Table) -> str:
    of_all, of_train = (", stratify=y", ", stratify=y_train") if table.task in ("binary", "multiclass") else ("", "")
    lines = [
        f"X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=seed{of_all})",
        "X_train, X_val, y_train, y_val = train_test_split(\n"
        f"    X_train, y_train, test_size=0.2, random_state=seed{of_train}\n)",
    ]
    if table.task == "regression" and table.scales:
        lines += [
            "center, spread = y_train.mean(), y_train.std()",
            "y_train, y_val, y_test = ((part - center) / spread for part in (y_train, y_val, y_test))",
        ]
    if table.scales:
        lines.append("scaler = StandardScaler().fit(X_train)")
        lines.append("X_train, X_val, X_test = (scaler.transform(part) for part in (X_train, X_val, X_test))")
    lines.append(
        "X_train, X_val, X_test = (torch.tensor(part, dtype=torch.float32) for part in (X_train, X_val, X_test))"
    )
    return "\n".join(lines)
