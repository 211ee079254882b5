"""Pellucid: feed-forward networks you can see through.

The front door: explicit re-exports and ``__all__``, nothing else. Names arrive when first used, so that importing
Pellucid costs nothing and loads neither torch nor scikit-learn.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pellucid.errors import DataError as DataError
    from pellucid.errors import ModelFileError as ModelFileError
    from pellucid.errors import PellucidError as PellucidError
    from pellucid.errors import SurroundingsError as SurroundingsError
    from pellucid.errors import TrainingError as TrainingError
    from pellucid.errors import UnknownColumnError as UnknownColumnError
    from pellucid.errors import UnknownNameError as UnknownNameError
    from pellucid.errors import UsageError as UsageError
    from pellucid.experiments import Run as Run
    from pellucid.jobs import evaluate as evaluate
    from pellucid.jobs import fit as fit
    from pellucid.models import Model as Model
    from pellucid.models import read_model as load
    from pellucid.networks import INITIALIZERS as initializer  # noqa: N811
    from pellucid.records import Recipe as Recipe
    from pellucid.training import train as train

__all__ = [
    "DataError",
    "Model",
    "ModelFileError",
    "PellucidError",
    "Recipe",
    "Run",
    "SurroundingsError",
    "TrainingError",
    "UnknownColumnError",
    "UnknownNameError",
    "UsageError",
    "__version__",
    "evaluate",
    "fit",
    "initializer",
    "load",
    "train",
]

__version__ = "0.1.0"

# Where each name lives: room, and the name there.
_HOMES = {
    "DataError": ("errors", "DataError"),
    "Model": ("models", "Model"),
    "ModelFileError": ("errors", "ModelFileError"),
    "PellucidError": ("errors", "PellucidError"),
    "Recipe": ("records", "Recipe"),
    "Run": ("experiments", "Run"),
    "SurroundingsError": ("errors", "SurroundingsError"),
    "TrainingError": ("errors", "TrainingError"),
    "UnknownColumnError": ("errors", "UnknownColumnError"),
    "UnknownNameError": ("errors", "UnknownNameError"),
    "UsageError": ("errors", "UsageError"),
    "evaluate": ("jobs", "evaluate"),
    "fit": ("jobs", "fit"),
    "initializer": ("networks", "INITIALIZERS"),
    "load": ("models", "read_model"),
    "train": ("training", "train"),
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
