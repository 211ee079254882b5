"""What can be explained: recipes, sketches of networks, saved models, PyTorch modules; each becomes a ``Subject``."""

from pellucid.explain.sources.of_model import subject_of_model
from pellucid.explain.sources.of_module import subject_of_module
from pellucid.explain.sources.of_recipe import subject_of_recipe, subject_of_sketch
from pellucid.explain.sources.sketch import Sketch, parse_network

__all__ = [
    "Sketch",
    "parse_network",
    "subject_of_model",
    "subject_of_module",
    "subject_of_recipe",
    "subject_of_sketch",
]
