"""A figure as the page has it: title, picture with its text alternative, legend, caption, and the numbers behind it."""

from collections.abc import Sequence
from typing import Any, Literal

from pellucid.report.markup import Content, Markup, data_block, element
from pellucid.report.tables import scrolled
from pellucid.report.words import shortened

__all__ = ["Numbers", "curve_data", "entry", "few", "figure"]

Numbers = Markup
"""A table of what the figure shows."""


def figure(
    title: str,
    picture: Markup,
    numbers: Numbers,
    *,
    legend: Sequence[Markup] = (),
    caption: Content = None,
    kind: Literal["curves", "replay"] | None = None,
    data: Any = None,
) -> Markup:
    """One figure; none is made without the table behind it.

    Args:
        title: In words.
        picture: An SVG with a text alternative of its own.
        numbers: The same as a table, folded up.
        legend: What ``entry`` gives.
        caption: What has to be known to read it honestly.
        kind: Which part of the script brings it to life; None leaves it still.
        data: What the script needs, as plain JSON.
    """
    return element(
        "figure",
        element("p", shortened(title), class_="chart-title"),
        picture,
        element("ul", *legend, class_="legend") if legend else None,
        element("figcaption", caption) if caption else None,
        element(
            "details",
            element("summary", "Numbers"),
            scrolled(numbers, f"Numbers: {shortened(title)}"),
            class_="numbers",
        ),
        data_block(data) if data is not None else None,
        data_curves=kind == "curves",
        data_replay=kind == "replay",
    )


def entry(mark: Markup, words: str, *, shows: str | None = None, off: bool = False) -> Markup:
    """One entry of a legend.

    Args:
        mark: Shapes in a frame of 26 × 10.
        words: What it stands for.
        shows: Which lines it shows and hides: those whose ``data-line`` begins with one of these words.
        off: Whether they are hidden at first where they can be shown.
    """
    sign = element("svg", mark, viewBox="0 0 26 10", aria_hidden="true")
    return element("li", sign, shortened(words), data_shows=shows, data_off=off)


def few(count: int, most: int) -> list[int]:
    """At most so many of ``count`` places, evenly spaced, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(place * (count - 1) / (most - 1)) for place in range(most)})


def curve_data(
    across: str, x: Sequence[float], lines: Sequence[dict[str, Any]], *, box: Sequence[float], axis: Any
) -> dict[str, Any]:
    """What the script reads out under a figure of curves; numbers with four digits.

    Args:
        across: Name of the lower axis.
        x: Rising.
        lines: ``name``, ``value`` and, where there is a band, ``low`` and ``high``; as long as ``x``, None for a gap.
        box: Pixels: left, right, top, bottom.
        axis: The lower ``Axis``.
    """
    return {
        "across": across,
        "x": [_short(value) for value in x],
        "box": list(box),
        "span": [axis.low, axis.high],
        "logarithmic": axis.logarithmic,
        "lines": [
            {
                key: part if isinstance(part, str) else [None if value is None else _short(value) for value in part]
                for key, part in line.items()
            }
            for line in lines
        ],
    }


def _short(value: float) -> float:
    found = float(f"{value:.4g}")
    return int(found) if found == int(found) else found
