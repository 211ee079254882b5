"""Where a program was when an error ended it."""

import types

from pellucid.doctor.facts import Place, Session
from pellucid.doctor.observing.lines import Lines

__all__ = ["crash_place", "own_places"]


def crash_place(session: Session) -> Place | None:
    """The innermost of the person's own lines that an error ended; None if no error did."""
    places = own_places(session.error)
    return places[-1] if places else None


def own_places(error: BaseException | None) -> list[Place]:
    """The person's own lines in an error's traceback, outermost first."""
    lines = Lines()
    found: list[Place] = []
    trace: types.TracebackType | None = error.__traceback__ if error is not None else None
    while trace is not None:
        code = trace.tb_frame.f_code
        if lines.is_own(code):
            found.append(Place(code.co_filename, trace.tb_lineno, code.co_name))
        trace = trace.tb_next
    return found
