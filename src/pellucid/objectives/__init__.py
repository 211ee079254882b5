"""Outputs × targets → loss: losses with their gradients, and the heads that they belong to."""

from pellucid.objectives.losses import LOSSES, LossNumbers, find_loss
from pellucid.objectives.objective import Objective, choose_loss

__all__ = ["LOSSES", "LossNumbers", "Objective", "choose_loss", "find_loss"]
