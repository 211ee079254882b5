"""Figure data → matplotlib → a file. The only room that imports matplotlib, and only when something is drawn.

No pyplot: nothing global is opened, switched or left behind.
"""

from pellucid.figures.drawing.files import FORMATS, save
from pellucid.figures.drawing.panels import draw
from pellucid.figures.drawing.sheet import blank

__all__ = ["FORMATS", "blank", "draw", "save"]
