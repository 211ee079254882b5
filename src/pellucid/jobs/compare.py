"""The comparison: from a table and what is varied to who stands where, and the winner judged on untouched rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.errors import UsageError
from pellucid.jobs.asking import as_sequence, as_text, expressed, target_names
from pellucid.tables import read_table

if TYPE_CHECKING:
    from pellucid.experiments.compare.comparison import Comparison
    from pellucid.experiments.compare.watching import ComparisonWatcher

__all__ = ["compare"]


def compare(
    source: Any,
    *,
    target: str | Sequence[str] | None = None,
    vary: Mapping[str, Any] | Iterable[str] | None = None,
    path: str | None = None,
    seeds: int = 10,
    folds: int = 5,
    scheme: str = "auto",
    group: str | None = None,
    time: str | None = None,
    draws: int | None = None,
    halving: bool = False,
    minutes: float | None = None,
    task: str | None = None,
    levels: Sequence[float] = (),
    order: Sequence[str] = (),
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
    workers: int | None = None,
    gif: str | Path | None = None,
    watcher: "ComparisonWatcher | None" = None,
    command: str = "",
) -> "Comparison":
    """Compare recipes on one table, paired over seeds and folds, with intervals and corrected tests.

    A part of the rows is put aside first and judges the choice at the end; no comparison sees it. On the others every
    variant is trained on the same folds from the same seeds, all networks at once.

    Args:
        source: As in ``fit``.
        target: As in ``fit``.
        vary: What is compared: factor → values, ``{"activation": ["relu", "gelu"], "lr": "1e-4:1e-1:log:7"}``, or texts
            such as ``"activation=relu,gelu"``. All combinations are variants. Factors are the options of a recipe,
            ``width`` and ``depth`` of its hidden layers, and ``recipe``, a named recipe.
        path: Instead of ``vary`` one factor of numbers in order, such as ``"l2=1e-3:1e3:log:20"``.
        seeds: Repeats; each draws its own folds and the seeds of its networks; ≥ 1.
        folds: Folds of each repeat; ≥ 2.
        scheme: How folds are drawn: ``k_fold``, ``stratified``, ``grouped``, ``time``, or ``auto``: by ``time`` or
            ``group`` where they are given, else class by class where there are classes.
        group: Column whose equal values stay on one side of every division; networks do not see it.
        time: Column that says when each row happened: every fold learns from what came before it, and the latest rows
            judge the choice.
        draws: Variants drawn at random from what is varied; ranges may then be open, ``lr=1e-4:1e-1:log``. None: all
            combinations.
        halving: Find finalists among all variants first, by successive halving: all train for a little on a few
            divisions of the rows, the better third goes on for longer, and so on. Only the finalists, 2 to 8, are
            trained on all folds of all seeds and judged; what was dropped is in ``record.dropped``.
        minutes: Time for everything together; the best so far is returned when it is over. None: as long as it takes.
        task: As in ``fit``, for tasks whose rows stand for themselves.
        levels: As in ``fit``, as are all options of the recipe below; what is varied wins over them.
        order: As in ``fit``.
        target_expression: As in ``fit``.
        express: As in ``fit``.
        scaling: As in ``fit``.
        hidden: As in ``fit``.
        activation: As in ``fit``.
        norm: As in ``fit``.
        loss: As in ``fit``.
        class_weight: As in ``fit``.
        optimizer: As in ``fit``.
        lr: As in ``fit``.
        weight_decay: As in ``fit``.
        schedule: As in ``fit``.
        penalty: As in ``fit``.
        l2: As in ``fit``.
        dropout: As in ``fit``.
        initialisation: As in ``fit``.
        batch_size: As in ``fit``.
        epochs: As in ``fit``.
        members: Networks of the winner, when it is trained again on all rows that the comparison saw; ≥ 1.
        seed: The same seed, table and question give the same table of scores.
        drop: Columns to leave out.
        header: As in ``fit``.
        test_size: Share of the rows that only judge the choice; between 0 and 1.
        out: The folder. One that holds an unfinished part of the same question is continued, a finished one is read.
        recipe: The named recipe that variants start from.
        device: As in ``fit``.
        precision: As in ``fit``.
        workers: Processes to share the work, each with one thread; None: this one, with all its threads.
        gif: With ``path``, a ``.gif`` file of how the boundary moves along it: a network for each step, trained on all
            rows that the comparison sees, over the two columns of numbers that tell most. Needs ``pellucid[plots]``;
            None draws none.
        watcher: Is told what goes on; None is silent.
        command: How this was started, for the record.

    Returns:
        The comparison: its table, sentences, the saved winner and the paths of what was written. If it was interrupted
        (Ctrl-C) its record says so, and the same call with its folder as ``out`` goes on.

    Raises:
        DataError: If the table is not what the task needs.
        UsageError: If an option does not make sense, nothing is varied, ``out`` holds another comparison, or a boundary
            is to be drawn where there is none.
        ContractError: If a variant's loss and the target do not fit together; names the nearest right recipe.
        TrainingError: If no network could be trained.
        SurroundingsError: If the folder cannot be written, or workers die.
    """
    # The table comes before the rooms that load torch, as in fit.
    table = read_table(source, header=header)
    if isinstance(task, str):
        task = task.strip().casefold()
    targets = () if target is None and task == "reconstruction" else target_names(target, table)
    table = replace(table, findings=tuple(found for found in table.findings if found.code != "B035"))

    from pellucid.doctor.own import judge_training
    from pellucid.experiments import FitOptions
    from pellucid.experiments.compare.compare import compare_table
    from pellucid.experiments.compare.options import CompareOptions
    from pellucid.report.comparison import render_comparison

    varied, recipes = _varied(vary)
    options = CompareOptions(
        fit=FitOptions(
            target=targets,
            task=task,
            levels=as_sequence(levels, "levels", "numbers between 0 and 1, such as [0.1, 0.9]"),
            order=tuple(map(str, as_sequence(order, "order", "classes from low to high, such as ['low', 'high']"))),
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
        ),
        vary=varied,
        path=path or "",
        recipes=recipes,
        seeds=seeds,
        folds=folds,
        scheme=scheme,
        group=group,
        time=time,
        draws=draws,
        halving=halving,
        minutes=minutes,
        workers=workers,
    )
    steps = None
    if gif is not None:
        from pellucid.jobs.path_picture import draw_path, plan_picture

        steps = plan_picture(table, options, gif)
    found = compare_table(
        table, options, watcher=watcher, render_report=render_comparison, judge_training=judge_training
    )
    if gif is None or steps is None or found.record.ended == "interrupted":
        return found
    if watcher is not None:
        watcher.stage_started(f"drawing {gif}")
    return replace(found, gif=draw_path(steps, gif))


def _varied(vary: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is varied in the notation of plans, and the named recipes among it."""
    given = [vary] if isinstance(vary, str) else [] if vary is None else vary
    if isinstance(given, Mapping):
        texts = [f"{name}={_values(values)}" for name, values in given.items()]
    elif hasattr(given, "__iter__"):
        texts = [str(each) for each in given]
    else:
        raise UsageError(
            f"vary takes factors with their values, such as {{'activation': ['relu', 'gelu']}}, not {vary!r}."
        )
    named = [text for text in texts if text.partition("=")[0].strip() == "recipe"]
    recipes = [part.strip() for text in named for part in text.partition("=")[2].split(",")]
    return tuple(text for text in texts if text not in named), tuple(dict.fromkeys(recipes))


def _values(values: Any) -> str:
    """Values of one factor in the notation, numbers to the last digit."""
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        return _value(values)
    return ",".join(_value(value) for value in values)


def _value(value: Any) -> str:
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, tuple | list):
        return "-".join(map(str, plain)) or "none"
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    return "none" if plain is None else str(plain)
