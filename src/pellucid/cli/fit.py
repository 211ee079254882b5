"""``pellucid fit``: a trained, judged, saved network and a report."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from pellucid.errors import UsageError

__all__ = ["fit"]


def fit(
    invocation: typer.Context,
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="CSV, TSV, JSON lines or Parquet file, sklearn:NAME or openml:NAME.")
    ],
    target: Annotated[
        list[str] | None, typer.Option(metavar="COL", help="The column to predict. May be given several times.")
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(
            metavar="TASK",
            help="binary, multiclass, ordinal, multilabel, distribution, regression, count or quantile; the columns"
            " decide otherwise. Also embedding (vectors near each other where labels agree), ranking (a score per row),"
            " reconstruction (no target: a code per row), sequence (consecutive rows to labels; the target holds the"
            " labels of the whole sequence, separated by blanks, the same in each of its rows).",
        ),
    ] = None,
    level: Annotated[
        list[float] | None,
        typer.Option(metavar="LEVEL", help="A quantile to predict, such as 0.9; may be given several times."),
    ] = None,
    order: Annotated[
        list[str] | None,
        typer.Option(
            metavar="A,B,C",
            help="Classes from low to high, for words with an order; may be given several times, class by class.",
        ),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(metavar="COL", help="Holds the rows of a ranking's query, or of a sequence, together."),
    ] = None,
    code: Annotated[
        int | None,
        typer.Option(metavar="N", help="Values of a reconstruction's code (2), or of an embedding's vectors (8)."),
    ] = None,
    context: Annotated[
        int | None,
        typer.Option(metavar="N", help="Neighbours on either side that a row of a sequence is seen with (1)."),
    ] = None,
    express: Annotated[
        list[str] | None,
        typer.Option(metavar="COL=FORM", help="Re-express a column: income=log; may be given several times."),
    ] = None,
    target_expression: Annotated[
        str | None, typer.Option(metavar="FORM", help="Re-express the target: log, sqrt, power, quantile_normal …")
    ] = None,
    scaling: Annotated[
        str | None, typer.Option(metavar="FORM", help="Re-express all columns of numbers: standard, min_max, power …")
    ] = None,
    network: Annotated[
        str | None, typer.Option(metavar="WIDTHS", help="Hidden layers, such as 64,64; the recipe's own otherwise.")
    ] = None,
    activation: Annotated[str | None, typer.Option(metavar="NAME", help="relu, gelu, tanh …")] = None,
    norm: Annotated[str | None, typer.Option(metavar="NAME", help="none, batch_norm or layer_norm.")] = None,
    loss: Annotated[str | None, typer.Option(metavar="NAME", help="auto, cross_entropy, mse, l1, huber …")] = None,
    class_weight: Annotated[
        str | None, typer.Option(metavar="NAME", help="none, or balanced: every class counts alike.")
    ] = None,
    optimizer: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="adamw, adam, sgd, lion …; other kinds than Adam bring their learning rate."),
    ] = None,
    lr: Annotated[
        float | None,
        typer.Option(
            metavar="RATE",
            help="Learning rate, above 0. The recipe tabular (0.04 for classes, 0.2 for numbers) divides it for weights"
            " by the square root of their layer's inputs.",
        ),
    ] = None,
    weight_decay: Annotated[float | None, typer.Option(metavar="RATE", help="Decoupled weight decay.")] = None,
    schedule: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of the learning rate: constant, cosine, plateau …")
    ] = None,
    penalty: Annotated[
        str | None, typer.Option(metavar="NAME", help="l1(strength=0.01), max_norm(limit=3) …, joined by +.")
    ] = None,
    l2: Annotated[float | None, typer.Option(metavar="STRENGTH", help="L2 penalty.")] = None,
    dropout: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Share of hidden values dropped while training.")
    ] = None,
    initialisation: Annotated[
        str | None, typer.Option(metavar="NAME", help="First weights: pytorch, data, kaiming_normal …")
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
    """Train, judge and save a network for one column of a table, or for several."""
    if not target and (task or "").strip().casefold() != "reconstruction":
        raise UsageError("--target is missing. The column to predict. May be given several times.")
    expressed = _expressed(express or [])
    hidden = None if network is None else _widths(network)
    from pellucid.cli.layout import ink_for, screen_width
    from pellucid.cli.progress import ScreenWatcher

    width, ink = screen_width(), ink_for(sys.stdout)
    with ScreenWatcher(table, show_table=not as_json, width=width, ink=ink) as watcher:
        from pellucid.jobs import fit as fit_and_judge

        run = fit_and_judge(
            table,
            target=target or None,
            task=task,
            levels=tuple(level or ()),
            order=tuple(part.strip() for words in order or () for part in words.split(",")),
            group=group,
            code=code,
            context=context,
            target_expression=target_expression,
            express=expressed,
            scaling=scaling,
            hidden=hidden,
            activation=activation,
            norm=norm,
            loss=loss,
            class_weight=class_weight,
            optimizer=optimizer,
            lr=lr,
            weight_decay=weight_decay,
            schedule=schedule,
            penalty=penalty,
            l2=l2,
            dropout=dropout,
            initialisation=initialisation,
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
            command=shlex.join(["pellucid", *invocation.obj["arguments"]]),
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


def _expressed(pairs: list[str]) -> dict[str, str]:
    """Column → re-expression."""
    found: dict[str, str] = {}
    for pair in pairs:
        # A column's name may hold "=" or "(", a re-expression's name neither: the last "=" before it separates.
        name, equals, form = _divided(pair)
        if not equals or not name or not form:
            raise UsageError(
                f"--express takes a column and a re-expression, such as income=log, and was given {pair!r}."
            )
        if name in found:
            raise UsageError(f"--express names the column {name!r} twice. Name it once.")
        found[name] = form
    return found


def _divided(pair: str) -> tuple[str, str, str]:
    before = pair.rfind("=", 0, pair.rfind("(")) if pair.endswith(")") else pair.rfind("=")
    return (pair, "", "") if before < 0 else (pair[:before], "=", pair[before + 1 :].strip())
