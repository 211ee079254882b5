"""The main job: from a table to a run folder with model, report and record."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.jobs.asking import as_sequence, as_text, expressed, target_names
from pellucid.tables import read_table

if TYPE_CHECKING:
    from pellucid.experiments import Run
    from pellucid.experiments.watching import Watcher

__all__ = ["fit"]


def fit(
    source: Any,
    *,
    target: str | Sequence[str] | None = None,
    task: str | None = None,
    levels: Sequence[float] = (),
    order: Sequence[str] = (),
    group: str | None = None,
    code: int | None = None,
    context: int | None = None,
    target_expression: str | None = None,
    express: Mapping[str, str] | None = None,
    scaling: str | None = None,
    hidden: tuple[int, ...] | None = None,
    activation: str | None = None,
    norm: str | None = None,
    loss: str | None = None,
    class_weight: str | None = None,
    optimizer: str | None = None,
    lr: float | None = None,
    weight_decay: float | None = None,
    schedule: str | None = None,
    penalty: str | None = None,
    l2: float | None = None,
    dropout: float | None = None,
    initialisation: str | None = None,
    batch_size: int | None = None,
    epochs: int | None = None,
    members: int | None = None,
    seed: int = 0,
    drop: tuple[str, ...] = (),
    header: bool | None = None,
    test_size: float = 0.2,
    out: str | Path | None = None,
    recipe: str = "tabular",
    device: str | None = None,
    precision: str | None = None,
    watcher: "Watcher | None" = None,
    command: str = "",
) -> "Run":
    """Train, judge and save a small ensemble of networks for one column of a table, or for several.

    Args:
        source: Path, ``sklearn:NAME``, ``openml:NAME``, data frame, 2-D array, dict of columns, or Table.
        target: The column to predict. Several columns are labels that a row may have (yes or no), numbers, or the parts
            of a total (``task="distribution"``). None for ``task="reconstruction"`` alone. A sequence's target holds
            its whole label sequence, labels separated by blanks, the same text in every row of the sequence.
        task: ``binary``, ``multiclass``, ``ordinal``, ``multilabel``, ``distribution``, ``regression``, ``count``,
            ``quantile``, ``embedding``, ``ranking``, ``reconstruction`` or ``sequence``; None decides from the columns,
            the last four must be asked for.
        levels: Which quantiles to predict, each between 0 and 1; they ask for ``quantile``. Empty: 0.1, 0.5 and 0.9.
        order: Classes from low to high; they ask for ``ordinal``. Empty for numbers, which have an order.
        group: Column whose equal values hold rows together: the answers to one query, whose order a ranking learns
            (None: all rows are one group), or the frames of one sequence, which stand one after the other.
        code: Values of a reconstruction's code (None: 2) or of an embedding's vectors (None: 8).
        context: Neighbouring rows on either side that a row of a sequence is seen with; None: 1.
        target_expression: Re-expression of a target of numbers, such as ``log``; predictions come back in its unit.
        express: Re-expressions of single columns: name → choice.
        scaling: Re-expression of all other columns of numbers; None and every None below leaves it to the recipe.
        hidden: Widths of the hidden layers.
        activation: Registered activation.
        norm: ``none``, ``batch_norm`` or ``layer_norm``.
        loss: Registered loss.
        class_weight: ``none``, or ``balanced``: every class counts alike.
        optimizer: Registered optimiser. One of another kind than Adam brings its own learning rate, one for all
            parameters.
        lr: Learning rate; > 0. ``tabular`` (0.04 for classes, 0.2 for numbers) divides it for weights by the
            square root of their layer's inputs.
        weight_decay: Decoupled weight decay; ≥ 0.
        schedule: Registered schedule of the learning rate.
        penalty: Registered penalties, joined by ``+``.
        l2: L2 penalty; ≥ 0.
        dropout: Share of hidden values dropped while training; 0 ≤ p < 1.
        initialisation: Registered initialiser.
        batch_size: Rows per step; ≥ 1.
        epochs: Passes over the training rows; ≥ 1.
        members: Networks in the ensemble; ≥ 1.
        seed: The same seed and table give the same networks.
        drop: Columns to leave out.
        header: Whether a file's first row holds names; None looks, and asks where it is not clear.
        test_size: Share of the rows kept for judging; between 0 and 1.
        out: The run's folder; None makes a new one below ``runs/``.
        recipe: ``tabular`` or ``plain``.
        device: Where the networks train: ``cpu`` or ``cuda``; None: the CPU.
        precision: Of the matrix products while training: ``float32``, or ``bfloat16`` for factors of 8 significant
            bits, which a GPU multiplies faster and a CPU does not; None: float32.
        watcher: Is told what goes on; None is silent.
        command: How this run was started, for the record.

    Returns:
        The run: scores, baselines, findings and the paths of what was written.

    Raises:
        DataError: If the table is not what the task needs.
        UsageError: If an option does not make sense.
        ContractError: If loss, output and target do not fit together; names the nearest right recipe.
        TrainingError: If no member could be trained.
        SurroundingsError: If the folder cannot be written.
    """
    # The table comes before the rooms that load torch: what is wrong with a file is told at once.
    table = read_table(source, header=header)
    if isinstance(task, str):
        task = task.strip().casefold()
    targets = () if target is None and task == "reconstruction" else target_names(target, table)
    # What becomes of infinities is told, with their number, where it is decided: features take the nearest training
    # value, rows with an infinite target are left out. The reader could only guess at either.
    table = replace(table, findings=tuple(found for found in table.findings if found.code != "B035"))

    from pellucid.doctor.own import judge_training
    from pellucid.experiments import FitOptions, fit_table
    from pellucid.experiments.watching import Silent
    from pellucid.report import render_report

    options = FitOptions(
        target=targets,
        task=task,
        levels=as_sequence(levels, "levels", "numbers between 0 and 1, such as [0.1, 0.9]"),
        order=tuple(map(str, as_sequence(order, "order", "classes from low to high, such as ['low', 'high']"))),
        group=group,
        code=code,
        context=context,
        target_expression=as_text(target_expression),
        express=expressed(express),
        scaling=as_text(scaling),
        hidden=hidden,
        activation=as_text(activation),
        norm=norm,
        loss=as_text(loss),
        class_weight=class_weight,
        optimizer=as_text(optimizer),
        lr=lr,
        weight_decay=weight_decay,
        schedule=as_text(schedule),
        penalty=as_text(penalty),
        l2=l2,
        dropout=dropout,
        initialisation=as_text(initialisation),
        batch_size=batch_size,
        epochs=epochs,
        members=members,
        seed=seed,
        drop=drop,
        header=header,
        test_size=test_size,
        out=None if out is None else str(out),
        recipe=recipe,
        device=as_text(device),
        precision=as_text(precision),
        command=command,
    )
    return fit_table(
        table, options, watcher=watcher or Silent(), render_report=render_report, judge_training=judge_training
    )
