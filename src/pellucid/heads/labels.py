"""Heads of labels that do not exclude one another: probabilities or scores ``[t, b]``."""

import numpy as np

from pellucid.heads.entry import Head, Numbers
from pellucid.heads.sums import logistic
from pellucid.records import TargetSpec

__all__ = ["GIVEN_PROBABILITIES", "LABEL_SCORES", "SIGMOIDS"]

_HALF = "every label whose probability is at least ½"


def one_per_column(target: TargetSpec, numbers: Numbers) -> int:
    """One output per target column."""
    return target.columns


SIGMOIDS = Head(
    name="sigmoids",
    formula="p_t = 1/(1 + e^−z_t)",
    purpose="Many labels, each judged by itself from one raw output; also values between 0 and 1 to reconstruct.",
    source="Cox (1958), The regression analysis of binary sequences",
    gives="label_probabilities",
    tasks=("multilabel", "reconstruction"),
    outputs=one_per_column,
    predict=lambda z, numbers: logistic(z)[0],
    decide=lambda predictions, numbers: (predictions >= 0.5).astype(np.int64),
    decision=_HALF,
)
GIVEN_PROBABILITIES = Head(
    name="given_probabilities",
    formula="p_t = z_t",
    purpose="Many labels from outputs that are probabilities already, behind a sigmoid.",
    source="common",
    gives="label_probabilities",
    tasks=("multilabel", "reconstruction"),
    outputs=one_per_column,
    predict=lambda z, numbers: z,
    decide=lambda predictions, numbers: (predictions >= 0.5).astype(np.int64),
    decision=_HALF,
)
LABEL_SCORES = Head(
    name="label_scores",
    formula="s_t = z_t",
    purpose="Many labels by one score each, for losses of the margin, which rank a row's labels above its others. "
    "Scores are no probabilities.",
    source="Crammer & Singer (2003), A family of additive online algorithms for category ranking",
    gives="scores",
    tasks=("multilabel",),
    outputs=one_per_column,
    predict=lambda z, numbers: z,
    decide=lambda predictions, numbers: (predictions > 0).astype(np.int64),
    decision="every label whose score is above 0",
)
