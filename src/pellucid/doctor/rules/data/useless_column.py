"""D406: constant columns, columns twice, and columns that hold no numbers."""

from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_FEWEST_ROWS, _MOST_COLUMNS = 32, 500


def see(session: Session) -> Iterator[Suspicion]:
    """The training rows that were kept, column by column."""
    for model in session.models:
        rows = model.inputs
        if rows is None or rows.dim() != 2 or not rows.is_floating_point() or rows.shape[1] < 2:
            continue
        empty = torch.nonzero(~torch.isfinite(rows).all(0)).flatten().tolist()
        if empty:
            share = float((~torch.isfinite(rows[:, empty[0]])).double().mean())
            yield Suspicion(
                f"Column {empty[0]} holds nan or inf in {share:.0%} of the rows: one such number makes the whole "
                "network nan.",
                seen=f"{len(empty)} of {rows.shape[1]} columns",
                fix="X = np.nan_to_num(X)  # or fill with the training rows' median",
                place=model.place,
                severity=Severity.ERROR,
                evidence={"columns": empty[:20], "share": share},
            )
            continue
        if len(rows) < _FEWEST_ROWS or rows.shape[1] > _MOST_COLUMNS:
            continue
        constant = torch.nonzero((rows == rows[:1]).all(0)).flatten().tolist()
        twice = _twice(rows, set(constant))
        if constant or twice:
            parts = [f"constant: {', '.join(map(str, constant[:6]))}"] if constant else []
            parts += [f"equal: {', '.join(f'{a} and {b}' for a, b in twice[:4])}"] if twice else []
            yield Suspicion(
                f"{len(constant) + len(twice)} of {rows.shape[1]} columns say nothing that others do not.",
                seen="; ".join(parts),
                fix="Leave them out.",
                place=model.place,
                severity=Severity.INFO,
                evidence={"constant": constant, "equal": [list(pair) for pair in twice]},
            )


def _twice(rows: Tensor, constant: set[int]) -> list[tuple[int, int]]:
    seen: dict[bytes, int] = {}
    found = []
    for number in range(rows.shape[1]):
        key = rows[:, number].contiguous().cpu().numpy().tobytes()
        if number in constant:
            continue
        if key in seen:
            found.append((seen[key], number))
        else:
            seen[key] = number
    return found


RULE = Rule(
    code="D406",
    slug="useless-column",
    severity=Severity.WARNING,
    stages="SP",
    summary="constant, all missing, duplicate or id-like column; NaN or Inf",
    causes=("T605", "T608", "D409", "D411"),
    page=Page(
        what="nan in one column makes every output nan. A constant column is a second bias; a column that is there "
        "twice counts twice.",
        wrong="import torch\nfrom torch import nn\n\nX = torch.tensor([[1.0, float('nan')], [2.0, "
        "3.0]])\nprint(nn.Linear(2, 1)(X))",
        right="import torch\nfrom torch import nn\n\nX = torch.tensor([[1.0, float('nan')], [2.0, "
        "3.0]]).nan_to_num(3.0)\n"
        "print(nn.Linear(2, 1)(X))",
        hurts="A loss of nan from the first step on.",
        detection="Values of the training rows that were kept. Constant and equal columns are a note.",
        limits="Columns that identify a row are not told from measurements here.",
        sources=("TheDeepChecker, UMLAUT: nan input",),
    ),
    see=see,
)
