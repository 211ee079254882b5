"""Outputs × targets → loss: losses with their gradients, and the contract that says what fits together."""

from pellucid.objectives.contract import ContractRow, choose, contract_rows, contract_table
from pellucid.objectives.losses import LOSSES, ChosenLoss, Loss
from pellucid.objectives.objective import Objective
from pellucid.objectives.stack import StackObjective
from pellucid.objectives.values import check_targets
from pellucid.objectives.weighting import check_weights

__all__ = [
    "LOSSES",
    "ChosenLoss",
    "ContractRow",
    "Loss",
    "Objective",
    "StackObjective",
    "check_targets",
    "check_weights",
    "choose",
    "contract_rows",
    "contract_table",
]
