"""``pellucid compare``: which recipe is better on a table, how sure that is, and the winner judged and saved."""

import shlex
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from pellucid.cli import options as option
from pellucid.cli.failures import RESUMABLE, ResumableError
from pellucid.errors import UsageError

__all__ = ["command_again", "compare"]


def compare(
    invocation: typer.Context,
    table: option.TableSource,
    target: option.Target = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUES",
            help="What to compare, such as activation=relu,gelu or lr=1e-4:1e-1:log:7 or hidden=64,64-64; may be given"
            " several times, and all combinations are variants. Any option of a recipe, and width, depth and recipe.",
        ),
    ] = None,
    path: Annotated[
        str | None,
        typer.Option(metavar="NAME=RANGE", help="Instead: one number along a range, such as l2=1e-3:1e3:log:20."),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(metavar="N", help="Draw N variants at random instead of all; ranges may be lr=1e-4:1e-1:log."),
    ] = None,
    seeds: Annotated[
        int, typer.Option(metavar="N", help="Repeats, each with folds and first weights of its own.")
    ] = 10,
    folds: Annotated[int, typer.Option(metavar="N", help="Folds of each repeat; each is held out once.")] = 5,
    scheme: Annotated[
        str, typer.Option(metavar="NAME", help="Of the folds: auto, k_fold, stratified, grouped or time.")
    ] = "auto",
    group: Annotated[
        str | None,
        typer.Option(metavar="COL", help="Rows with equal values stay in one fold; networks do not see the column."),
    ] = None,
    order_by: Annotated[
        str | None,
        typer.Option(metavar="COL", help="When each row happened: learn from earlier rows, judge by later ones."),
    ] = None,
    halving: Annotated[bool, typer.Option("--halving", help="Give weak variants up early.")] = False,
    minutes: Annotated[
        float | None, typer.Option(metavar="M", help="Time for everything; what is known by then is told.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Processes that share the work, each with one thread.")
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(
            metavar="TASK",
            help="binary, multiclass, ordinal, multilabel, distribution, regression, count or quantile; the columns"
            " decide otherwise.",
        ),
    ] = None,
    level: option.Level = None,
    order: option.Order = None,
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
    members: Annotated[
        int | None, typer.Option(metavar="N", help="Networks of the winner, whose predictions are averaged.")
    ] = None,
    seed: option.Seed = 0,
    drop: option.Drop = None,
    header: option.Header = None,
    test_size: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of the rows that only judge the choice, between 0 and 1.")
    ] = 0.2,
    recipe: option.RecipeName = "tabular",
    out: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Folder; below runs/ otherwise. An unfinished comparison in it goes on."),
    ] = None,
    as_json: option.AsJson = False,
) -> None:
    """Compare recipes on one table; judge and save the winner.

    Options of a recipe (from --network to --epochs) hold for all variants; what is varied wins over them.
    """
    if not target:
        raise UsageError("--target is missing. The column to predict. May be given several times.")
    if not (vary or path):
        raise UsageError(
            "Nothing is varied, so there is nothing to compare. Add --vary activation=relu,gelu,tanh, or"
            " --path l2=1e-3:1e3:log:20."
        )
    expressed, hidden = option.as_expressions(express), option.as_widths(network)
    arguments: Sequence[str] = invocation.obj["arguments"]
    from pellucid.cli.compare_progress import ComparisonScreen
    from pellucid.cli.layout import ink_for, screen_width

    width, ink = screen_width(), ink_for(sys.stdout)
    with ComparisonScreen(table, show_table=not as_json, width=width, ink=ink) as watcher:
        from pellucid.jobs import compare as compare_and_judge

        try:
            found = compare_and_judge(
                table,
                target=target,
                vary=vary,
                path=path,
                seeds=seeds,
                folds=folds,
                scheme=scheme,
                group=group,
                time=order_by,
                draws=draws,
                halving=halving,
                minutes=minutes,
                task=task,
                levels=tuple(level or ()),
                order=option.as_classes(order),
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
                workers=workers,
                watcher=watcher,
                command=shlex.join(["pellucid", *arguments]),
            )
        except KeyboardInterrupt:
            # The second Ctrl-C, or one while nobody listens: what was finished before is kept all the same.
            if watcher.folder is None:
                raise
            raise ResumableError(
                f"Stopped at once; what was trained is kept in {watcher.folder}.",
                command_again(arguments, watcher.folder),
            ) from None
    stopped = found.record.ended == "interrupted"
    again = command_again(arguments, str(found.path)) if stopped else ""
    if as_json:
        from pellucid.cli.documents import comparison_document

        sys.stdout.write(comparison_document(found, again))
    else:
        from pellucid.cli.compare_screen import comparison_lines

        lines = comparison_lines(found, width=width, ink=ink, trained=watcher.trained)
        if lines:
            print("\n".join(["", *lines] if watcher.trained else lines))
    if stopped:
        sys.stdout.flush()
        print(f"\nStopped; the networks that were finished are kept. To go on:\n  {again}", file=sys.stderr)
        raise typer.Exit(RESUMABLE)


def command_again(arguments: Sequence[str], folder: str) -> str:
    """The same command with the folder that it goes on in; none of it is broken, as it has to be copied."""
    kept: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--out":
            next(words, None)
        elif not word.startswith("--out="):
            kept.append(word)
    return shlex.join(["pellucid", *kept, "--out", folder])
