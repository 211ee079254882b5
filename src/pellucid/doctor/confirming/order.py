"""What a process that tries a program is told, and what it answers."""

import msgspec

__all__ = ["SECONDS", "STEPS", "Order", "Shown"]

STEPS = 60
"""Updates after which a trial is stopped."""

SECONDS = 30.0
"""Seconds of the program's own running after which it is stopped."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A program to be tried.

    Attributes:
        script: Its file, as it was given to ``pellucid run``.
        arguments: Its arguments.
        texts: File → text that is run instead of what the file holds.
        answer: File for the answer.
        steps: Updates after which it is stopped.
        seconds: Seconds after which it is stopped.
    """

    script: str
    arguments: tuple[str, ...]
    texts: dict[str, str]
    answer: str
    steps: int = STEPS
    seconds: float = SECONDS


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a trial has shown.

    Attributes:
        steps: Updates that were made.
        course: First loss that was passed back, and the mean of the last ones, ten at most and no more than half of
            all; None for what is no finite number. None as a whole where no loss was passed back.
        counts: Code → findings, consequences included.
        errors: Code → name, of those that are errors.
        crash: Type and text of the error that ended it, if one did.
    """

    steps: int = 0
    course: tuple[float | None, float | None] | None = None
    counts: dict[str, int] = {}
    errors: dict[str, str] = {}
    crash: str = ""
