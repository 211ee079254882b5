"""Plans: what is varied, at which values, and the list of variants that comes of it.

A *factor* is one field of a recipe with the values that it takes, a *variant* one choice of a value for each factor.
The notation is that of the command line, ``activation=relu,gelu`` or ``lr=1e-4:1e-1:log:7``; nothing is trained here.
"""

from pellucid.experiments.plans.applying import variant_recipe
from pellucid.experiments.plans.draws import random_draws
from pellucid.experiments.plans.factor import Factor, Level
from pellucid.experiments.plans.fields import FACTORS
from pellucid.experiments.plans.grids import MOST_VARIANTS, grid, path
from pellucid.experiments.plans.reading import factor, read_factor, read_factors
from pellucid.experiments.plans.variant import Variant

__all__ = [
    "FACTORS",
    "MOST_VARIANTS",
    "Factor",
    "Level",
    "Variant",
    "factor",
    "grid",
    "path",
    "random_draws",
    "read_factor",
    "read_factors",
    "variant_recipe",
]
