"""Figures of what a run or a comparison left in its folder."""

from pellucid.figures.runs.folder import RunFolder, open_folder
from pellucid.figures.runs.registry import RUN_FIGURES, RunFigure, find_figure

__all__ = ["RUN_FIGURES", "RunFigure", "RunFolder", "find_figure", "open_folder"]
