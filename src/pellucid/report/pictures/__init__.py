"""Pictures made of cells: their colours, and their bytes as PNG within the page."""

from pellucid.report.pictures.palette import CLASS_COLOURS, DIVERGING, SEQUENTIAL, Colour, class_ramp, ramp
from pellucid.report.pictures.png import png_address

__all__ = ["CLASS_COLOURS", "DIVERGING", "SEQUENTIAL", "Colour", "class_ramp", "png_address", "ramp"]
