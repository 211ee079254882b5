"""Lists of recipes and what comes of them; the main job."""

from pellucid.experiments.fit import fit_table
from pellucid.experiments.options import FitOptions
from pellucid.experiments.recipes import RECIPES
from pellucid.experiments.run import Run
from pellucid.experiments.watching import DataSummary, Silent, Watcher

__all__ = ["RECIPES", "DataSummary", "FitOptions", "Run", "Silent", "Watcher", "fit_table"]
