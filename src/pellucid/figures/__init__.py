"""Figures: what a picture says in numbers, and matplotlib for who wants it in a file.

Everything here computes plain arrays; only ``drawing`` imports matplotlib, and only when something is drawn.
"""

from pellucid.figures.drawing import FORMATS, draw, save
from pellucid.figures.figure import (
    Axis,
    Band,
    Bars,
    Curve,
    Edges,
    FigureData,
    Intervals,
    Mark,
    Matrix,
    Panel,
    Points,
    Regions,
    Surface,
)
from pellucid.figures.table import Cell, Table

__all__ = [
    "FORMATS",
    "Axis",
    "Band",
    "Bars",
    "Cell",
    "Curve",
    "Edges",
    "FigureData",
    "Intervals",
    "Mark",
    "Matrix",
    "Panel",
    "Points",
    "Regions",
    "Surface",
    "Table",
    "draw",
    "save",
]
