"""The model file, and predictions from it; NumPy only."""

from pellucid.models.assembling import Assembly, Contribution, assemble
from pellucid.models.manifest import Card, Manifest
from pellucid.models.mixture import Mixture
from pellucid.models.model import Model, Prediction
from pellucid.models.parts import Part
from pellucid.models.predictor import Predictor
from pellucid.models.read import read_model
from pellucid.models.write import write_model

__all__ = [
    "Assembly",
    "Card",
    "Contribution",
    "Manifest",
    "Mixture",
    "Model",
    "Part",
    "Prediction",
    "Predictor",
    "assemble",
    "read_model",
    "write_model",
]
