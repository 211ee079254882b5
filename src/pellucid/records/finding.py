"""Finding: something worth knowing about the data or the training, with its evidence and its remedy."""

from enum import StrEnum
from typing import Any

import msgspec

from pellucid.records.edit import Edit

__all__ = ["Finding", "Severity"]


class Severity(StrEnum):
    """How much it matters: an error makes the result wrong, a warning costs quality, info is worth knowing."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One finding.

    Attributes:
        code: Stable code. ``B001``…``B084`` are findings about a table, numbered as in the policy on bad input;
            ``L…``, ``G…``, ``E…``, ``D…``, ``N…``, ``T…`` are the doctor's rules.
        slug: Stable readable name, such as ``constant-column``.
        severity: How much it matters.
        message: One sentence: what was found and what was done about it.
        fix: What a person can do; empty when nothing need be done.
        column: The column concerned, None when the whole table is.
        evidence: Numbers and examples behind the message; plain JSON values.
        file: The person's source file that is at fault; None where no source was seen.
        line: Its line, counted from 1.
        cell: The notebook's cell, counted from 1; the line is counted within it.
        layer: The layer at fault, by its path in the model, such as ``encoder.0``.
        member: Number of the network in a list that was trained together.
        step: Update after which it was seen first, counted from 1.
        seen: The evidence in one sentence, for people.
        tried: What an experiment with the fix has shown; empty where none was made.
        edits: The fix as changes of the person's source, where it can be made by itself.
        effects: Other findings that this one explains, which are told under it and nowhere else.
    """

    code: str
    slug: str
    severity: Severity
    message: str
    fix: str = ""
    column: str | None = None
    evidence: dict[str, Any] = msgspec.field(default_factory=dict)
    file: str | None = None
    line: int | None = None
    cell: int | None = None
    layer: str | None = None
    member: int | None = None
    step: int | None = None
    seen: str = ""
    tried: str = ""
    edits: tuple[Edit, ...] = ()
    effects: tuple["Finding", ...] = ()
