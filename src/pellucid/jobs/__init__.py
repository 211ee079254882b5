"""The composed jobs that the front door and the command line share: fit, predict, evaluate.

They need both ``experiments`` and ``report``, and ``report`` stands above ``experiments``; hence a room of their own.
"""

from pellucid.jobs.evaluate import Evaluation, evaluate
from pellucid.jobs.fit import fit
from pellucid.jobs.predict import Predictions, predict

__all__ = ["Evaluation", "Predictions", "evaluate", "fit", "predict"]
