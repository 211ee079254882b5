"""Weights of units that look at pictures, as pictures: what each of them looks for."""

from collections.abc import Sequence

import numpy as np

from pellucid.errors import UsageError
from pellucid.evaluation import plural
from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, FigureData, Matrix, Panel
from pellucid.figures.table import Table
from pellucid.printable import printable
from pellucid.shapes import Floats

__all__ = ["weight_images"]

_MOST, _IN_A_LINE = 20, 5


def weight_images(
    weights: Floats, shape: tuple[int, int], *, names: Sequence[str] = (), title: str = "", caption: str = ""
) -> FigureData:
    """One image for each unit, all on one scale with 0 in its middle.

    Args:
        weights: ``[i, units]`` with i = h·w; of more than 20 units those with the largest weights are shown.
            NaN leaves a cell empty.
        shape: (h, w) of the images, line by line, the top one first.
        names: Of the units, such as classes; empty: numbered from 1.
        title: Empty: says what it is.
        caption: Said below.

    Raises:
        UsageError: If the weights are not those of such images.
    """
    weights = np.asarray(weights, dtype=np.float64)
    height, width = shape
    if weights.ndim != 2 or weights.shape[0] != height * width:
        raise UsageError(
            f"Images of {height} × {width} have {height * width} weights a unit, and the shape {weights.shape} was "
            "given. Give the weights [inputs, units] and the images' own height and width."
        )
    norms = np.sqrt(np.nansum(weights**2, axis=0))
    shown = np.sort(np.argsort(-norms, kind="stable")[:_MOST])
    # A few far-off weights must not make all others grey.
    extreme = float(np.nanquantile(np.abs(weights[:, shown]), 0.995)) or float(np.nanmax(np.abs(weights))) or 1.0
    called = [printable(name, limit=24) for name in names] or [f"unit {unit + 1}" for unit in range(weights.shape[1])]
    panels, rows = [], []
    for unit in shown:
        image = weights[:, unit].reshape(shape)
        axis = Axis("")
        panels.append(
            Panel(axis, axis, matrix=Matrix(image, centred=True, extreme=extreme), title=called[unit], bare=True)
        )
        most, least = (np.unravel_index(place, shape) for place in (np.nanargmax(image), np.nanargmin(image)))
        rows.append((
            called[unit], float(norms[unit]),
            float(np.nanmax(image)), f"line {most[0] + 1}, column {most[1] + 1}",
            float(np.nanmin(image)), f"line {least[0] + 1}, column {least[1] + 1}",
        ))  # fmt: skip
    strongest = max(rows, key=lambda row: row[1])
    left_out = weights.shape[1] - len(shown)
    told = [
        f"Light: weights above 0; dark: below; the middle grey is 0, the ends are ±{spoken(extreme)} and beyond.",
        f"The {len(shown)} of {weights.shape[1]} units with the largest weights." if left_out else "",
        caption,
    ]
    return FigureData(
        title=title or f"Weights as images of {height} × {width}",
        panels=tuple(panels),
        alt=f"Weights of {plural(len(shown), 'unit')} as images of {height} × {width}; the strongest is "
        f"{strongest[0]}, whose largest weight {spoken(strongest[2])} stands in {strongest[3]}.",
        table=Table(("unit", "norm", "largest", "where", "least", "where it is least"), tuple(rows)),
        facts={"units": weights.shape[1], "scale": extreme},
        caption=" ".join(part for part in told if part),
        columns=min(_IN_A_LINE, len(shown)),
    )
