"""``pellucid``: the commands, and how each of them ends.

Exit codes: 0 ok · 1 bug · 2 usage · 3 data · 4 training failed · 5 surroundings · 6 integrity ·
75 stopped, and can go on · 130 interrupted.
"""

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TextIO

import typer

from pellucid.cli.check import check
from pellucid.cli.compare import compare
from pellucid.cli.evaluate import evaluate
from pellucid.cli.explain import explain
from pellucid.cli.failures import INTERRUPTED, Failure, failure_of
from pellucid.cli.fit import fit
from pellucid.cli.predict import predict
from pellucid.cli.rule import rule
from pellucid.cli.run import run
from pellucid.cli.show import show

__all__ = ["app", "main"]

# Help has 150 ms. Rich's boxes would take 90 of them, and the options for shell completion 180: Typer loads pydantic as
# soon as it looks at an option without a value, and these two stand before every command.
app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("fit")(fit)
app.command("compare")(compare)
app.command("predict")(predict)
app.command("evaluate")(evaluate)
app.command("show")(show)
app.command("explain")(explain)
# Options behind the script are the script's, --help included.
app.command("run", context_settings={"allow_interspersed_args": False})(run)
app.command("check")(check)
app.command("rule")(rule)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"pellucid {version('pellucid')}")
        raise typer.Exit


@app.callback()
def pellucid(
    version: Annotated[bool, typer.Option("--version", help="Show the version.", callback=_tell_version)] = False,
) -> None:
    """Feed-forward networks you can see through: from a table to a judged, saved network in one command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: What follows ``pellucid`` on the command line; None takes it from there.

    Returns:
        The exit code. Whatever goes wrong is told on stderr; nothing is raised.
    """
    gc.enable()
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Python gives None for a stream that the caller has closed.
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that lacks a character gets a question mark, not a traceback
            stream.reconfigure(errors="replace")
    try:
        command = typer.main.get_command(app)
        if given and not given[0].startswith("-"):
            # The same cost again for a --help that was not given before the command's name; its own stays.
            command.add_help_option = False
        code = command(args=given, prog_name="pellucid", standalone_mode=False, obj={"arguments": given})
        sys.stdout.flush()
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 1
    except BaseException as error:  # every ending has a sentence and a code
        return _tell(failure_of(error), as_json=_wants_json(given))
    if code == INTERRUPTED:  # Typer turns Ctrl-C into this code
        return _tell(failure_of(KeyboardInterrupt()), as_json=_wants_json(given))
    return code if isinstance(code, int) else 0


def _wants_json(given: Sequence[str]) -> bool:
    """Whether Pellucid, and not a script that it runs, was asked for JSON."""
    if given[:1] == ["run"]:
        script = next((position for position, each in enumerate(given) if each.endswith((".py", ".ipynb"))), len(given))
        given = given[:script]
    return "--json" in given


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _tell(failure: Failure, *, as_json: bool) -> int:
    if failure.sentence:
        from pellucid.printable import printable

        _write(sys.stderr, "\n".join(map(printable, failure.sentence.split("\n"))) + "\n")
    document = ""
    if as_json:
        from pellucid.cli.documents import failure_document

        document = failure_document(failure)
    _write(sys.stdout, document)
    return failure.exit_code


def _write(stream: TextIO, text: str) -> None:
    """Write, or let it be: where the reader has gone or the device is full, the exit code still tells."""
    try:
        stream.write(text)
        stream.flush()
    except OSError:
        # What is left in the buffer would make Python complain once more, with a code of its own, as it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
