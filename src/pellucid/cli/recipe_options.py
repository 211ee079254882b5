"""Options that ``fit`` and ``compare`` share, of the columns, the recipe and the training: declared once."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any

from pellucid.cli import options as option

__all__ = ["RecipeOptions", "with_recipe_options"]


@dataclass(frozen=True, kw_only=True)
class RecipeOptions:
    """What was asked for, by the names that the command line has for it, in the order of ``--help``."""

    level: option.Level = None
    order: option.Order = None
    express: option.Express = None
    target_expression: option.TargetExpression = None
    scaling: option.Scaling = None
    network: option.Hidden = None
    activation: option.Activation = None
    norm: option.Norm = None
    loss: option.Loss = None
    class_weight: option.ClassWeight = None
    optimizer: option.Optimizer = None
    lr: option.LearningRate = None
    weight_decay: option.WeightDecay = None
    schedule: option.Schedule = None
    penalty: option.Penalty = None
    l2: option.L2 = None
    dropout: option.Dropout = None
    initialisation: option.Initialisation = None
    batch_size: option.BatchSize = None
    epochs: option.Epochs = None
    recipe: option.RecipeName = "tabular"
    seed: option.Seed = 0
    device: option.Device = None
    precision: option.Precision = None
    drop: option.Drop = None
    header: option.Header = None

    def arguments(self) -> dict[str, Any]:
        """The same by the names and in the form that ``jobs.fit`` and ``jobs.compare`` have.

        Raises:
            UsageError: If a text does not say what it should.
        """
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        levels, hidden = given.pop("level"), given.pop("network")
        return {
            **given,
            "levels": tuple(levels or ()),
            "order": option.as_classes(self.order),
            "express": option.as_expressions(self.express),
            "hidden": option.as_widths(hidden),
            "drop": tuple(self.drop or ()),
        }


def with_recipe_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command with all of these options in the place of its parameter ``asked``, which gets them together."""
    shared = [
        inspect.Parameter(each.name, inspect.Parameter.KEYWORD_ONLY, default=each.default, annotation=each.type)
        for each in fields(RecipeOptions)
    ]

    @wraps(command)
    def with_options(**given: Any) -> None:
        command(asked=RecipeOptions(**{each.name: given.pop(each.name) for each in shared}), **given)

    signature = inspect.signature(command)
    parameters: list[inspect.Parameter] = []
    for own in signature.parameters.values():
        parameters += shared if own.name == "asked" else [own.replace(kind=inspect.Parameter.KEYWORD_ONLY)]
    # Typer reads a command's options from its signature.
    with_options.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return with_options
