"""Figures: what a picture says in numbers, and matplotlib for who wants it in a file.

Everything here computes plain arrays; only ``drawing`` imports matplotlib, and only when something is drawn.
"""

from pellucid.figures.drawing import FORMATS, draw, save
from pellucid.figures.figure import Axis, Bars, Curve, FigureData, Mark, Panel, Surface
from pellucid.figures.table import Cell, Table

__all__ = [
    "FORMATS",
    "Axis",
    "Bars",
    "Cell",
    "Curve",
    "FigureData",
    "Mark",
    "Panel",
    "Surface",
    "Table",
    "draw",
    "save",
]
