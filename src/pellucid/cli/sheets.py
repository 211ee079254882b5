"""The screen of ``show``: a list with one line or two per entry, or one entry with its numbers and a small table."""

from collections.abc import Sequence

from pellucid.catalogue import Value, write_choice
from pellucid.cli.layout import Ink, cells, padded, wrapped
from pellucid.figures import Table
from pellucid.printable import MINUS, printable
from pellucid.reference import Listing, ParameterSheet, Property, View, property_label

__all__ = ["listing_lines", "table_lines", "view_lines"]

INDENT = "  "


def listing_lines(listing: Listing, *, width: int, ink: Ink) -> list[str]:
    """Name and formula, and below it what it is for; how to see one of them comes last."""
    kind = listing.kind
    room = max(cells(sheet.name) for sheet in listing.sheets) + 2
    lines = [f"{len(listing.sheets)} {kind.plural}", ""]
    for sheet in listing.sheets:
        first = INDENT + ink.strong(sheet.name) + " " * (room - cells(sheet.name))
        rest = " " * (len(INDENT) + room)
        formula = wrapped(sheet.formula.split(" "), width, first=rest, rest=rest)
        lines += [first + formula[0][len(rest) :], *formula[1:]]
        lines += [ink.quiet(line) for line in wrapped(sheet.purpose.split(" "), width, first=rest, rest=rest)]
    example = next((sheet for sheet in listing.sheets if sheet.parameters), listing.sheets[0])
    command = f"pellucid show {kind.name} {example.name}"
    drawn = f"{command} --plot {example.name}.png" if kind.figure else command
    # A command is never broken: it has to be copied.
    return [*lines, "", *wrapped(["One of them:", drawn], width)]


def view_lines(view: View, *, width: int, ink: Ink) -> list[str]:
    """Formula and purpose first, then numbers, properties, names and source, then a table of values."""
    sheet = view.sheet
    labels = ["parameters", "also called", "in PyTorch", *map(property_label, sheet.properties)]
    room = max(map(cells, labels)) + 2
    lines = [f"{ink.strong(sheet.choice)}, {_article(sheet.kind)} {sheet.kind}", ""]
    lines += _labelled("formula", sheet.formula, width, room, ink)
    lines += _labelled("for", sheet.purpose, width, room, ink)
    for place, parameter in enumerate(sheet.parameters):
        lines += _labelled("parameters" if not place else "", _told(parameter), width, room, ink)
    for name, value in sheet.properties.items():
        if value is not None and value != "":
            lines += _labelled(property_label(name), _property(value), width, room, ink)
    names = [*sheet.aliases, *(f"{alias} = {choice}" for alias, choice in sheet.presets.items())]
    if names:
        lines += _labelled("also called", ", ".join(names), width, room, ink)
    if sheet.twin:
        lines += _labelled("in PyTorch", sheet.twin, width, room, ink)
    lines += _labelled("source", sheet.source, width, room, ink)
    if view.figure is not None:
        lines += ["", *wrapped(view.figure.alt.split(" "), width), ""]
        lines += table_lines(view.figure.table, width=width, ink=ink)
    if view.plot is not None:
        lines += ["", f"Drawn: {printable(str(view.plot))}"]
    return lines


def table_lines(table: Table, *, width: int, ink: Ink) -> list[str]:
    """Numbers under their heads; columns that do not fit are left out, the last first, and named below."""
    texts, numeric = table.texts(), table.numeric()
    widths = [max(cells(text) for text in (head, *(row[c] for row in texts))) for c, head in enumerate(table.columns)]
    shown = len(widths)
    while shown > 1 and len(INDENT) + sum(widths[:shown]) + 2 * (shown - 1) > width:
        shown -= 1

    def line(row: Sequence[str]) -> str:
        parts = [padded(text, widths[c], right=numeric[c]) for c, text in enumerate(row[:shown])]
        return (INDENT + "  ".join(parts)).rstrip()

    lines = [ink.quiet(line(table.columns)), *(line(row) for row in texts)]
    if shown < len(widths):
        lines.append(f"{INDENT}A wider terminal also shows: {', '.join(table.columns[shown:])}.")
    return lines


def _labelled(label: str, text: str, width: int, room: int, ink: Ink) -> list[str]:
    first, *rest = wrapped(text.split(" "), width, first=INDENT + padded(label, room), rest=" " * (len(INDENT) + room))
    return [first.replace(label, ink.quiet(label), 1) if label else first, *rest]


def _told(parameter: ParameterSheet) -> str:
    value, default = (_chosen(parameter.name, each) for each in (parameter.value, parameter.default))
    told = "" if parameter.value == parameter.default else f" (default {default.partition('=')[2]})"
    return f"{value}{told}  {parameter.meaning}; {parameter.range}"


def _chosen(name: str, value: Value) -> str:
    # Six digits are enough to recognise a third by.
    short = float(f"{value:.6g}") if isinstance(value, float) else value
    return write_choice("", {name: short})[1:-1]


def _property(value: Property) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}".replace("-", MINUS) if isinstance(value, float) else str(value)


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
