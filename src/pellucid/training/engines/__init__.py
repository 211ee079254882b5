"""How the steps of an epoch are computed; see ``engine``."""

from pellucid.training.engines.choosing import ENGINES, check_engine, choose_engine
from pellucid.training.engines.engine import Engine
from pellucid.training.scheduling import EpochPlan

__all__ = ["ENGINES", "Engine", "EpochPlan", "check_engine", "choose_engine"]
