"""One trial, in a process of its own: a program is run under observation until it has shown enough."""

import math
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from torch.optim.optimizer import register_optimizer_step_post_hook

from pellucid.doctor.confirming.mended import exchange, mended_program
from pellucid.doctor.confirming.order import Order, Shown
from pellucid.doctor.diagnosis import examine
from pellucid.doctor.facts import Session
from pellucid.doctor.observing import Observer
from pellucid.doctor.running.program import as_main, execute, read_program
from pellucid.doctor.source import read_source
from pellucid.records import Severity

__all__ = ["main", "try_program"]

_LATEST = 10


class _EnoughError(BaseException):
    """Ends the program; no ``except Exception`` of it stands in the way."""


def main(file: str) -> None:
    """Carry out the order in a file."""
    order = msgspec.json.decode(Path(file).read_bytes(), type=Order)
    shown = try_program(order)
    answer = Path(order.answer)
    whole = answer.with_suffix(".part")
    whole.write_bytes(msgspec.json.encode(shown))
    whole.rename(answer)


def try_program(order: Order) -> Shown:
    """Run a program for a while, and tell what was seen of it."""
    program = mended_program(read_program(order.script), order.texts)
    exchange(order.texts)
    session = Session()
    with as_main(program, order.arguments) as names, Observer(session, own=[program.path, *order.texts]):
        try:
            with _stopped(session, order):
                execute(program, names)
        except (_EnoughError, SystemExit):
            pass
        except BaseException as error:
            session.error = error
    session.is_over = True
    for path, text in order.texts.items():
        try:
            session.sources.append(read_source(path, text))
        except (SyntaxError, ValueError):  # a fix that spoils the file; running it has shown that, too
            continue
    return _shown(session)


@contextmanager
def _stopped(session: Session, order: Order) -> Iterator[None]:
    """Raises when enough was seen: behind an update, or wherever the program is when its time is over."""
    end = time.monotonic() + order.seconds

    def after_step(*_: Any) -> None:
        if session.updates >= order.steps or time.monotonic() > end:
            raise _EnoughError

    def is_late(*_: Any) -> None:
        raise _EnoughError

    handle = register_optimizer_step_post_hook(after_step)  # behind the observer's own, which counts
    has_timer = hasattr(signal, "setitimer")
    if has_timer:  # programs without an optimizer
        signal.signal(signal.SIGALRM, is_late)
        signal.setitimer(signal.ITIMER_REAL, order.seconds)
    try:
        yield
    finally:
        if has_timer:
            signal.setitimer(signal.ITIMER_REAL, 0)
        handle.remove()


def _shown(session: Session) -> Shown:
    found = [each for root in examine(session, sources=session.sources) for each in (root, *root.effects)]
    return Shown(
        steps=max(session.updates, session.hand_updates),
        course=_course(session),
        counts=dict(Counter(each.code for each in found)),
        errors={each.code: each.slug for each in found if each.severity is Severity.ERROR},
        crash=_crash(session.error),
    )


def _course(session: Session) -> tuple[float | None, float | None] | None:
    """How what the line with the most backward passes was called on began and ended."""
    most = max(session.backwards, key=lambda backward: len(backward.values), default=None)
    losses = [float(value) for value in most.values if value.numel() == 1] if most is not None else []
    if not losses:
        return None
    latest = losses[-min(_LATEST, max(1, len(losses) // 2)) :]
    return _number(losses[0]), _number(sum(latest) / len(latest))


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _crash(error: BaseException | None) -> str:
    if error is None:
        return ""
    text = str(error).strip().split("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
