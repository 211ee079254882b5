"""TrainResult: what a list of recipes became, member by member, in the order in which they were given."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch

from pellucid.errors import DataError, UsageError
from pellucid.networks import Network, Tensors, padded
from pellucid.networks.to_torch import as_modules
from pellucid.objectives import Objective
from pellucid.records import EpochRecord, FeatureLayer, Finding, NetworkSpec, Recipe
from pellucid.shapes import Array, Codes, Floats
from pellucid.training.data import TrainingData
from pellucid.training.history import History
from pellucid.training.snapshots import Snapshots
from pellucid.training.stack import BLOCK
from pellucid.training.targets import as_reals, finite

if TYPE_CHECKING:
    from pellucid.training.course import Course

__all__ = ["StackOutcome", "TrainResult"]


@dataclass(frozen=True)
class StackOutcome:
    """A trained stack.

    Attributes:
        network: Its layers.
        parameters: Every member at its best epoch (at its last one without validation rows).
        history: One row per member and epoch.
        epochs: Epochs that each member ran ``[m]``.
        best_epoch: The epoch that each member returned to ``[m]``, counted from 1; 0 for none.
        best: Monitored validation value there ``[m]``; NaN without validation rows.
        ended: ``finished``, ``paused``, ``stopped early``, ``interrupted`` or ``diverged``, per member.
        engine: Name of the engine that took the steps.
        reason: Why this one.
        snapshots: What members were at the epochs at which that was asked for.
    """

    network: Network
    parameters: Tensors
    history: History
    epochs: tuple[int, ...]
    best_epoch: tuple[int, ...]
    best: tuple[float, ...]
    ended: tuple[str, ...]
    engine: str
    reason: str
    snapshots: Snapshots

    @classmethod
    def of(cls, course: "Course") -> Self:
        """What has become of a course's members so far."""
        ledger = course.ledger
        return cls(
            course.network,
            course.best,
            ledger.history,
            tuple(ledger.epochs.tolist()),
            tuple(ledger.best_epoch.tolist()),
            tuple(ledger.best.tolist()),
            tuple(how or "paused" for how in ledger.ended),
            course.engine,
            "; ".join(filter(None, [course.reason, course.remark])),
            course.snapshots,
        )


