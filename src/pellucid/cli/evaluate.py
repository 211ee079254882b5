"""``pellucid evaluate``: how well a saved model does on a table that holds the answers."""

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["evaluate"]


def evaluate(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model.safetensors that fit wrote.")],
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A table with the target column.")],
    header: Annotated[
        bool | None,
        typer.Option("--header/--no-header", help="Whether the first row holds names; asked where it is not clear."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of the screen.")] = False,
) -> None:
    """Judge a saved model on a table that it was not trained on."""
    from pellucid.jobs import evaluate as judge_model

    evaluation = judge_model(model, table, header=header)
    if as_json:
        from pellucid.cli.documents import evaluation_document

        sys.stdout.write(evaluation_document(evaluation))
        return
    from pellucid.cli.layout import ink_for, screen_width
    from pellucid.cli.screen import evaluation_lines

    print("\n".join(evaluation_lines(evaluation, width=screen_width(), ink=ink_for(sys.stdout))))
