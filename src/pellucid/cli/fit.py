"""``pellucid fit``: a trained, judged, saved network and a report."""

import shlex
import sys
from typing import Annotated

import typer

from pellucid.cli import options as option
from pellucid.errors import UsageError

__all__ = ["fit"]


def fit(
    invocation: typer.Context,
    table: option.TableSource,
    target: option.Target = None,
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
    level: option.Level = None,
    order: option.Order = None,
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
    express: option.Express = None,
    target_expression: option.TargetExpression = None,
    scaling: option.Scaling = None,
    network: option.Hidden = None,
    activation: option.Activation = None,
    norm: option.Norm = None,
    loss: option.Loss = None,
    class_weight: option.ClassWeight = None,
    optimizer: option.Optimizer = None,
    lr: option.LearningRate = None,
    weight_decay: option.WeightDecay = None,
    schedule: option.Schedule = None,
    penalty: option.Penalty = None,
    l2: option.L2 = None,
    dropout: option.Dropout = None,
    initialisation: option.Initialisation = None,
    batch_size: option.BatchSize = None,
    epochs: option.Epochs = None,
    members: Annotated[int | None, typer.Option(metavar="N", help="Networks whose predictions are averaged.")] = None,
    seed: option.Seed = 0,
    drop: option.Drop = None,
    header: option.Header = None,
    test_size: option.TestSize = 0.2,
    recipe: option.RecipeName = "tabular",
    device: option.Device = None,
    out: option.Out = None,
    as_json: option.AsJson = False,
) -> None:
    """Train, judge and save a network for one column of a table, or for several."""
    if not target and (task or "").strip().casefold() != "reconstruction":
        raise UsageError("--target is missing. The column to predict. May be given several times.")
    expressed, hidden = option.as_expressions(express), option.as_widths(network)
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
            order=option.as_classes(order),
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
            device=device,
            watcher=watcher,
            command=shlex.join(["pellucid", *invocation.obj["arguments"]]),
        )
    if as_json:
        from pellucid.cli.documents import fit_document

        sys.stdout.write(fit_document(run))
        return
    from pellucid.cli.screen import result_lines

    print("\n".join(["", *result_lines(run.record, run.model_path, run.report_path, width=width, ink=ink)]))
