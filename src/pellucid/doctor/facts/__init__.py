"""What the doctor's rules look at: plain facts about a training program, whoever collected them.

Observers (``observing``) collect them from anybody's PyTorch program, ``own`` from Pellucid's own trainer, ``checking``
from objects that were handed over. A rule does not know which.

Records that hold tensors cannot be compared, so they have neither ``__eq__`` nor ``__repr__`` of their own; to make
those would also take some 8 ms at the start of every watched program.
"""

from pellucid.doctor.facts.calls import Call, CallSite, Phase
from pellucid.doctor.facts.losses import BY_HAND, LossCall, LossSite
from pellucid.doctor.facts.models import LayerSeen, ModelSeen
from pellucid.doctor.facts.passes import Backward, Pass
from pellucid.doctor.facts.places import Place
from pellucid.doctor.facts.session import Launch, Session
from pellucid.doctor.facts.updates import OptimizerSeen, SchedulerSeen, StepSample

__all__ = [
    "BY_HAND",
    "Backward",
    "Call",
    "CallSite",
    "Launch",
    "LayerSeen",
    "LossCall",
    "LossSite",
    "ModelSeen",
    "OptimizerSeen",
    "Pass",
    "Phase",
    "Place",
    "SchedulerSeen",
    "Session",
    "StepSample",
]
