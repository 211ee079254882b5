"""``pellucid fit``: a trained, judged, saved network and a report."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from pellucid.errors import UsageError

__all__ = ["fit"]


def fit(
    context: typer.Context,
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="CSV, TSV, JSON lines or Parquet file, sklearn:NAME or openml:NAME.")
    ],
    target: Annotated[str, typer.Option(metavar="COL", help="The column to predict.")],
    task: Annotated[
        str | None, typer.Option(metavar="TASK", help="binary, multiclass or regression; the column decides otherwise.")
    ] = None,
    network: Annotated[
        str | None, typer.Option(metavar="WIDTHS", help="Hidden layers, such as 64,64; the recipe's own otherwise.")
    ] = None,
    activation: Annotated[str | None, typer.Option(metavar="NAME", help="relu, gelu, tanh …")] = None,
    loss: Annotated[str | None, typer.Option(metavar="NAME", help="auto, cross_entropy, mse, l1, huber …")] = None,
    optimizer: Annotated[str | None, typer.Option(metavar="NAME", help="adamw, adam or sgd.")] = None,
    lr: Annotated[
        float | None,
        typer.Option(
            metavar="RATE",
            help="Learning rate, above 0. The recipe tabular (0.04 for classes, 0.2 for numbers) divides it for weights"
            " by the square root of their layer's inputs.",
        ),
    ] = None,
    batch_size: Annotated[int | None, typer.Option(metavar="ROWS", help="Rows per step.")] = None,
    epochs: Annotated[int | None, typer.Option(metavar="N", help="Passes over the training rows.")] = None,
    members: Annotated[int | None, typer.Option(metavar="N", help="Networks whose predictions are averaged.")] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed gives the same network.")] = 0,
    drop: Annotated[
        list[str] | None, typer.Option(metavar="COL", help="A column to leave out; may be given several times.")
    ] = None,
    header: Annotated[
        bool | None,
        typer.Option("--header/--no-header", help="Whether the first row holds names; asked where it is not clear."),
    ] = None,
    test_size: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of the rows kept for judging, between 0 and 1.")
    ] = 0.2,
    recipe: Annotated[str, typer.Option(metavar="NAME", help="tabular or plain.")] = "tabular",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the run; below runs/ otherwise.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of the screen.")] = False,
) -> None:
    """Train, judge and save a network for one column of a table."""
    hidden = None if network is None else _widths(network)
    from pellucid.cli.layout import ink_for, screen_width
    from pellucid.cli.progress import ScreenWatcher

    width, ink = screen_width(), ink_for(sys.stdout)
    with ScreenWatcher(table, show_table=not as_json, width=width, ink=ink) as watcher:
        from pellucid.jobs import fit as fit_and_judge

        run = fit_and_judge(
            table,
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
            drop=tuple(drop or ()),
            header=header,
            test_size=test_size,
            out=out,
            recipe=recipe,
            watcher=watcher,
            command=shlex.join(["pellucid", *context.obj["arguments"]]),
        )
    if as_json:
        from pellucid.cli.documents import fit_document

        sys.stdout.write(fit_document(run))
        return
    from pellucid.cli.screen import result_lines

    print("\n".join(["", *result_lines(run.record, run.model_path, run.report_path, width=width, ink=ink)]))


def _widths(text: str) -> tuple[int, ...]:
    try:
        widths = tuple(int(part) for part in text.replace("-", ",").split(","))
    except ValueError:
        widths = ()
    if not widths or min(widths) < 1:
        raise UsageError(f"--network takes the widths of the hidden layers, such as 64,64, and was given {text!r}.")
    return widths