@dataclass(frozen=True)
class TrainResult:
    """A trained list of recipes.

    Attributes:
        recipes: As given ``[m]``.
        objectives: Loss and head of every member.
        classes: Class labels in the order of the class numbers; empty where the target has none.
        stacks: Positions of each stack's members among the recipes.
        outcomes: What became of each stack.
        findings: What recipe and targets made doubtful before the first step, per member ``[m]``.
    """

    recipes: tuple[Recipe, ...]
    objectives: tuple[Objective, ...]
    classes: tuple[object, ...]
    stacks: tuple[tuple[int, ...], ...]
    outcomes: tuple[StackOutcome, ...]
    findings: tuple[tuple[Finding, ...], ...] = ()

    @property
    def engines(self) -> dict[str, str]:
        """Names of the engines that took the steps, with the reason for each."""
        return {outcome.engine: outcome.reason for outcome in self.outcomes}

    @cached_property
    def history(self) -> tuple[EpochRecord, ...]:
        """One record per member and epoch, sorted by member."""
        placed = [
            outcome.history.placed(np.array(positions))
            for positions, outcome in zip(self.stacks, self.outcomes, strict=True)
        ]
        rows = [each.columns() for each in placed]
        return tuple(History(validated=any(each.validated for each in placed), rows=rows).records())

    def _curve(self, field: str) -> Floats:
        curves = [
            outcome.history.curve(field, len(positions))
            for positions, outcome in zip(self.stacks, self.outcomes, strict=True)
        ]
        found: Floats = np.full((len(self.recipes), max(curve.shape[1] for curve in curves)), np.nan)
        for positions, curve in zip(self.stacks, curves, strict=True):
            found[list(positions), : curve.shape[1]] = curve
        return found

    @property
    def loss(self) -> Floats:
        """Mean training loss ``[m, epoch]``; NaN after a member's last epoch."""
        return self._curve("loss")

    @property
    def val_loss(self) -> Floats:
        """Mean validation loss ``[m, epoch]``; NaN without validation rows."""
        return self._curve("val_loss")

    @property
    def metrics(self) -> dict[str, Floats]:
        """``val_error [m, epoch]``: see ``StackObjective.evaluate``; and the learning rate ``lr``."""
        return {"val_error": self._curve("val_error"), "lr": self._curve("lr")}

    def at(self, epoch: int) -> "TrainResult":
        """The same members as they were after an epoch; those that had ended by then, as they have been kept.

        Args:
            epoch: One of those that snapshots were asked for; 0 is before the first step.

        Raises:
            KeyError: If it is none of them.
        """
        outcomes = [
            replace(each, parameters=each.snapshots.at(epoch, each.parameters, each.epochs)) for each in self.outcomes
        ]
        return replace(self, outcomes=tuple(outcomes))

    def per_member(self, field: str) -> list[Any]:
        """One of an outcome's per-member values (``best``, ``best_epoch``, ``epochs``, ``ended``), recipe by recipe."""
        values: list[Any] = [None] * len(self.recipes)
        for positions, outcome in zip(self.stacks, self.outcomes, strict=True):
            for place, position in enumerate(positions):
                values[position] = getattr(outcome, field)[place]
        return values

    def _place(self, member: int) -> tuple[StackOutcome, int]:
        for positions, outcome in zip(self.stacks, self.outcomes, strict=True):
            if member in positions:
                return outcome, positions.index(member)
        raise IndexError(f"there is no member {member}; members are 0 to {len(self.recipes) - 1}")

    def network(self, member: int = 0) -> NetworkSpec:
        """The member's layers as plain data."""
        outcome, place = self._place(member)
        return outcome.network.spec(place)

    def parameters(self, member: int) -> dict[str, Array]:
        """The member's parameters at its best epoch: name → plain array of true shape."""
        outcome, place = self._place(member)
        return outcome.parameters.arrays(place)

    def to_torch(self, member: int) -> torch.nn.Sequential:
        """The member as plain PyTorch modules with the same outputs, in evaluation mode, for encoded columns alone."""
        return as_modules(self.network(member), self.parameters(member))

    def outputs(self, X: Floats, codes: Codes | None = None) -> Floats:
        """Outputs ``[m, n, o]`` for encoded rows ``[n, i]``, computed in blocks of fixed shape.

        Where members differ in width, the narrower ones end in NaN.

        Raises:
            DataError: If X or codes have other columns or levels than the networks learned from, or values that are
                not finite.
        """
        X = self._checked(X, codes)
        rows = len(X)
        width = max(objective.outputs for objective in self.objectives)
        found = np.full((len(self.recipes), rows, width), np.nan)
        for positions, outcome in zip(self.stacks, self.outcomes, strict=True):
            used = self.objectives[positions[0]].outputs
            found[list(positions), :, :used] = _stack_outputs(outcome.network, outcome.parameters, X, codes)[
                :, :, :used
            ]
        return found

    def _checked(self, X: Floats, codes: Codes | None) -> Floats:
        """X as networks can read it; padding would take in missing columns silently, and NaN decide for class 0."""
        rows = as_reals(X, "X")
        first = self.network(0).layers[0]
        assert isinstance(first, FeatureLayer)
        wanted = first.numeric + first.passed
        if rows.ndim != 2 or rows.shape[1] != wanted:
            raise DataError(f"X has the shape {rows.shape}; the networks learned from {wanted} columns, [n, {wanted}].")
        if first.categories:
            levels = np.array(first.categories)
            given = np.empty((0, 0)) if codes is None else np.asarray(codes)
            if given.shape != (len(rows), len(levels)) or (given < 0).any() or (given >= levels).any():
                raise DataError(
                    f"The networks embed {len(levels)} categories of {first.categories} levels. Pass their codes "
                    f"[n, {len(levels)}], from 0 on."
                )
        sound = finite(rows, self.outcomes[0].parameters.dtype)
        if not sound.all():
            row, column = np.argwhere(~sound)[0]
            raise DataError(
                f"X contains {rows[row, column]} in row {row}, column {column}. Networks need finite numbers."
            )
        return rows

    def _predictions(self, member: int, outputs: Floats) -> Floats:
        """What the member's head makes of its outputs ``[m, n, o]``: ``[p, n]``."""
        objective = self.objectives[member]
        return objective.head.ensemble(outputs[[member], :, : objective.outputs].swapaxes(1, 2))

    def predict_proba(self, X: Floats, codes: Codes | None = None) -> Floats:
        """Probabilities ``[m, n, p]``: of the classes in the order of ``classes``, or of every label or share.

        Raises:
            UsageError: If a member's outputs are no probabilities; says which members have them.
        """
        for member, objective in enumerate(self.objectives):
            if objective.head.entry.gives not in ("class_probabilities", "label_probabilities"):
                raise UsageError(
                    f"Member {member} learned {objective.task} by {objective.loss.name}, whose outputs are "
                    f"{objective.head.entry.gives.replace('_', ' ')} and no probabilities. Use predict or outputs."
                )
        outputs = self.outputs(X, codes)
        return np.stack([self._predictions(m, outputs).T for m in range(len(self.recipes))])

    def predict(self, X: Floats, codes: Codes | None = None) -> Array:
        """What is decided: class labels or numbers ``[m, n]``; labels, shares, several numbers ``[m, n, t]``.

        Of quantiles it is the one nearest to the median, of a mean with its variance the mean; ``outputs`` has all.
        """
        outputs = self.outputs(X, codes)
        found = []
        for member, objective in enumerate(self.objectives):
            predictions = self._predictions(member, outputs)
            decided = objective.decide(predictions)
            found.append(decided.T if decided.ndim == 2 and len(decided) > 1 else decided.reshape(-1))
        decisions: Array = np.stack(found)
        return np.asarray(self.classes)[decisions] if self.classes else decisions


def _stack_outputs(network: Network, parameters: Tensors, X: Floats, codes: Codes | None) -> Floats:
    first = network.spec(0).layers[0]
    numeric, categories = (first.numeric, first.categories) if isinstance(first, FeatureLayer) else (None, ())
    data = TrainingData.of(
        np.asarray(X),
        np.zeros(len(X)),
        codes=codes,
        numeric=numeric,
        categories=categories,
        dtype=parameters.dtype,
    )
    m = parameters.members
    pieces: list[Floats] = []
    for start in range(0, len(X), BLOCK):
        rows = np.zeros(BLOCK, dtype=np.int64)
        real = min(BLOCK, len(X) - start)
        rows[:real] = np.arange(start, start + real)
        inputs, _, coded = data.gather(torch.from_numpy(rows).expand(m, BLOCK))
        outputs, _ = network.forward(parameters.views, inputs, None, coded)
        pieces.append(outputs[:, :real].double().cpu().numpy())
    return np.concatenate(pieces, axis=1) if pieces else np.zeros((m, 0, padded(network.outputs)))
