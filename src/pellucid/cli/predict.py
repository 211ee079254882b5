"""``pellucid predict``: a saved model's answers for a table, one row per row."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pellucid.errors import UsageError

__all__ = ["predict"]


def predict(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model.safetensors that fit wrote.")],
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="CSV, TSV, JSON lines or Parquet file, sklearn:NAME or openml:NAME.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="CSV", help="File to write; standard output otherwise.")
    ] = None,
    probabilities: Annotated[bool, typer.Option("--proba", help="Also one column probability_<class> each.")] = False,
    header: Annotated[
        bool | None,
        typer.Option("--header/--no-header", help="Whether the first row holds names; asked where it is not clear."),
    ] = None,
) -> None:
    """Predict every row of a table, in its order: column `prediction`, or `score`, `vector0`…, `code0`…."""
    from pellucid.cli.findings import sentence_lines
    from pellucid.cli.layout import screen_width
    from pellucid.jobs import predict as predict_rows
    from pellucid.printable import grouped, printable

    if out == Path("-"):
        out = None
    if out is not None and out.is_dir():
        raise UsageError(f"{out} is a folder; --out (-o) wants a file. Choose a name in it: {out / 'predictions.csv'}")
    predictions = predict_rows(model, table, probabilities=probabilities, header=header, out=out)
    if out is None:
        sys.stdout.buffer.write(predictions.content)
    else:
        rows = f"{grouped(predictions.rows)} {predictions.called}{'' if predictions.rows == 1 else 's'}"
        of = "" if predictions.called == "code" else f" of {printable(predictions.target)}"
        print(f"{rows}{of} in {printable(str(out))}", file=sys.stderr)
    for line in sentence_lines(predictions.findings, width=screen_width()):
        print(line, file=sys.stderr)
