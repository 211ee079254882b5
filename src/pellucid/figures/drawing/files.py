"""A figure as a file: PNG, SVG or PDF, the same bytes for the same numbers."""

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.errors import UsageError
from pellucid.figures.drawing.panels import draw
from pellucid.figures.drawing.sheet import blank
from pellucid.figures.figure import FigureData
from pellucid.printable import printable
from pellucid.records import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "save"]

FORMATS = ("png", "svg", "pdf")


def save(figure: FigureData, path: Path) -> None:
    """Write the picture; the file's ending says how. Title and description go into the file too.

    Letters that matplotlib's own font lacks (Chinese ones, say) are boxes in a .png and a .pdf, and whole in an .svg.

    Raises:
        UsageError: If the ending is none of ``.png``, ``.svg`` and ``.pdf``.
        SurroundingsError: If matplotlib is not installed, or the file cannot be written.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        found = f"ends in {path.suffix}" if path.suffix else "has no ending"
        raise UsageError(
            f"A picture is drawn as .png, .svg or .pdf, and {path} {found}. Choose {path.with_suffix('.png')}"
        )
    drawn = blank(figure)
    draw(figure, drawn.axes)
    write_whole(path, _rendered(figure, drawn, kind))


def _rendered(figure: FigureData, drawn: "Figure", kind: str) -> bytes:
    from matplotlib import rc_context

    title, alt = printable(figure.title), printable(figure.alt)
    # No date and no random names: equal numbers give equal files.
    metadata: dict[str, Any] = {
        "png": {"Title": title, "Description": alt, "Software": None},
        "svg": {"Title": title, "Description": alt, "Date": None},
        "pdf": {"Title": title, "Subject": alt, "CreationDate": None},
    }[kind]
    content = io.BytesIO()
    with rc_context({"svg.hashsalt": "pellucid", "svg.fonttype": "none"}), warnings.catch_warnings():
        # A box is seen in the picture, and the description holds the letter.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from font", category=UserWarning)
        drawn.savefig(content, format=kind, metadata=metadata)
    return content.getvalue()
