"""One row of a table through a saved model, in numbers: which file holds the model, and which the table."""

from pathlib import Path
from typing import Any

import msgspec

from pellucid.errors import DataError, UsageError
from pellucid.explain.explaining import explain as explain_pass
from pellucid.explain.explanation import Explanation
from pellucid.models import read_model
from pellucid.printable import quoted
from pellucid.records import sha256_of

__all__ = ["explain"]

_MODEL, _RECORD = "model.safetensors", "record.json"


def explain(
    model: str | Path,
    source: Any = None,
    *,
    row: int = 0,
    loss: str | None = None,
    optimizer: str | None = None,
    steps: int = 1,
    member: int = 0,
    header: bool | None = None,
) -> Explanation:
    """One forward pass, one backward pass and one update of a saved network, for one row of a table.

    Args:
        model: Model file, or the folder of a run.
        source: Anything that ``read_table`` takes, with the target's column; None: the table that the run was made
            from, as its record names it.
        row: Which row, counted from 0.
        loss: Choice of a loss; None: the one that the network was trained with.
        optimizer: Choice of an optimizer; None: plain gradient descent.
        steps: Passes and updates behind one another.
        member: Which of the model's networks, counted from 0.
        header: Whether a file's first row holds names; None looks.

    Raises:
        ModelFileError: If the model file cannot be trusted.
        UsageError: If no table is given and none is known, or there is no such row or network.
        DataError: If the table cannot be read as the model needs it, or has changed since the run.
    """
    path = Path(model)
    file = path / _MODEL if path.is_dir() else path
    loaded = read_model(file)
    if source is None:
        source = _table_of(file)
    return explain_pass(
        loaded, source, loss=loss, optimizer=optimizer, row=row, steps=steps, member=member, header=header
    )


def _table_of(model: Path) -> Path | str:
    """The table that a run was made from."""
    record = model.parent / _RECORD
    remedy = f"Name the table: pellucid explain {model} TABLE --row 0."
    try:
        source = msgspec.json.decode(record.read_bytes())["source"]
        name, path, digest = str(source["name"]), str(source["path"]), str(source["sha256"])
    except OSError:
        raise UsageError(f"{model} stands in no run folder, so that its table is not known. {remedy}") from None
    except (msgspec.DecodeError, KeyError, TypeError):
        raise DataError(f"{record} does not say which table the run was made from. {remedy}") from None
    if not path:
        if name.startswith(("sklearn:", "openml:")):
            return name
        raise UsageError(f"The run was made from a table in memory ({quoted(name)}). {remedy}")
    table = Path(path)
    if not table.is_file():
        raise UsageError(f"The run's table {path} is no longer there. {remedy}")
    if sha256_of(table.read_bytes()) != digest:
        raise DataError(f"{path} has changed since the run, so that its rows may be others. {remedy}")
    return table
