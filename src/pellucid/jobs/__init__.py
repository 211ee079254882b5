"""The composed jobs that the front door and the command line share: fit, compare, predict, evaluate.

They need both ``experiments`` and ``report``, and ``report`` stands above ``experiments``; hence a room of their own.
"""

from pellucid.jobs.compare import compare
from pellucid.jobs.evaluate import Evaluation, evaluate
from pellucid.jobs.fit import fit
from pellucid.jobs.predict import Predictions, predict

__all__ = ["Evaluation", "Predictions", "compare", "evaluate", "fit", "predict"]
