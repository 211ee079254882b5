"""Trainer: a list of recipes in training, which may pause at an epoch and go on."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import torch

from pellucid.records import Recipe, TargetSpec
from pellucid.shapes import Array
from pellucid.training.class_weights import row_weights
from pellucid.training.course import Course
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.engines import Choosing
from pellucid.training.first_look import look_at_values
from pellucid.training.giving_back import give_memory_back
from pellucid.training.places import footprint, places_of, training_bytes
from pellucid.training.planning import plan_stacks
from pellucid.training.result import StackOutcome, TrainResult
from pellucid.training.setting import Setting
from pellucid.training.settling import settle_all
from pellucid.training.workers import Workers

__all__ = ["Trainer"]


class Trainer:
    """Recipes in training.

    Attributes:
        recipes: As given ``[m]``.
        findings: What was doubtful before the first step, per member ``[m]``.
    """

    def __init__(
        self,
        recipes: Sequence[Recipe],
        data: TrainingData,
        rows: StackRows,
        *,
        target: TargetSpec,
        classes: Sequence[object] = (),
        setting: Setting | None = None,
        snapshots_at: Collection[int] = (),
    ) -> None:
        """Check and sort the recipes; nothing trains yet.

        Args:
            recipes: ``[m]``.
            data: The encoded table.
            rows: Each member's training and validation units.
            target: What is to be learned.
            classes: Class labels in the order of the class numbers.
            setting: How to compute; None: float32 on the CPU, by the fastest engine.
            snapshots_at: Epochs after which everybody's parameters are copied, for ``TrainResult.at``; 0 is before the
                first step.

        Raises:
            UsageError: If a recipe is out of range.
            ContractError: If a recipe's loss or output does not fit the targets; names the nearest right recipe.
        """
        self.recipes, self._classes = tuple(recipes), tuple(classes)
        self._setting = setting or Setting()
        self._members = settle_all(recipes, data, target)
        self.findings = look_at_values(self._members, data, rows)
        choosing = Choosing(data, self._setting)
        engines = [choosing(member) for member in self._members]
        self._stacks = plan_stacks(
            self._members,
            [len(own) for own in rows.train],
            [len(own) for own in rows.validation],
            [name for name, _ in engines],
        )
        weighted = row_weights(recipes, data, rows, target)
        there = data.to(self._setting.device)
        self._courses = [
            Course(
                [self._members[p] for p in stack],
                there,
                weighted.take(stack),
                self._setting,
                engines[stack[0]],
                snapshots_at=snapshots_at,
            )
            for stack in self._stacks
        ]
        itemsize = there.inputs.element_size()
        self._footprints = [
            footprint(
                self._members[stack[0]],
                rows=max(len(rows.train[p]) for p in stack),
                validation=max(len(rows.validation[p]) for p in stack),
                itemsize=itemsize,
                engine=engines[stack[0]][0],
            )
            for stack in self._stacks
        ]
        self._works = [
            _work(self._members[stack[0]].batch_size, len(rows.train[stack[0]]), course)
            for stack, course in zip(self._stacks, self._courses, strict=True)
        ]

    def run(
        self,
        *,
        members: Sequence[int] | None = None,
        until: Sequence[int] | int | None = None,
        on_epoch: Callable[[int, int], None] | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Train, or go on.

        Args:
            members: Positions of those that train; None: everybody who has not ended.
            until: Pause after so many epochs, one number or each recipe's own ``[m]``; None: train to the end.
            on_epoch: Called with (epochs done, epochs in all) from the threads that train, one at a time.
            stop: Asked before each step, or ten times a second; True ends training for good, keeping the best so far.
        """
        chosen = set(range(len(self.recipes)) if members is None else members)
        waits: list[int] = []
        for stack, course in zip(self._stacks, self._courses, strict=True):
            numbers = [number for number, position in enumerate(stack) if position in chosen]
            lengths = course.ledger.lengths if until is None else np.broadcast_to(until, len(self.recipes))[stack]
            course.go_on(numbers, lengths)
            waits += course.epochs_to_come()
        cores = 1 if self._setting.device != "cpu" else None
        workers = Workers(on_epoch, epochs=waits, cores=cores)
        places = [places_of(one, workers.cores, self._setting) for one in self._footprints]
        workers.run(self._courses, places.__getitem__, works=self._works, stop=stop)
        give_memory_back(seldom=True)

    def let_go(self, members: Sequence[int]) -> None:
        """Forget what these need to go on: they have paused for good, and what they have been at best stays.

        Args:
            members: Positions; those that have ended, or not begun, may be among them.
        """
        gone = set(members)
        for stack, course in zip(self._stacks, self._courses, strict=True):
            course.let_go([number for number, position in enumerate(stack) if position in gone])

    def predicted_bytes(self, cores: int | None = None) -> int:
        """Bytes that training will take at its peak, beyond the table.

        Args:
            cores: That train; None: as many as torch has threads.
        """
        count = torch.get_num_threads() if cores is None else cores
        each = [
            (one, training_bytes(one, members=len(stack), cores=count, setting=self._setting))
            for one, stack in zip(self._footprints, self._stacks, strict=True)
        ]
        kept = sum(one.kept * len(stack) for one, stack in zip(self._footprints, self._stacks, strict=True))
        # Shapes train one after the other; what is kept stays.
        return kept + max(total - one.kept * len(stack) for (one, total), stack in zip(each, self._stacks, strict=True))

    def per_member(self, field: str) -> Array:
        """One of the ledgers' arrays (``best``, ``best_error``, ``epochs`` …), recipe by recipe ``[m]``."""
        columns = [getattr(course.ledger, field) for course in self._courses]
        found: Array = np.empty(len(self.recipes), dtype=columns[0].dtype)
        for stack, column in zip(self._stacks, columns, strict=True):
            found[stack] = column
        return found

    def state(self) -> dict[str, Array]:
        """Where training stands, as plain arrays; between two runs."""
        return {
            f"{number}.{name}": np.ascontiguousarray(array)
            for number, course in enumerate(self._courses)
            for name, array in course.state().items()
        }

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from what ``state`` gave, for the same recipes, table and rows; bit for bit as if nothing had happened.

        Raises:
            ValueError: If the arrays are those of other recipes.
        """
        for number, course in enumerate(self._courses):
            prefix = f"{number}."
            own = {name.removeprefix(prefix): each for name, each in state.items() if name.startswith(prefix)}
            if len(own.get("ledger.epochs", ())) != len(course.members):
                raise ValueError(
                    "The state to restore is that of other recipes. Restore it into a trainer of the same."
                )
            course.restore(own)

    def result(self) -> TrainResult:
        """What has become of the recipes."""
        outcomes = tuple(StackOutcome.of(course) for course in self._courses)
        return TrainResult(
            self.recipes,
            tuple(member.objective for member in self._members),
            self._classes,
            tuple(tuple(stack) for stack in self._stacks),
            outcomes,
            self.findings,
        )


def _work(batch_size: int, rows: int, course: Course) -> int:
    """Multiplications in the forward pass of one step of one member."""
    first = course.members[0]
    return min(batch_size, rows) * first.objective.target.rows * first.network.parameter_count
