"""Silencing: comments in the person's source that say that a finding is known and meant.

``# pellucid: ignore[L101]`` on the line of the finding, on any line of the same statement, or alone on the line above;
``ignore[L101,E301]`` for several, by code or by slug; ``ignore`` for all; ``# pellucid: ignore-file[L101]`` anywhere in
the file for all of its lines.
"""

import re
from collections.abc import Sequence

from pellucid.doctor.facts import Place
from pellucid.doctor.rule import Rule
from pellucid.doctor.source import Source

__all__ = ["is_silenced"]

_COMMENT = re.compile(r"#\s*pellucid:\s*ignore(?P<file>-file)?(?![\w-])\s*(?:\[(?P<codes>[^\]]*)\])?")


def is_silenced(rule: Rule, place: Place | None, sources: Sequence[Source]) -> bool:
    """Whether a comment in the source silences what a rule has found at a place.

    Args:
        rule: The rule.
        place: The place; nothing can silence what has none.
        sources: The person's files.
    """
    source = next((each for each in sources if place is not None and each.file == place.file), None)
    if source is None or place is None:
        return False
    for comment in source.comments.values():
        if any(found["file"] and _names(found["codes"], rule) for found in _COMMENT.finditer(comment)):
            return True
    return any(
        not found["file"] and _names(found["codes"], rule)
        for number in _lines_about(source, place.line)
        for found in _COMMENT.finditer(source.comments.get(number, ""))
    )


def _names(codes: str | None, rule: Rule) -> bool:
    if codes is None:
        return True
    named = {code.strip().casefold() for code in codes.split(",")}
    return rule.code.casefold() in named or rule.slug in named


def _lines_about(source: Source, line: int) -> list[int]:
    """The line, the others of its statement, and the line above if it holds a comment alone."""
    statement = source.statement_at(line)
    first, last = line, line
    # A loop or a function is not meant with all that it holds.
    if statement is not None and not hasattr(statement, "body"):
        first, last = statement.lineno, statement.end_lineno or line
    above = source.lines[first - 2].strip() if first >= 2 else ""
    return [*([first - 1] if above.startswith("#") else []), *range(first, last + 1)]
