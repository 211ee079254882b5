"""Head of an adaptive softmax: frequent classes in the head, rare ones in clusters behind it."""

from itertools import pairwise

import numpy as np

from pellucid.catalogue import Parameter
from pellucid.heads.classes import largest
from pellucid.heads.entry import Head, Numbers
from pellucid.heads.sums import softmax
from pellucid.records import TargetSpec
from pellucid.shapes import Floats

__all__ = ["ADAPTIVE"]


def _cutoffs(numbers: Numbers) -> tuple[int, ...]:
    cutoffs = numbers["cutoffs"]
    assert isinstance(cutoffs, tuple)
    return tuple(int(cutoff) for cutoff in cutoffs)


def _outputs(target: TargetSpec, numbers: Numbers) -> int:
    return target.classes + len(_cutoffs(numbers))


def _adaptive(z: Floats, numbers: Numbers) -> Floats:
    """p(class) = p(cluster in the head) · p(class in the cluster)."""
    cutoffs = _cutoffs(numbers)
    head = softmax(z[:, : cutoffs[0] + len(cutoffs)])
    parts = [head[:, : cutoffs[0]]]
    start = cutoffs[0] + len(cutoffs)
    for cluster, (first, last) in enumerate(pairwise((*cutoffs, z.shape[1] - len(cutoffs)))):
        gate = head[:, cutoffs[0] + cluster : cutoffs[0] + cluster + 1]
        parts.append(gate * softmax(z[:, start : start + last - first]))
        start += last - first
    return np.concatenate(parts, axis=1)


ADAPTIVE = Head(
    name="adaptive",
    formula="p(c) = softmax(head)_c, or softmax(head)_cluster · softmax(cluster)_c",
    purpose="Thousands of exclusive classes, ordered by how frequent they are.",
    source="Grave, Joulin, Cissé, Grangier & Jégou (2017), Efficient softmax approximation for GPUs, arXiv 1609.04309",
    parameters=(
        Parameter(
            name="cutoffs",
            default=(1.0,),
            meaning="classes before each cluster: the head's, then with the first cluster's, …",
            kind="numbers",
            low=1,
            structural=True,
        ),
    ),
    gives="class_probabilities",
    tasks=("multiclass",),
    outputs=_outputs,
    predict=_adaptive,
    decide=largest,
    decision="the class of the largest probability",
)
