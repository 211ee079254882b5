"""``pellucid check``: scripts and notebooks, read and not run."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pellucid.cli.run import FailOn, check_fail_on, write_sarif

__all__ = ["check"]


def check(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATHS", help="Python files, notebooks, or folders with some.")
    ],
    fail_on: FailOn = None,
    sarif: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the findings into this file as SARIF 2.1.0.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of the screen.")] = False,
) -> None:
    """Name what is certainly wrong in PyTorch programs, from their source alone. pellucid run sees more."""
    from pellucid.cli.doctor_screen import as_dye, findings_document, is_failed
    from pellucid.cli.layout import ink_for, screen_width
    from pellucid.doctor.checking import check_source
    from pellucid.doctor.text import report_lines

    check_fail_on(fail_on)
    read = check_source(paths)
    for sentence in read.unread:
        print(sentence, file=sys.stderr)
    if sarif is not None:
        write_sarif(read.findings, sarif)
    if as_json:
        sys.stdout.write(findings_document(read.findings))
    else:
        subject = read.files[0] if len(read.files) == 1 else f"{len(read.files)} files"
        width, dye = screen_width(), as_dye(ink_for(sys.stdout))
        lines = report_lines(
            read.findings, subject=subject, checks=read.checks, silenced=read.silenced, width=width, dye=dye
        )
        print("\n".join(lines))
    raise typer.Exit(int(is_failed(read.findings, fail_on)))
