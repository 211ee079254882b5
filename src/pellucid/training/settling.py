"""A recipe with everything looked up that it names: checked, and fitted to data and target."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple, Self

from pellucid.errors import UsageError
from pellucid.networks import describe_network
from pellucid.objectives import Objective, choose
from pellucid.objectives.penalties import ChosenPenalty, activity_layers, penalties_of
from pellucid.optimizers import OPTIMIZERS, SCHEDULES, ChosenOptimizer, ChosenSchedule
from pellucid.records import ActivationLayer, NetworkSpec, Recipe, TargetSpec
from pellucid.training.checking import check_recipe, types_of
from pellucid.training.data import TrainingData

__all__ = ["ALL_ROWS", "Settled", "settle", "settle_all"]

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
        kinds: What differs in kind within a stack; members are sorted by it, so that equal kinds stand together.
        shape: What members of one stack must agree in, the number of rows and steps aside.
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
    kinds: tuple[Hashable, ...]
    shape: tuple[Hashable, ...]


class _Settling:
    """Looks up what the recipes of a list name; what many of them name, once.

    Only what has gone well is remembered, so that every recipe is refused for the same reason as alone.

    Args:
        data: The encoded table, for the widths.
        target: What is to be learned.
    """

    def __init__(self, data: TrainingData, target: TargetSpec) -> None:
        self._data, self._target = data, target
        self._types: dict[Hashable, int] = {}
        self._objectives: dict[Hashable, Objective] = {}
        self._networks: dict[Hashable, _Described] = {}
        self._rules: dict[Hashable, _Rules] = {}

    def __call__(self, recipe: Recipe) -> Settled:
        """What a recipe means; see ``settle``."""
        check_recipe(recipe)
        # Equal values of other types are other values: a width of np.int64 is no JSON.
        types = self._types.setdefault(types_of(recipe), len(self._types))
        asked = (types, recipe.loss, recipe.output_activation, recipe.outputs)
        if asked not in self._objectives:
            self._objectives[asked] = choose(
                recipe.loss, self._target, output_activation=recipe.output_activation, outputs=recipe.outputs
            )
        objective = self._objectives[asked]
        optimizer = OPTIMIZERS(recipe.optimizer)
        _check_line_search(recipe, optimizer)
        penalties = penalties_of(recipe)
        sparse = activity_layers(penalties, recipe.hidden)
        ending = (objective.outputs, objective.link, *objective.output_layer.items())
        shaping = (types, ending, sparse, _SHAPING(recipe))
        if shaping not in self._networks:
            self._networks[shaping] = self._describe(recipe, objective, sparse)
        described = self._networks[shaping]
        numbers = optimizer_numbers(recipe, optimizer)
        named = (recipe.optimizer, recipe.schedule, recipe.momentum_schedule, recipe.regularisation_schedule)
        if named not in self._rules:
            self._rules[named] = _Rules.of(recipe, optimizer)
        rules = self._rules[named]
        batch_size = rules.batch_size or recipe.batch_size
        loss = objective.loss
        return Settled(
            recipe,
            objective,
            described.network,
            optimizer,
            numbers,
            rules.schedule,
            rules.momentum,
            rules.regularisation,
            penalties,
            sum(penalty.activity for penalty in penalties),
            batch_size,
            (described.activations, loss.name, loss.structure, rules.kind),
            (described.layers, *_STACKED(recipe), batch_size, optimizer.entry.looks_again, self._target.rows),
        )

    def _describe(self, recipe: Recipe, objective: Objective, sparse: Sequence[int]) -> "_Described":
        network = describe_network(
            recipe,
            numeric=self._data.numeric,
            passed=self._data.passed,
            categories=self._data.categories,
            outputs=objective.outputs,
            output_activation=objective.link,
            sparse=sparse,
            **objective.output_layer,
        )
        activations = tuple(
            (layer.name, tuple(value for value in layer.numbers.values() if isinstance(value, str)))
            for layer in network.layers
            if isinstance(layer, ActivationLayer)
        )
        layers = tuple(
            (layer.width, layer.outputs, layer.learned, layer.parametric)
            if isinstance(layer, ActivationLayer)
            else layer
            for layer in network.layers
        )
        return _Described(network, activations, layers)


class _Described(NamedTuple):
    """A network, and what of it members of a stack differ and agree in."""

    network: NetworkSpec
    activations: tuple[Hashable, ...]
    layers: tuple[Hashable, ...]


class _Rules(NamedTuple):
    """What follows from the names of optimizer and schedules alone; no batch size: the recipe's."""

    kind: Hashable
    batch_size: int | None
    schedule: ChosenSchedule
    momentum: ChosenSchedule
    regularisation: ChosenSchedule

    @classmethod
    def of(cls, recipe: Recipe, optimizer: ChosenOptimizer) -> Self:
        return cls(
            (optimizer.name, tuple(sorted(optimizer.structural.items(), key=str))),
            ALL_ROWS if optimizer.entry.full_batch else None,
            _schedule(recipe.schedule, "schedule", "lr"),
            _momentum_schedule(recipe, optimizer),
            _schedule(recipe.regularisation_schedule, "regularisation_schedule", "lr"),
        )


# Fields that shape a network beside loss and penalties, and those that members of a stack agree in.
_SHAPING = attrgetter(
    "hidden",
    "activation",
    "parametric_activation",
    "norm",
    "number_frequencies",
    "number_embedding_size",
    "category_embedding_size",
    "input_scale",
)
_STACKED = attrgetter("width_scaled_lr", "lr_factors", "decay_biases", "drop_last")


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
    return _Settling(data, target)(recipe)


def settle_all(recipes: Sequence[Recipe], data: TrainingData, target: TargetSpec) -> list[Settled]:
    """``settle`` for every recipe of a list; what several of them name is looked up once."""
    settling = _Settling(data, target)
    return [settling(recipe) for recipe in recipes]


def optimizer_numbers(recipe: Recipe, optimizer: ChosenOptimizer) -> dict[str, float]:
    """The optimizer's numbers with the recipe's learning rate and weight decay in their places.

    Raises:
        UsageError: If recipe and choice give different values, or the rule has no decay.
    """
    numbers = dict(optimizer.plain)
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
        if own != asked and own != optimizer.entry.defaults[field]:
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
