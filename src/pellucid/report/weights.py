"""Weights of the first layer as images, where the inputs are the pixels of one."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.evaluation import format_number, plural
from pellucid.records import RunRecord
from pellucid.report.figure import figure
from pellucid.report.markup import Markup, element
from pellucid.report.pictures import DIVERGING, png_address, ramp
from pellucid.report.tables import lined_up
from pellucid.shapes import Array, Floats

__all__ = ["Pixels", "pixels_of", "weights_figure"]

MOST_UNITS = 24
COLUMNS = 8
GAP = 1
MIDDLE = 127
EDGE = 255
"""Byte of the lines between the images."""
LEAST_PIXELS = 36


@dataclass(frozen=True)
class Pixels:
    """Where the inputs lie in an image.

    Attributes:
        side: Pixels across and down.
        places: Place of each input, line by line from the upper left corner ``[i]``.
    """

    side: int
    places: Sequence[int]


def pixels_of(record: RunRecord) -> Pixels | None:
    """The image that the inputs are the pixels of; None where they are none.

    Their names say it, ``pixel0`` … or ``pixel_0_0`` …: all columns but the targets are one name with rising numbers, a
    square number of them, each used one an input.
    """
    targets = set(record.target_columns)
    columns = [column for column in record.columns if column.name not in targets]
    found = [re.fullmatch(r"(\D*?)[ _-]?(?:(\d+)[ _x,-])?(\d+)", column.name) for column in columns]
    side = math.isqrt(len(columns))
    if side * side != len(columns) or len(columns) < LEAST_PIXELS or None in found:
        return None
    matches = [match for match in found if match is not None]
    # pixel_3_7 is the line and the place in it; their first may be called 0 or 1.
    numbers = [int(match[3]) + side * int(match[2] or 0) for match in matches]
    if len({match[1] for match in matches}) > 1 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return None
    used = [place for place, column in enumerate(columns) if column.used]
    if any(columns[place].inputs != 1 or columns[place].kind not in ("numeric", "boolean") for place in used):
        return None
    # Dense inputs are scaled numbers first, then what is passed as it is.
    used.sort(key=lambda place: columns[place].kind != "numeric")
    return Pixels(side, used)


def weights_figure(record: RunRecord, weights: Floats) -> Markup | None:
    """The units of the first layer that weigh most, each as an image; None where the inputs are no pixels.

    Args:
        record: The run.
        weights: Of the first network's first layer ``[i, o]``.
    """
    pixels = pixels_of(record)
    if pixels is None or len(pixels.places) != len(weights):
        return None
    norms = np.linalg.norm(weights, axis=0)
    shown = np.argsort(-norms, kind="stable")[:MOST_UNITS]
    picture = _sheet(pixels, weights[:, shown])
    height, width = picture.shape
    colours = np.vstack([ramp(DIVERGING, 255), np.array([[128, 128, 128]], dtype=np.uint8)])
    count = plural(len(shown), "unit")
    title = f"What the first layer looks for: {count} of {weights.shape[1]}"
    image = element("image", href=png_address(picture, colours), x=0, y=0, width=width, height=height, class_="picture")
    spoken = (
        f"Weights of {count} as images of {pixels.side} by {pixels.side} pixels, those with the largest norm first."
    )
    table = lined_up(
        ("unit", "norm", "least weight", "largest weight"),
        (
            (str(unit + 1), *(format_number(float(v)) for v in (norms[unit], own.min(), own.max())))
            for unit, own in ((int(unit), weights[:, unit]) for unit in shown)
        ),
    )
    return figure(
        title,
        element(
            "svg",
            element("title", spoken),
            image,
            viewBox=f"0 0 {width} {height}",
            role="img",
            aria_label=spoken,
            class_="chart",
        ),
        table,
        caption="Of the first network. Blue: a bright pixel pushes the unit up; orange: down; pale: it hardly counts. "
        "Each image has a scale of its own.",
    )


def _sheet(pixels: Pixels, weights: Floats) -> Array:
    """All images side by side as bytes, each scaled to its own largest weight."""
    count, side = weights.shape[1], pixels.side
    lines, across = math.ceil(count / COLUMNS), min(count, COLUMNS)
    sheet = np.full((lines * (side + GAP) + GAP, across * (side + GAP) + GAP), EDGE, dtype=np.uint8)
    for place in range(count):
        own = weights[:, place]
        cells = np.full(side * side, MIDDLE, dtype=np.uint8)
        cells[list(pixels.places)] = np.round(MIDDLE + MIDDLE * own / (np.abs(own).max() or 1.0)).astype(np.uint8)
        top, left = (GAP + part * (side + GAP) for part in divmod(place, COLUMNS))
        sheet[top : top + side, left : left + side] = cells.reshape(side, side)
    return sheet
