"""Probing: experiments on copies. The program's models, modes and random numbers stay as they are."""

from pellucid.doctor.probing.activity import Activity, activity
from pellucid.doctor.probing.affine import Affinity, is_affine
from pellucid.doctor.probing.gradients import Gradients, gradients
from pellucid.doctor.probing.mixing import Mixing, rows_mixed
from pellucid.doctor.probing.repeating import Repetition, differs_when_repeated

__all__ = [
    "Activity",
    "Affinity",
    "Gradients",
    "Mixing",
    "Repetition",
    "activity",
    "differs_when_repeated",
    "gradients",
    "is_affine",
    "rows_mixed",
]
