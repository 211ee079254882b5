"""Finding: something worth knowing about the data or the training, with its evidence and its remedy."""

from enum import StrEnum
from typing import Any

import msgspec

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
    """

    code: str
    slug: str
    severity: Severity
    message: str
    fix: str = ""
    column: str | None = None
    evidence: dict[str, Any] = msgspec.field(default_factory=dict)
