"""From an exception to one sentence and an exit code. A traceback is only ever a bug, and goes to a file."""

import errno
import os
import re
from dataclasses import dataclass, field
from typing import Any

import typer

from pellucid.errors import ContractError, DataError, PellucidError, UnknownColumnError, UnknownNameError, nearest

__all__ = ["INTERRUPTED", "RESUMABLE", "Failure", "ResumableError", "failure_of"]

BUG, USAGE, SURROUNDINGS, RESUMABLE, INTERRUPTED, BROKEN_PIPE = 1, 2, 5, 75, 130, 141
OUT_OF_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


@dataclass(frozen=True)
class Failure:
    """How a command ended.

    Attributes:
        exit_code: For the shell.
        sentence: For the person; empty when nothing need be said.
        detail: For programs, plain JSON values.
    """

    exit_code: int
    sentence: str
    detail: dict[str, Any] = field(default_factory=dict)


class ResumableError(Exception):
    """Somebody stopped what can go on.

    Args:
        sentence: What was kept, for people.
        command: What goes on with it.
    """

    def __init__(self, sentence: str, command: str) -> None:
        super().__init__(sentence)
        self.sentence, self.command = sentence, command


def failure_of(error: BaseException) -> Failure:
    """What to tell about an exception, and how to end."""
    if isinstance(error, ContractError):
        return Failure(error.exit_code, _as_options(error), _data_of(error))
    if isinstance(error, PellucidError):
        return Failure(error.exit_code, error.message, _data_of(error))
    if isinstance(error, typer.TyperException):
        return Failure(USAGE, _usage_sentence(error))
    if isinstance(error, ResumableError):
        return Failure(RESUMABLE, f"{error.sentence} To go on:\n  {error.command}", {"resume": error.command})
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        return Failure(INTERRUPTED, "Stopped; nothing was kept.")
    if isinstance(error, BrokenPipeError):
        return Failure(BROKEN_PIPE, "")
    if isinstance(error, MemoryError):
        return Failure(SURROUNDINGS, "The memory ran out. Use fewer rows or members, or a machine with more memory.")
    if isinstance(error, OSError) and error.errno in OUT_OF_ROOM:
        return Failure(SURROUNDINGS, f"The disk could not be written: {error.strerror}. Free space or use --out.")
    return Failure(BUG, _bug_sentence(error))


def _data_of(error: PellucidError) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if isinstance(error, DataError) and error.code:
        data["code"] = error.code
    if isinstance(error, ContractError):
        data |= {"code": error.code, "slug": error.slug, "recipe": error.recipe}
    if isinstance(error, (UnknownColumnError, UnknownNameError)):
        data["suggestion"] = error.suggestion
    return data


# A recipe as code with one field, which is what a contract offers: pl.Recipe(loss="bce_with_logits").
_OFFERED = re.compile(r"""pl\.Recipe\((\w+)=["']([^"']+)["']\)""")
_OPTIONS = ("activation", "class_weight", "loss")


def _as_options(error: ContractError) -> str:
    """The message, with the recipe that fits as an option of the command line where it is one."""
    offered = _OFFERED.fullmatch(error.recipe)
    if offered is None or offered[1] not in _OPTIONS:
        return error.message
    value = offered[2] if re.fullmatch(r"\w+", offered[2]) else f'"{offered[2]}"'
    return error.message.replace(error.recipe, f"--{offered[1].replace('_', '-')} {value}")


def _bug_sentence(error: BaseException) -> str:
    import tempfile
    import traceback

    report = "".join(traceback.format_exception(error))
    reason = f"{type(error).__name__}: {error}".strip().splitlines()[0]
    try:
        descriptor, path = tempfile.mkstemp(prefix="pellucid-bug-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(report)
    except OSError:
        return f"This is a bug in Pellucid, not your mistake ({reason}).\n{report}"
    return f"This is a bug in Pellucid, not your mistake ({reason}). Please report it with this file: {path}"


def _usage_sentence(error: typer.TyperException) -> str:
    """Typer's refusal in our words, with the nearest name and the command that lists all of them."""
    context = getattr(error, "ctx", None)
    more = f"\nAll options: {context.command_path if context else 'pellucid'} --help"
    message = str(getattr(error, "message", error)).rstrip(".")
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    if option is not None and hasattr(error, "possibilities"):
        known = [name for each in context.command.params for name in each.opts] if context else []
        guess = nearest(option, [*known, "--help"])
        return f"There is no option {option}.{f' Did you mean {guess}?' if guess else ''}{more}"
    if option is not None:
        return f"{option} needs a value after it.{more}"
    if parameter is not None:
        is_option = parameter.param_type_name == "option"
        name = parameter.opts[0] if is_option else parameter.metavar or parameter.name.upper()
        if hasattr(error, "param_type"):
            return f"{name} is missing. {parameter.help or ''}{more}"
        reason = message.split(", unable")[0].replace("Input should", "it should")
        return f"{name} does not take this value: {reason}.{more}"
    if message.startswith("Usage:"):  # no command at all: the help itself is the answer
        return message
    # "No such command 'fi'. Did you mean 'fit'?" is a sentence already.
    end = "" if message.endswith("?") else "."
    return f"{message.replace('No such command', 'There is no command')}{end}{more}"
