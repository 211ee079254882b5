"""``pellucid compare``: which recipe is better on a table, how sure that is, and the winner judged and saved."""

import shlex
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from pellucid.cli import options as option
from pellucid.cli.failures import RESUMABLE, ResumableError
from pellucid.cli.recipe_options import RecipeOptions, with_recipe_options
from pellucid.errors import UsageError

__all__ = ["command_again", "compare"]


@with_recipe_options
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
    halving: Annotated[
        bool, typer.Option("--halving", help="Among many variants, give the weak ones up early; judge the 2 to 8 left.")
    ] = False,
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
    *,
    asked: RecipeOptions,
    members: Annotated[
        int | None, typer.Option(metavar="N", help="Networks of the winner, whose predictions are averaged.")
    ] = None,
    test_size: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of the rows that only judge the choice, between 0 and 1.")
    ] = 0.2,
    out: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Folder; below runs/ otherwise. An unfinished comparison in it goes on."),
    ] = None,
    gif: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="With --path: how the boundary moves along it, as a moving picture (.gif)."),
    ] = None,
    as_json: option.AsJson = False,
) -> None:
    """Compare recipes on one table; judge and save the winner.

    Options of a recipe (from --network to --epochs) hold for all variants; what is varied wins over them.
    """
    option.require_target(target, task)
    if not (vary or path):
        raise UsageError(
            "Nothing is varied, so there is nothing to compare. Add --vary activation=relu,gelu,tanh, or"
            " --path l2=1e-3:1e3:log:20."
        )
    shared = asked.arguments()
    arguments: Sequence[str] = invocation.obj["arguments"]
    from pellucid.cli.compare_progress import ComparisonScreen
    from pellucid.cli.layout import ink_for, screen_width

    width, ink = screen_width(), ink_for(sys.stdout)
    with ComparisonScreen(table, show_table=not as_json, width=width, ink=ink) as watcher:
        from pellucid.jobs import compare as compare_and_judge

        try:
            found = compare_and_judge(
                table,
                target=target or None,
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
                **shared,
                members=members,
                test_size=test_size,
                out=out,
                workers=workers,
                gif=gif,
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
