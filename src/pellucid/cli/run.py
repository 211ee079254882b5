"""``pellucid run``: a script or notebook, unchanged, with the doctor watching."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from pellucid.errors import UsageError

if TYPE_CHECKING:
    from pellucid.doctor.diagnosis import Diagnosis
    from pellucid.doctor.script import Ran
    from pellucid.records import Finding

__all__ = ["FailOn", "check_fail_on", "run", "write_sarif"]

FailOn = Annotated[
    str | None, typer.Option(metavar="SEVERITY", help="error or warning: end with 1 if there is one of these or worse.")
]


def run(
    script: Annotated[str, typer.Argument(metavar="SCRIPT", help="A .py file, or an .ipynb file to run cell by cell.")],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[ARGS]", help="All that follows belongs to the script.")
    ] = None,
    live: Annotated[bool, typer.Option("--live", help="Tell findings as they appear, too, on standard error.")] = False,
    confirm: Annotated[
        bool,
        typer.Option(
            "--confirm",
            help="Try each fix on a copy, 60 steps, and tell what that showed. The script runs again from its start "
            "for it: files that it writes are written again.",
        ),
    ] = False,
    fail_on: FailOn = None,
    sarif: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the findings into this file as SARIF 2.1.0.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the findings into this file as a page (HTML).")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document; the script's own output goes to standard error.")
    ] = False,
) -> None:
    """Run a PyTorch script unchanged and name what goes silently wrong in it. Its exit code is kept."""
    from pellucid.doctor.script import run_script

    check_fail_on(fail_on)
    # The script may go elsewhere.
    sarif, report = (file.absolute() if file is not None else None for file in (sarif, report))
    # The script may put other streams in place of these, and its own words at its end still belong there.
    out, complaints = sys.stdout, sys.stderr
    write: Callable[[str], object] = sys.stdout.write
    if as_json:
        from pellucid.doctor.running.streams import reserve_stdout

        write = reserve_stdout()
    ran = run_script(script, arguments or (), tell=partial(_tell_live, stream=complaints) if live else None)
    if out.closed:
        out = complaints
    found = _diagnosed(ran, script, confirm=confirm, stream=complaints)
    findings = found.findings if found is not None else []
    if sarif is not None:
        write_sarif(findings, sarif)
    if report is not None and found is not None:
        _write_report(found, ran, script, report)
    if as_json:
        from pellucid.cli.doctor_screen import findings_document

        write(findings_document(findings))
    elif found is not None:
        _show(found, script, stream=out)
    for note in ran.notes:
        print(f"Skipped in {script}: {note}", file=complaints)
    code = ran.exit_code or int(_is_failed(findings, fail_on))
    if found is not None:
        from pellucid.doctor.containing import leave

        leave(code)
    raise SystemExit(code)


def check_fail_on(fail_on: str | None) -> None:
    """Refuse other severities.

    Raises:
        UsageError: If it is neither error nor warning.
    """
    if fail_on not in (None, "error", "warning"):
        raise UsageError(f"--fail-on takes error or warning, and was given {fail_on!r}.")


def write_sarif(findings: "list[Finding]", file: Path) -> None:
    """Write findings as SARIF.

    Raises:
        SurroundingsError: If the file cannot be written.
    """
    from importlib.metadata import version

    from pellucid.doctor.rules import RULES
    from pellucid.doctor.sarif import sarif_document
    from pellucid.records import encode_json, write_whole

    write_whole(file, encode_json(sarif_document(findings, RULES, version=version("pellucid")), indent=2))


def _write_report(found: "Diagnosis", ran: "Ran", script: str, file: Path) -> None:
    """Write the page.

    Raises:
        SurroundingsError: If the file cannot be written.
    """
    from pellucid.records import write_whole
    from pellucid.report.doctor import render_diagnosis

    page = render_diagnosis(
        found,
        subject=Path(script).name,
        sources=ran.session.sources if ran.session is not None else (),
        command=f"pellucid run {script}",
        notes=ran.notes,
    )
    write_whole(file, page)


def _diagnosed(ran: "Ran", script: str, *, confirm: bool, stream: TextIO) -> "Diagnosis | None":
    if ran.session is None:
        reason = f"it could not be watched ({ran.trouble})" if ran.trouble else "it did not import torch"
        print(f"Doctor: nothing was looked at in {script}: {reason}.", file=stream)
        return None
    from pellucid.doctor.diagnosis import examine

    found = examine(ran.session, sources=ran.session.sources)
    if confirm:
        import dataclasses

        from pellucid.doctor.confirming import confirm as try_fixes

        found = dataclasses.replace(found, findings=try_fixes(ran.session, found.findings))
    return found


def _show(found: "Diagnosis", script: str, *, stream: TextIO) -> None:
    from pellucid.cli.doctor_screen import as_dye
    from pellucid.cli.layout import ink_for, screen_width

    width, ink = screen_width(), ink_for(stream)
    lines = found.lines(subject=Path(script).name, width=width, dye=as_dye(ink))
    print("\n".join([ink.quiet("─" * width), *lines]), file=stream, flush=True)


def _tell_live(finding: "Finding", *, stream: TextIO) -> None:
    from pellucid.cli.doctor_screen import as_dye
    from pellucid.cli.layout import ink_for, screen_width
    from pellucid.doctor.running.streams import flush
    from pellucid.doctor.text import finding_lines

    flush(sys.stdout)
    print("\n".join(finding_lines(finding, width=screen_width(), dye=as_dye(ink_for(stream)))), file=stream)


def _is_failed(findings: "list[Finding]", fail_on: str | None) -> bool:
    from pellucid.cli.doctor_screen import is_failed

    return is_failed(findings, fail_on)
