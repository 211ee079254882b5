"""The one list of penalties."""

from pellucid.catalogue import Registry
from pellucid.objectives.penalties.activity import ACTIVITY_L1
from pellucid.objectives.penalties.additive import ELASTIC_NET, L1, L2
from pellucid.objectives.penalties.elsewhere import ELSEWHERE
from pellucid.objectives.penalties.entry import ChosenPenalty, Penalty
from pellucid.objectives.penalties.max_norm import MAX_NORM

__all__ = ["PENALTIES"]

PENALTIES: Registry[Penalty, ChosenPenalty] = Registry(
    "penalty", [L1, L2, ELASTIC_NET, MAX_NORM, ACTIVITY_L1, *ELSEWHERE], ChosenPenalty
)
