"""A recipe with everything looked up that it names: checked, and fitted to data and target."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from pellucid.errors import UsageError
from pellucid.networks import describe_network
from pellucid.objectives import Objective, choose
from pellucid.objectives.penalties import ChosenPenalty, activity_layers, penalties_of
from pellucid.optimizers import OPTIMIZERS, SCHEDULES, ChosenOptimizer, ChosenSchedule
from pellucid.records import ActivationLayer, NetworkSpec, Recipe, TargetSpec
from pellucid.training.checking import check_recipe
from pellucid.training.data import TrainingData

__all__ = ["ALL_ROWS", "Settled", "settle"]

ALL_ROWS = 1 << 40
"""A batch size that no table reaches."""


@dataclass(frozen=True)
class Settled:
    """What a recipe means for one target on one table.

    Attributes:
        recipe: As given.
        objective: Loss and head.
        network: Layers.
        optimizer: Update rule.
        numbers: Its numbers that are no matter of structure, with the learning rate and decay that the recipe means.
        schedule: Of the learning rate.
        momentum_schedule: Of the momentum.
        regularisation_schedule: Of dropout and weight decay.
        penalties: All, l1 and l2 included.
        activity: Strength of the penalty on hidden values; 0 for none.
        batch_size: Units per step; ``ALL_ROWS`` for optimizers that need all.
    """

    recipe: Recipe
    objective: Objective
    network: NetworkSpec
    optimizer: ChosenOptimizer
    numbers: Mapping[str, float]
    schedule: ChosenSchedule
    momentum_schedule: ChosenSchedule
    regularisation_schedule: ChosenSchedule
    penalties: tuple[ChosenPenalty, ...]
    activity: float
    batch_size: int

    @property
    def kinds(self) -> tuple[Hashable, ...]:
        """What differs in kind within a stack; members are sorted by it, so that equal kinds stand together."""
        activations = tuple(
            (layer.name, tuple(value for value in layer.numbers.values() if isinstance(value, str)))
            for layer in self.network.layers
            if isinstance(layer, ActivationLayer)
        )
        optimizer = (self.optimizer.name, tuple(sorted(self.optimizer.structural.items(), key=str)))
        return (activations, self.objective.loss.name, self.objective.loss.structure, optimizer)

    @property
    def shape(self) -> tuple[Hashable, ...]:
        """What members of one stack must agree in, the number of rows and steps aside."""
        layers = tuple(
            (layer.width, layer.outputs, layer.learned, layer.parametric)
            if isinstance(layer, ActivationLayer)
            else layer
            for layer in self.network.layers
        )
        recipe = self.recipe
        return (
            layers,
            recipe.width_scaled_lr,
            recipe.lr_factors,
            recipe.decay_biases,
            recipe.drop_last,
            self.batch_size,
            self.optimizer.entry.looks_again,
            self.objective.target.rows,
        )


def settle(recipe: Recipe, data: TrainingData, target: TargetSpec) -> Settled:
    """Look up everything that a recipe names.

    Args:
        recipe: What to train.
        data: The encoded table, for the widths.
        target: What is to be learned.

    Raises:
        UnknownNameError: If a name is not registered; offers the nearest.
        ContractError: If head, loss and target do not fit; says the nearest right recipe.
        UsageError: If a number is out of range, or two options contradict each other.
    """
    check_recipe(recipe)
    objective = choose(recipe.loss, target, output_activation=recipe.output_activation, outputs=recipe.outputs)
    optimizer = OPTIMIZERS(recipe.optimizer)
    _check_line_search(recipe, optimizer)
    penalties = penalties_of(recipe)
    activity = sum(penalty.activity for penalty in penalties)
    network = describe_network(
        recipe,
        numeric=data.numeric,
        passed=data.passed,
        categories=data.categories,
        outputs=objective.outputs,
        output_activation=objective.link,
        sparse=activity_layers(penalties, recipe.hidden),
        **objective.output_layer,
    )
    return Settled(
        recipe,
        objective,
        network,
        optimizer,
        optimizer_numbers(recipe, optimizer),
        _schedule(recipe.schedule, "schedule", "lr"),
        _momentum_schedule(recipe, optimizer),
        _schedule(recipe.regularisation_schedule, "regularisation_schedule", "lr"),
        penalties,
        activity,
        ALL_ROWS if optimizer.entry.full_batch else recipe.batch_size,
    )


def optimizer_numbers(recipe: Recipe, optimizer: ChosenOptimizer) -> dict[str, float]:
    """The optimizer's numbers with the recipe's learning rate and weight decay in their places.

    Raises:
        UsageError: If recipe and choice give different values, or the rule has no decay.
    """
    structural = optimizer.structural
    numbers = {
        name: float(value)
        for name, value in optimizer.numbers.items()
        if name not in structural and isinstance(value, int | float)
    }
    for field in ("lr", "weight_decay"):
        asked = getattr(recipe, field)
        if asked is None:
            numbers.setdefault(field, 0.0)
            continue
        if field not in numbers:
            if asked:
                raise UsageError(
                    f"{optimizer.name} has no weight decay, found weight_decay={asked:g}. "
                    f"Use l2={asked:g} for the penalty, or optimizer='adamw'."
                )
            numbers[field] = 0.0
            continue
        own = numbers[field]
        if own != optimizer.entry.defaults[field] and own != asked:
            raise UsageError(f"optimizer={str(optimizer)!r} and {field}={asked:g} contradict each other. Give one.")
        numbers[field] = float(asked)
    return numbers


def _check_line_search(recipe: Recipe, optimizer: ChosenOptimizer) -> None:
    """A line search believes that the gradient is that of the loss; clipped or noisy, it is not."""
    if optimizer.numbers.get("line_search", "none") == "none":
        return
    for field in ("clip_norm", "clip_value", "gradient_noise"):
        if getattr(recipe, field):
            raise UsageError(
                f"{optimizer} searches along the gradient of the loss, and {field}={getattr(recipe, field):g} changes "
                f"that gradient. Leave {field} out, or use {optimizer.name} without a line search."
            )


def _schedule(text: str, field: str, moved: str) -> ChosenSchedule:
    chosen = SCHEDULES(text)
    if chosen.entry.moves not in (moved, "any"):
        raise UsageError(f"{chosen.name} moves the {_MOVED[chosen.entry.moves]}, so it is no {field}.")
    if chosen.watched is not None and field != "schedule":
        raise UsageError(f"{chosen.name} watches validation values and moves the learning rate alone.")
    return chosen


_MOVED = {"lr": "learning rate", "momentum": "momentum", "any": "learning rate or the momentum"}


def _momentum_schedule(recipe: Recipe, optimizer: ChosenOptimizer) -> ChosenSchedule:
    chosen = _schedule(recipe.momentum_schedule, "momentum_schedule", "momentum")
    if chosen.name != "constant" and not optimizer.entry.momentum:
        raise UsageError(
            f"{optimizer.name} has no momentum to move, found momentum_schedule={recipe.momentum_schedule!r}. "
            "Use optimizer='sgd(momentum=0.9)', say, or leave the schedule out."
        )
    return chosen
