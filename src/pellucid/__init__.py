"""Pellucid: feed-forward networks you can see through.

The front door: explicit re-exports and ``__all__``, nothing else. Names arrive when first used, so that importing
Pellucid costs nothing and loads neither torch nor scikit-learn.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pellucid.activations import ACTIVATIONS as activation  # noqa: N811
    from pellucid.doctor.checking import check as check
    from pellucid.doctor.watching import watch as watch
    from pellucid.errors import ContractError as ContractError
    from pellucid.errors import DataError as DataError
    from pellucid.errors import ModelFileError as ModelFileError
    from pellucid.errors import PellucidError as PellucidError
    from pellucid.errors import SurroundingsError as SurroundingsError
    from pellucid.errors import TrainingError as TrainingError
    from pellucid.errors import UnknownColumnError as UnknownColumnError
    from pellucid.errors import UnknownNameError as UnknownNameError
    from pellucid.errors import UsageError as UsageError
    from pellucid.estimators import NetworkAutoencoder as NetworkAutoencoder
    from pellucid.estimators import NetworkEmbedder as NetworkEmbedder
    from pellucid.estimators import NetworkRanker as NetworkRanker
    from pellucid.estimators import NetworkSequenceLabeller as NetworkSequenceLabeller
    from pellucid.experiments import Run as Run
    from pellucid.experiments.compare.comparison import Comparison as Comparison
    from pellucid.explain import explain as explain
    from pellucid.figures import draw as draw
    from pellucid.jobs import compare as compare
    from pellucid.jobs import evaluate as evaluate
    from pellucid.jobs import fit as fit
    from pellucid.jobs.figures import figure as figure
    from pellucid.models import Model as Model
    from pellucid.models import read_model as load
    from pellucid.networks import INITIALIZERS as initializer  # noqa: N811
    from pellucid.objectives import LOSSES as loss  # noqa: N811
    from pellucid.objectives.penalties import PENALTIES as penalty  # noqa: N811
    from pellucid.optimizers import OPTIMIZERS as optimizer  # noqa: N811
    from pellucid.optimizers import SCHEDULES as schedule  # noqa: N811
    from pellucid.records import Recipe as Recipe
    from pellucid.training import lr_range_test as lr_range_test
    from pellucid.training import train as train

__all__ = [
    "Comparison",
    "ContractError",
    "DataError",
    "Model",
    "ModelFileError",
    "NetworkAutoencoder",
    "NetworkEmbedder",
    "NetworkRanker",
    "NetworkSequenceLabeller",
    "PellucidError",
    "Recipe",
    "Run",
    "SurroundingsError",
    "TrainingError",
    "UnknownColumnError",
    "UnknownNameError",
    "UsageError",
    "__version__",
    "activation",
    "check",
    "compare",
    "draw",
    "evaluate",
    "explain",
    "figure",
    "fit",
    "initializer",
    "load",
    "loss",
    "lr_range_test",
    "optimizer",
    "penalty",
    "schedule",
    "train",
    "watch",
]

__version__ = "0.1.0"

# Where each name lives: room, and the name there.
_HOMES = {
    "Comparison": ("experiments.compare.comparison", "Comparison"),
    "ContractError": ("errors", "ContractError"),
    "DataError": ("errors", "DataError"),
    "Model": ("models", "Model"),
    "ModelFileError": ("errors", "ModelFileError"),
    "NetworkAutoencoder": ("estimators", "NetworkAutoencoder"),
    "NetworkEmbedder": ("estimators", "NetworkEmbedder"),
    "NetworkRanker": ("estimators", "NetworkRanker"),
    "NetworkSequenceLabeller": ("estimators", "NetworkSequenceLabeller"),
    "PellucidError": ("errors", "PellucidError"),
    "Recipe": ("records", "Recipe"),
    "Run": ("experiments", "Run"),
    "SurroundingsError": ("errors", "SurroundingsError"),
    "TrainingError": ("errors", "TrainingError"),
    "UnknownColumnError": ("errors", "UnknownColumnError"),
    "UnknownNameError": ("errors", "UnknownNameError"),
    "UsageError": ("errors", "UsageError"),
    "activation": ("activations", "ACTIVATIONS"),
    "check": ("doctor.checking", "check"),
    "compare": ("jobs", "compare"),
    "draw": ("figures", "draw"),
    "evaluate": ("jobs", "evaluate"),
    "explain": ("explain", "explain"),
    "figure": ("jobs.figures", "figure"),
    "fit": ("jobs", "fit"),
    "initializer": ("networks", "INITIALIZERS"),
    "load": ("models", "read_model"),
    "loss": ("objectives", "LOSSES"),
    "lr_range_test": ("training", "lr_range_test"),
    "optimizer": ("optimizers", "OPTIMIZERS"),
    "penalty": ("objectives.penalties", "PENALTIES"),
    "schedule": ("optimizers", "SCHEDULES"),
    "train": ("training", "train"),
    "watch": ("doctor.watching", "watch"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'pellucid' has no attribute {name!r}")
    room, name_there = _HOMES[name]
    value = getattr(import_module(f"pellucid.{room}"), name_there)
    globals()[name] = value  # the next use does not come here
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
