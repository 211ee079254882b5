"""A saved model's network, with a table's rows as it encodes them."""

from typing import Any

import numpy as np
import torch

from pellucid.encoding import encode, encode_target
from pellucid.errors import DataError, UsageError
from pellucid.explain.sources.of_module import fitting_objective, loss_of
from pellucid.explain.sources.rows import Rows
from pellucid.explain.subject import Subject, tensors
from pellucid.models import Model
from pellucid.models.parts import own_arrays
from pellucid.networks import Network
from pellucid.optimizers import OPTIMIZERS
from pellucid.records import ActivationLayer, Recipe
from pellucid.shapes import Array
from pellucid.tables import Table, TargetDecision, target_values, usable_rows
from pellucid.training import TrainingData
from pellucid.training.settling import optimizer_numbers

__all__ = ["subject_of_model"]

_UNTOLD = ("embedding", "ranking", "sequence")


def subject_of_model(
    model: Model,
    X: Any,
    y: Any,
    *,
    loss: Any,
    optimizer: str,
    member: int,
    row: int | None = None,
    header: bool | None = None,
) -> Subject:
    """One network of a saved model, as it predicts.

    Args:
        model: The model.
        X: Any table that it could predict.
        y: Targets as the table would write them, one per row; None: the table's own target columns.
        loss: Choice of a loss; None: the one that it was trained with, where the file says it.
        optimizer: Choice of an optimizer.
        member: Which network, counted from 0.
        row: The row that passes, counted from 0; None: all of them.
        header: Whether a file begins with names; None looks.

    Raises:
        UsageError: If there is no such network or row, or its task needs more than rows.
        DataError: If the table lacks a column, or a row has no target.
    """
    manifest = model.manifest
    if manifest.task in _UNTOLD:
        raise UsageError(
            f"The networks of this model learn from {manifest.task} units, which a table's row does not tell. Explain "
            "the recipe instead: pl.explain(recipe, X, y, units=…)."
        )
    if not 0 <= member < manifest.count:
        raise UsageError(f"member counts from 0 to {manifest.count - 1}, found {member}.")
    table, told = model.read(X, header=header), None if y is None else np.atleast_1d(np.asarray(y))
    if row is not None:
        if not 0 <= row < table.rows:
            raise UsageError(f"row counts from 0 to {table.rows - 1}, found {row}.")
        told = told[[row]] if told is not None and len(told) == table.rows else told
        table = table.take(np.array([row]))
    encoded = encode(manifest.encoding, table)
    numbers = encoded.numbers.astype(np.float64)
    targets = numbers if manifest.task == "reconstruction" else _targets(model, table, told)
    part, arrays = _member(model, member)
    network = Network([part.network])
    data = TrainingData.of(
        numbers,
        targets,
        codes=encoded.codes,
        numeric=manifest.encoding.numeric,
        categories=manifest.encoding.categories,
        dtype=torch.float64,
    )
    rows = Rows(data, manifest.spec, manifest.classes)
    last = part.network.layers[-1]
    link = last if isinstance(last, ActivationLayer) else None
    known = manifest.card.recipe.get("loss") if loss is None else loss
    objective, remarks = fitting_objective(loss_of(known), rows, link, network.outputs)
    recipe = Recipe(optimizer=optimizer)
    rule = OPTIMIZERS(optimizer)
    return Subject(
        network=network,
        parameters=tensors(network, arrays, recipe=recipe),
        objective=objective,
        data=data,
        recipe=recipe,
        optimizer=rule,
        numbers=optimizer_numbers(recipe, rule),
        training=False,
        names=(*manifest.encoding.input_names, *manifest.encoding.coded_names),
        classes=manifest.classes,
        remarks=remarks,
        first_number=row or 0,
    )


def _member(model: Model, member: int) -> tuple[Any, dict[str, Array]]:
    """The part that a network belongs to, and its own parameters."""
    parts = model.manifest.parts
    for part, arrays in zip(parts, own_arrays(model.arrays, len(parts)), strict=True):
        if member < part.members:
            return part, {name: own[member].astype(np.float64) for name, own in arrays.items()}
        member -= part.members
    raise AssertionError("counted before")


def _targets(model: Model, table: Table, y: Array | None) -> Array:
    """Targets as the network sees them.

    Raises:
        DataError: If a row has none, or one that the model does not know.
    """
    goal = model.manifest.target_encoding
    if y is not None:
        table = _with_targets(model, table, y)
    elif absent := [name for name in goal.columns if name not in table.names]:
        raise DataError(f"{table.name} has no target column {absent[0]!r}. Pass the targets as y.", code="B051")
    values = target_values([table.column(name) for name in goal.columns], _decision(model))
    usable = values >= 0 if goal.kind == "classes" else usable_rows(values)
    if not usable.all():
        raise DataError(
            f"Row {int(np.argmin(usable)) + 1} of {table.name} has no target that the model knows. Leave the row out, "
            "or pass its target as y.",
            code="B052",
        )
    encoded = encode_target(goal, values)
    return encoded if encoded.dtype.kind in "iu" else encoded.astype(np.float64)


def _with_targets(model: Model, table: Table, array: Array) -> Table:
    """The targets as a table of the model's target columns."""
    goal = model.manifest.target_encoding
    wide = array.reshape(len(array), -1) if len(array) == table.rows else array.reshape(1, -1)
    if wide.shape != (table.rows, len(goal.columns)):
        raise DataError(
            f"y has the shape {array.shape}, and {table.name} has {table.rows} rows with {len(goal.columns)} target"
            f"{'s' if len(goal.columns) > 1 else ''} each."
        )
    columns = {name: wide[:, place].tolist() for place, name in enumerate(goal.columns)}
    if goal.kind == "classes":
        columns = {name: [str(value) for value in own] for name, own in columns.items()}
    return model.read(columns)


def _decision(model: Model) -> TargetDecision:
    """What the target was decided to be when the model was made."""
    manifest, goal = model.manifest, model.manifest.target_encoding
    return TargetDecision(
        name=manifest.target,
        task=manifest.task,
        classes=goal.classes,
        counts=(),
        reason="",
        note="",
        missing=0,
        findings=(),
        columns=goal.columns,
        levels=goal.levels,
        spellings=goal.spellings,
        separator=goal.separator,
        total=goal.total,
        group=goal.group,
    )
