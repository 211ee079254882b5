"""Plain models of classes in order: the median class, logistic regressions of the steps, boosting.

They decide for the median class of their probabilities, which is what the class distance asks for.
"""

from dataclasses import replace

import numpy as np

from pellucid.evaluation.baselines import classes
from pellucid.evaluation.baselines.labels import logistic_probabilities
from pellucid.evaluation.baselines.problem import Answer, Problem
from pellucid.shapes import Floats

__all__ = ["boosting", "median_class", "step_logistic"]


def median_class(problem: Problem) -> Answer:
    """The median class of the training rows, with every class's share as its probability."""
    return _decided(np.tile(classes.class_shares(problem), (len(problem.test_rows), 1)))


def step_logistic(problem: Problem) -> Answer:
    """A logistic regression for each step: whether the class lies above it.

    Frank & Hall (2001), "A simple approach to ordinal classification": P(k) = P(y > k − 1) − P(y > k).
    """
    steps = (problem.learned[:, None] > np.arange(problem.classes - 1)).astype(np.int64)
    above = logistic_probabilities(replace(problem, learned=steps))
    # Fitted one by one the steps may contradict one another; what lies above a step lies above those below it.
    above = np.minimum.accumulate(above, axis=1)
    edge = np.ones((len(above), 1))
    return _decided(-np.diff(np.concatenate([edge, above, 0 * edge], axis=1), axis=1))


def boosting(problem: Problem) -> Answer:
    """Gradient boosting of the classes, whose order it does not know."""
    probabilities = classes.boosting(problem).probabilities
    assert probabilities is not None
    return _decided(probabilities)


def _decided(probabilities: Floats) -> Answer:
    # The first class with half of the probability at it or below; a rounding error must not push it one further.
    below = np.cumsum(probabilities, axis=1) >= 0.5 - 1e-12
    return Answer(below.argmax(axis=1).astype(np.int64), probabilities)
