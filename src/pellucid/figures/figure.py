"""What a picture says, before anything is drawn: arrays with names and units, a description, a table.

Computing a figure needs no plotting package; ``figures.drawing`` turns it into a file. Tests check these numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pellucid.figures.table import Cell, Table
from pellucid.shapes import Array, Floats

__all__ = [
    "Axis",
    "Band",
    "Bars",
    "Curve",
    "Edges",
    "FigureData",
    "Intervals",
    "Mark",
    "Matrix",
    "Panel",
    "Points",
    "Regions",
    "Role",
    "Side",
    "Surface",
]

Role: TypeAlias = Literal["line", "trace", "reference"]
"""What a curve is for."""
Side: TypeAlias = Literal["right", "left", "above", "below", "middle"]
"""Where a name stands, seen from its point."""


@dataclass(frozen=True)
class Axis:
    """What an axis measures.

    Attributes:
        label: In words.
        unit: Empty for plain numbers.
        logarithmic: Whether equal ratios take equal room.
        categories: Names that stand at 0, 1, 2 … instead of numbers; empty for numbers.
    """

    label: str
    unit: str = ""
    logarithmic: bool = False
    categories: Sequence[str] = ()

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
        role: ``line``; ``trace``, one of many that a line sums up, thin and without a name in the legend;
            ``reference``, what chance or perfection would give, thin and dotted in grey.
    """

    label: str
    x: Floats
    y: Floats
    series: int = 0
    stairs: bool = False
    dots: bool = False
    role: Role = "line"


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
        label: What the heights are, beside a scale; empty for no scale.
    """

    x: Floats
    y: Floats
    heights: Floats
    levels: Floats
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """One point with a name: ``start``, ``minimum``."""

    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Band:
    """What lies between two lines: ``low [n]`` and ``high [n]`` over ``x [n]``, in the colour of a series."""

    label: str
    x: Floats
    low: Floats
    high: Floats
    series: int = 0


@dataclass(frozen=True)
class Points:
    """A cloud of points; each series has its own colour and shape.

    Attributes:
        label: For the legend.
        x: Places ``[n]``.
        y: Values ``[n]``.
        series: Colour and shape, counted from 0.
        outlined: Which of them are set apart by a dark ring (wrong predictions) ``[n]``; None: nobody.
        size: Diameter in points.
        names: Texts beside them ``[n]``; empty for none.
        hollow: Whether only their outline is drawn: rows of the test, beside filled ones of the training.
        side: Where the names stand.
    """

    label: str
    x: Floats
    y: Floats
    series: int = 0
    outlined: Array | None = None
    size: float = 4.5
    names: Sequence[str] = ()
    hollow: bool = False
    side: Side = "right"


@dataclass(frozen=True)
class Regions:
    """Which of several classes a plane is given to, and how surely.

    Attributes:
        x: Places across ``[nx]``.
        y: Places up ``[ny]``.
        winner: Number of the likeliest class ``[ny, nx]``; its series number too.
        strength: Its probability ``[ny, nx]``; what is as likely as a draw is pale.
        labels: Names of the classes.
    """

    x: Floats
    y: Floats
    winner: Array
    strength: Floats
    labels: Sequence[str]


@dataclass(frozen=True)
class Matrix:
    """Numbers in cells, coloured.

    Attributes:
        values: ``[rows, columns]``, the first row on top; NaN leaves a cell empty.
        rows: Names ``[rows]``; empty for none.
        columns: Names ``[columns]``; empty for none.
        centred: Whether 0 is the middle of a scale with two colours (weights), or the least of one (counts).
        written: Whether the numbers stand in the cells.
        extreme: Value at the end of the scale; None: the largest that there is.
        label: What the numbers are, beside the scale; empty for no scale.
    """

    values: Floats
    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    centred: bool = False
    written: bool = False
    extreme: float | None = None
    label: str = ""


@dataclass(frozen=True)
class Intervals:
    """Values with their intervals, one below the other, the first on top.

    Attributes:
        labels: What each belongs to ``[n]``.
        values: ``[n]``.
        low: Lower ends ``[n]``.
        high: Upper ends ``[n]``.
        series: Colours, one each ``[n]``; empty: all alike.
    """

    labels: Sequence[str]
    values: Floats
    low: Floats
    high: Floats
    series: Sequence[int] = ()


@dataclass(frozen=True)
class Edges:
    """Lines from place to place; a weight is told by width and opacity, its sign by colour and dashes.

    Attributes:
        label: For the legend; empty for none.
        starts: ``[n, 2]``.
        ends: ``[n, 2]``.
        weights: ``[n]``; None: all alike, in ink.
    """

    label: str
    starts: Floats
    ends: Floats
    weights: Floats | None = None


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
        bands: Areas behind the lines.
        points: Clouds of points.
        regions: Areas of classes behind everything.
        matrix: Cells; alone in its panel.
        intervals: Values with intervals; alone in its panel, but for marks.
        edges: Lines between places (networks, bars of a critical difference).
        bare: Whether neither axes nor ticks are drawn: an image, a network.
        square: Whether a step across is as long as a step up.
    """

    x: Axis
    y: Axis
    curves: Sequence[Curve] = ()
    bars: Bars | None = None
    surface: Surface | None = None
    marks: Sequence[Mark] = ()
    title: str = ""
    limits: tuple[float, float, float, float] | None = None
    bands: Sequence[Band] = ()
    points: Sequence[Points] = ()
    regions: Regions | None = None
    matrix: Matrix | None = None
    intervals: Intervals | None = None
    edges: Sequence[Edges] = ()
    bare: bool = False
    square: bool = False


@dataclass(frozen=True)
class FigureData:
    """A picture in numbers.

    Attributes:
        title: What it shows.
        panels: Side by side.
        alt: A sentence or two that say what is to be seen.
        table: Its numbers at a few places.
        facts: Further numbers, by name.
        caption: What has to be known to read it honestly: at which values the other inputs are held, say.
        columns: Panels in one line before the next begins; 0: all of them.
    """

    title: str
    panels: tuple[Panel, ...]
    alt: str
    table: Table
    facts: dict[str, Cell] = field(default_factory=dict)
    caption: str = ""
    columns: int = 0
