"""The main job: from a table to a run folder with model, report and record."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.errors import UsageError
from pellucid.tables import read_table

if TYPE_CHECKING:
    from pellucid.experiments import Run
    from pellucid.experiments.watching import Watcher

__all__ = ["fit"]


def fit(
    source: Any,
    *,
    target: str,
    task: str | None = None,
    hidden: tuple[int, ...] | None = None,
    activation: str | None = None,
    loss: str | None = None,
    optimizer: str | None = None,
    lr: float | None = None,
    batch_size: int | None = None,
    epochs: int | None = None,
    members: int | None = None,
    seed: int = 0,
    drop: tuple[str, ...] = (),
    header: bool | None = None,
    test_size: float = 0.2,
    out: str | Path | None = None,
    recipe: str = "tabular",
    watcher: "Watcher | None" = None,
    command: str = "",
) -> "Run":
    """Train, judge and save a small ensemble of networks for one column of a table.

    Args:
        source: Path, ``sklearn:NAME``, ``openml:NAME``, data frame, 2-D array, dict of columns, or Table.
        target: The column to predict.
        task: ``binary``, ``multiclass`` or ``regression``; None decides from the column.
        hidden: Widths of the hidden layers; None and every None below leaves it to the recipe.
        activation: Registered activation.
        loss: Registered loss.
        optimizer: ``adamw``, ``adam`` or ``sgd``.
        lr: Learning rate; > 0. ``tabular`` (0.04 for classes, 0.2 for numbers) divides it for weights by the
            square root of their layer's inputs.
        batch_size: Rows per step; ≥ 1.
        epochs: Passes over the training rows; ≥ 1.
        members: Networks in the ensemble; ≥ 1.
        seed: The same seed and table give the same networks.
        drop: Columns to leave out.
        header: Whether a file's first row holds names; None looks, and asks where it is not clear.
        test_size: Share of the rows kept for judging; between 0 and 1.
        out: The run's folder; None makes a new one below ``runs/``.
        recipe: ``tabular`` or ``plain``.
        watcher: Is told what goes on; None is silent.
        command: How this run was started, for the record.

    Returns:
        The run: scores, baselines, findings and the paths of what was written.

    Raises:
        DataError: If the table is not what the task needs.
        UsageError: If an option does not make sense.
        TrainingError: If no member could be trained.
        SurroundingsError: If the folder cannot be written.
    """
    # The table comes before the rooms that load torch: what is wrong with a file is told at once.
    table = read_table(source, header=header)
    if not isinstance(target, str):
        known = ", ".join(table.names[:8]) + (", …" if len(table.names) > 8 else "")
        raise UsageError(f"target is the name of a column, as text, and was given {target!r}. Columns: {known}")
    table.column(target)
    # What becomes of infinities is told, with their number, where it is decided: features take the nearest training
    # value, rows with an infinite target are left out. The reader could only guess at either.
    table = replace(table, findings=tuple(found for found in table.findings if found.code != "B035"))

    from pellucid.experiments import FitOptions, fit_table
    from pellucid.experiments.watching import Silent
    from pellucid.report import render_report

    options = FitOptions(
        target=target,
        task=task,
        hidden=hidden,
        activation=activation,
        loss=loss,
        optimizer=optimizer,
        lr=lr,
        batch_size=batch_size,
        epochs=epochs,
        members=members,
        seed=seed,
        drop=drop,
        header=header,
        test_size=test_size,
        out=None if out is None else str(out),
        recipe=recipe,
        command=command,
    )
    return fit_table(table, options, watcher=watcher or Silent(), render_report=render_report)
