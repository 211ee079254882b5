"""Tracebacks as Python prints them, without the frames of whoever watched."""

import os
import sys
import traceback
import types
from collections.abc import Sequence

from pellucid.doctor.source.notebooks import Cell

__all__ = ["print_traceback", "without_watchers"]

_ROOM = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  # as code objects name files


def without_watchers(error: BaseException) -> BaseException:
    """The same error, our frames taken out of its traceback and of those of its causes."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = _trimmed(each.__traceback__)
        waiting += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            waiting += each.exceptions
    return error


def _trimmed(trace: types.TracebackType | None) -> types.TracebackType | None:
    kept: list[types.TracebackType] = []
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(_ROOM + os.sep):
            kept.append(trace)
        trace = trace.tb_next
    rebuilt: types.TracebackType | None = None
    for each in reversed(kept):
        rebuilt = types.TracebackType(rebuilt, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return rebuilt


def print_traceback(error: BaseException, file: str, cells: Sequence[Cell]) -> None:
    """Tell an error as Python does at the end of a script, through the script's own ``sys.excepthook`` if it set one.

    Args:
        error: The error.
        file: The script or notebook.
        cells: A notebook's cells; its lines are told by cell.
    """
    without_watchers(error)
    if not cells or sys.excepthook is not sys.__excepthook__:
        sys.excepthook(type(error), error, error.__traceback__)
        return
    told = traceback.TracebackException.from_exception(error)
    for each in _chain(told):
        for position, frame in enumerate(each.stack):
            cell = next((c for c in cells if frame.lineno is not None and c.first <= frame.lineno <= c.last), None)
            if frame.filename == file and cell is not None and frame.lineno is not None:
                name, line = f"{file}, cell {cell.number}", frame.lineno - cell.first + 1
                each.stack[position] = traceback.FrameSummary(name, line, frame.name, line=frame.line)
        if getattr(each, "filename", None) == file and each.lineno is not None:  # a SyntaxError tells its place itself
            line = int(each.lineno)
            cell = next((c for c in cells if c.first <= line <= c.last), None)
            if cell is not None:
                each.filename, each.lineno = f"{file}, cell {cell.number}", str(line - cell.first + 1)
    print("".join(told.format()), end="", file=sys.stderr)


def _chain(told: traceback.TracebackException) -> list[traceback.TracebackException]:
    found: list[traceback.TracebackException] = []
    waiting: list[traceback.TracebackException | None] = [told]
    while waiting:
        each = waiting.pop()
        if each is not None and each not in found:
            found.append(each)
            waiting += [each.__cause__, each.__context__]
    return found
