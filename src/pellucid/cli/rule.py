"""``pellucid rule``: the doctor's rules, or one of them with its page."""

import sys
from typing import Annotated

import typer

__all__ = ["rule"]


def rule(
    code: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="Such as L101, or softmax-before-cross-entropy.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of the screen.")] = False,
) -> None:
    """Tell what the doctor looks for: all rules, or one with a wrong and a right program, its limits and sources."""
    from pellucid.cli import doctor_screen as screen
    from pellucid.cli.layout import ink_for, screen_width
    from pellucid.doctor.rules import RULES

    width, ink = screen_width(), ink_for(sys.stdout)
    if code is None:
        text = (
            screen.rules_document(RULES) if as_json else "\n".join(screen.rule_list_lines(RULES, width=width, ink=ink))
        )
    else:
        chosen = RULES[_code(code, {each.slug: each.code for each in RULES.values()})]
        text = screen.rule_document(chosen) if as_json else "\n".join(screen.page_lines(chosen, width=width, ink=ink))
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def _code(given: str, codes: dict[str, str]) -> str:
    from pellucid.errors import UsageError, nearest

    wanted = given.strip().upper()
    if wanted in codes.values():
        return wanted
    slug = given.strip().casefold().replace("_", "-")
    if slug in codes:
        return codes[slug]
    guess = nearest(given, [*codes.values(), *codes])
    raise UsageError(
        f"There is no rule {given!r}.{f' Did you mean {guess}?' if guess else ''} All rules: pellucid rule"
    )
