"""Looking at the catalogue: all of a kind, or one entry with its picture in numbers."""

from dataclasses import dataclass
from pathlib import Path

from pellucid.errors import UsageError
from pellucid.figures import FigureData, save
from pellucid.reference.kinds import Kind, Viewing, find_kind
from pellucid.reference.sheet import Sheet, sheet_of

__all__ = ["Listing", "View", "look_at", "look_over"]


@dataclass(frozen=True)
class Listing:
    """All entries of a kind."""

    kind: Kind
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class View:
    """One entry.

    Attributes:
        sheet: What its registry says.
        figure: Its picture in numbers, None where there is nothing to draw.
        plot: The file that was drawn, None for none.
    """

    sheet: Sheet
    figure: FigureData | None
    plot: Path | None = None


def look_over(what: str, *, viewing: Viewing | None = None, plot: Path | None = None) -> Listing:
    """All entries of a kind, with their defaults.

    Raises:
        UnknownNameError: If there is no such kind; offers the nearest.
        UsageError: If a picture or a way of looking is asked for that only one entry can have.
    """
    kind = find_kind(what)
    asked = [*((viewing or Viewing()).given), *(["plot"] if plot else [])]
    if asked:
        first = kind.registry.names()[0]
        raise UsageError(f"--{asked[0]} needs one {kind.name}, not the list: pellucid show {kind.name} {first} …")
    return Listing(kind, tuple(sheet_of(kind.name, kind.registry(name), kind.hidden) for name in kind.registry.names()))


def look_at(what: str, name: str, *, viewing: Viewing | None = None, plot: Path | None = None) -> View:
    """One entry; its picture is drawn where ``plot`` names a file.

    Raises:
        UnknownNameError: If the kind, the name or a parameter is not known; offers the nearest.
        UsageError: If a value is out of range, something is asked for that does not concern this kind, or the picture
            has an ending that cannot be drawn.
        SurroundingsError: If matplotlib is wanted and not installed, or the file cannot be written.
    """
    kind, viewing = find_kind(what), viewing or Viewing()
    kind.check(viewing)
    chosen = kind.registry(name)
    figure = kind.figure(chosen, viewing) if kind.figure else None
    if plot is not None:
        if figure is None:
            raise UsageError(f"There is nothing to draw for the {kind.name} {chosen.name}. Leave --plot out.")
        save(figure, plot)
    return View(sheet_of(kind.name, chosen, kind.hidden), figure, plot)
