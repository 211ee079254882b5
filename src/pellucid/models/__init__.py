"""The model file, and predictions from it; NumPy only."""

from pellucid.models.manifest import Card, Manifest
from pellucid.models.model import Model, Prediction
from pellucid.models.predictor import Predictor
from pellucid.models.read import read_model
from pellucid.models.write import write_model

__all__ = ["Card", "Manifest", "Model", "Prediction", "Predictor", "read_model", "write_model"]
