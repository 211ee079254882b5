"""``pellucid fit``: a trained, judged, saved network and a report."""

import shlex
import sys
from typing import Annotated

import typer

from pellucid.cli import options as option
from pellucid.cli.recipe_options import RecipeOptions, with_recipe_options

__all__ = ["fit"]


@with_recipe_options
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
    *,
    asked: RecipeOptions,
    members: Annotated[int | None, typer.Option(metavar="N", help="Networks whose predictions are averaged.")] = None,
    test_size: option.TestSize = 0.2,
    out: option.Out = None,
    as_json: option.AsJson = False,
) -> None:
    """Train, judge and save a network for one column of a table, or for several."""
    option.require_target(target, task)
    shared = asked.arguments()
    from pellucid.cli.layout import ink_for, screen_width
    from pellucid.cli.progress import ScreenWatcher

    width, ink = screen_width(), ink_for(sys.stdout)
    with ScreenWatcher(table, show_table=not as_json, width=width, ink=ink) as watcher:
        from pellucid.jobs import fit as fit_and_judge

        run = fit_and_judge(
            table,
            target=target or None,
            task=task,
            group=group,
            code=code,
            context=context,
            **shared,
            members=members,
            test_size=test_size,
            out=out,
            watcher=watcher,
            command=shlex.join(["pellucid", *invocation.obj["arguments"]]),
        )
    if as_json:
        from pellucid.cli.documents import fit_document

        sys.stdout.write(fit_document(run))
        return
    from pellucid.cli.screen import result_lines

    print("\n".join(["", *result_lines(run.record, run.model_path, run.report_path, width=width, ink=ink)]))
