"""How the steps of an epoch are computed; see ``engine``."""

from pellucid.training.engines.choosing import ENGINES, Choosing, start_engine
from pellucid.training.engines.engine import Engine
from pellucid.training.scheduling import EpochPlan

__all__ = ["ENGINES", "Choosing", "Engine", "EpochPlan", "start_engine"]
