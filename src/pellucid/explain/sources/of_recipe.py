"""A recipe's network before its first step, or a sketched one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from torch import nn

from pellucid.errors import DataError, UsageError
from pellucid.explain.sources.rows import Rows, read_rows
from pellucid.explain.sources.sketch import Sketch
from pellucid.explain.subject import Subject, tensors
from pellucid.networks import Network, initial_parameters, padded
from pellucid.networks.activate import Activate
from pellucid.networks.to_torch import as_modules
from pellucid.objectives import check_targets
from pellucid.records import Recipe
from pellucid.shapes import Array
from pellucid.training import StackRows
from pellucid.training.class_weights import row_weights
from pellucid.training.places import SAMPLE_ROWS
from pellucid.training.randomness import INITIALISATION, SAMPLE, generator
from pellucid.training.scheduling import Scheduling
from pellucid.training.settling import Settled, settle

__all__ = ["subject_of_recipe", "subject_of_sketch"]


def subject_of_recipe(
    recipe: Recipe,
    X: ArrayLike,
    y: ArrayLike | None,
    *,
    task: str | None = None,
    units: ArrayLike | None = None,
    names: Sequence[str] = (),
) -> Subject:
    """A recipe's network with its initial parameters, in a training step on these rows.

    Args:
        recipe: What would be trained.
        X: Inputs ``[n, i]``, scaled as the network shall see them.
        y: Targets.
        task: The target's task where ``y`` does not say it.
        units: Row numbers of pairs, triplets or sequences ``[u, k]``.
        names: Of the inputs.

    Raises:
        UsageError: If the recipe is out of range.
        ContractError: If its loss does not fit the targets; names the nearest right recipe.
        DataError: If shapes disagree or values do not allow the task.
    """
    rows = read_rows(X, y, loss=recipe.loss, task=task, outputs=recipe.outputs or 0, units=units)
    return _subject(recipe, rows, names)


def subject_of_sketch(
    sketch: Sketch,
    X: ArrayLike,
    y: ArrayLike | None,
    *,
    loss: str,
    optimizer: str,
    seed: int,
    task: str | None = None,
    units: ArrayLike | None = None,
    names: Sequence[str] = (),
) -> Subject:
    """A sketched network; as ``subject_of_recipe``.

    Raises:
        UsageError: If the widths do not fit loss and rows.
    """
    rows = read_rows(X, y, loss=loss, task=task, outputs=sketch.outputs, units=units)
    if rows.data.numeric != sketch.inputs:
        raise DataError(f"The network {sketch} has {sketch.inputs} inputs, and a row of X has {rows.data.numeric}.")
    start = "pytorch" if sketch.weights is None else f"constant(value={sketch.weights!r})"
    recipe = Recipe(
        hidden=sketch.hidden,
        activation=sketch.activation,
        output_activation=sketch.output_activation,
        loss=loss,
        optimizer=optimizer,
        seed=seed,
        initialisation=start,
        outputs=sketch.outputs,
    )
    made = _subject(recipe, rows, names)
    if made.objective.outputs != sketch.outputs:
        raise UsageError(
            f"{made.objective.loss} needs {made.objective.outputs} outputs for this target, and the network {sketch} "
            f"has {sketch.outputs}."
        )
    if sketch.bias:
        return made
    absent = frozenset(spec.name for spec in made.network.parameters if spec.kind == "bias")
    arrays = {
        name: np.zeros_like(array) if name in absent else array for name, array in made.parameters.arrays(0).items()
    }
    parameters = tensors(made.network, arrays, recipe=recipe, absent=absent)
    return replace(made, absent=absent, parameters=parameters, twin=_twin(recipe, made.network, arrays))


def _subject(recipe: Recipe, rows: Rows, names: Sequence[str]) -> Subject:
    data = rows.data
    settled = settle(recipe, data, rows.target)
    check_targets(settled.objective, data.targets.numpy())
    network = Network([settled.network])
    every = np.arange(len(data.targets))
    weighted = row_weights([recipe], data, StackRows((every,), (every[:0],)), rows.target)
    weights = weighted.weights[0] if weighted.weights else None
    arrays = _start(settled, network, rows)
    return Subject(
        network=network,
        parameters=tensors(network, arrays, recipe=recipe),
        objective=settled.objective,
        data=data,
        recipe=recipe,
        penalties=settled.penalties,
        activity=settled.activity,
        unit_weights=weights,
        optimizer=settled.optimizer,
        numbers=settled.numbers,
        training=True,
        names=tuple(names),
        classes=rows.classes,
        schedule=_schedule(settled),
        twin=_twin(recipe, network, arrays),
    )


def _schedule(settled: Settled) -> Callable[[int], tuple[dict[str, float], float]] | None:
    """The optimizer's numbers and dropout's factor at a step, for a recipe whose epochs are single steps."""
    moving = (settled.schedule, settled.momentum_schedule, settled.regularisation_schedule)
    if all(each.name == "constant" for each in moving):
        return None
    scheduling, last = Scheduling([settled], 1), settled.recipe.epochs - 1

    def at(step: int) -> tuple[dict[str, float], float]:
        tables, drops = scheduling.epoch(np.array([min(step, last)]), np.ones(1))
        return {name: float(values[0, 0]) for name, values in tables.items()}, float(drops[0, 0])

    return at


def _twin(recipe: Recipe, network: Network, arrays: Mapping[str, Array]) -> nn.Module | None:
    """The network as PyTorch modules, which predict; None where a training step is something else."""
    draws = any(isinstance(layer, Activate) and layer.slices[0].entry.draws for layer in network.layers)
    if recipe.dropout or recipe.input_noise or recipe.norm == "batch_norm" or draws:
        return None
    return as_modules(network.spec(0), arrays).double()


def _start(settled: Settled, network: Network, rows: Rows) -> dict[str, Array]:
    recipe, data = settled.recipe, rows.data
    # Initializers that look at rows look at these, drawn as in training.
    seen = np.arange(len(data.inputs)) if data.units is None else np.unique(data.units.numpy())
    chosen = generator(recipe.seed, SAMPLE).permutation(len(seen))[:SAMPLE_ROWS]
    picked = seen[np.resize(chosen, padded(len(chosen)))]
    return initial_parameters(
        network,
        generator(recipe.seed, INITIALISATION),
        method=recipe.initialisation,
        frequency_scale=recipe.frequency_scale,
        sample=data.inputs.numpy()[picked],
    )
