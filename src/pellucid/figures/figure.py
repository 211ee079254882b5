"""What a picture says, before anything is drawn: arrays with names and units, a description, a table.

Computing a figure needs no plotting package; ``figures.drawing`` turns it into a file. Tests check these numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pellucid.figures.table import Cell, Table
from pellucid.shapes import Floats

__all__ = ["Axis", "Bars", "Curve", "FigureData", "Mark", "Panel", "Surface"]


@dataclass(frozen=True)
class Axis:
    """What an axis measures.

    Attributes:
        label: In words.
        unit: Empty for plain numbers.
        logarithmic: Whether equal ratios take equal room.
    """

    label: str
    unit: str = ""
    logarithmic: bool = False

    @property
    def title(self) -> str:
        """Label and unit: ``time [s]``."""
        return f"{self.label} [{self.unit}]" if self.unit else self.label


@dataclass(frozen=True)
class Curve:
    """One line.

    Attributes:
        label: For the legend.
        x: Places ``[n]``.
        y: Values ``[n]``; a NaN breaks the line.
        series: Which colour and dash, counted from 0; equal numbers look alike in every panel of a figure.
        stairs: Whether the value holds until the next place.
        dots: Whether every place gets a dot.
    """

    label: str
    x: Floats
    y: Floats
    series: int = 0
    stairs: bool = False
    dots: bool = False


@dataclass(frozen=True)
class Bars:
    """A histogram: ``heights [n]`` over ``edges [n + 1]``."""

    label: str
    edges: Floats
    heights: Floats


@dataclass(frozen=True)
class Surface:
    """Heights over a plane, drawn as contours.

    Attributes:
        x: Places across ``[nx]``.
        y: Places up ``[ny]``.
        heights: ``[ny, nx]``.
        levels: Where contours run, rising.
    """

    x: Floats
    y: Floats
    heights: Floats
    levels: Floats


@dataclass(frozen=True)
class Mark:
    """One point with a name: ``start``, ``minimum``."""

    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    Attributes:
        x: The axis across.
        y: The axis up.
        curves: Lines.
        bars: A histogram behind them.
        surface: Contours behind them.
        marks: Named points.
        title: Empty where the figure's own says enough.
        limits: (left, right, bottom, top); None leaves it to the numbers.
    """

    x: Axis
    y: Axis
    curves: Sequence[Curve] = ()
    bars: Bars | None = None
    surface: Surface | None = None
    marks: Sequence[Mark] = ()
    title: str = ""
    limits: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class FigureData:
    """A picture in numbers.

    Attributes:
        title: What it shows.
        panels: Side by side.
        alt: A sentence or two that say what is to be seen.
        table: Its numbers at a few places.
        facts: Further numbers, by name.
    """

    title: str
    panels: tuple[Panel, ...]
    alt: str
    table: Table
    facts: dict[str, Cell] = field(default_factory=dict)
