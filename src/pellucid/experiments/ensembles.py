"""A small ensemble: members over inner folds, trained as one stack."""

from collections.abc import Callable

import numpy as np

from pellucid.errors import TrainingError
from pellucid.experiments.lesson import Lesson, row_lesson
from pellucid.experiments.preparing import Prepared
from pellucid.optimizers import OPTIMIZERS
from pellucid.records import MemberRecord, Recipe
from pellucid.shapes import Array, Codes
from pellucid.training import StackRows, TrainResult, train_members
from pellucid.training.settling import optimizer_numbers

__all__ = ["MEMBERS", "Ensemble", "train_ensemble"]

MEMBERS = 8


class Ensemble:
    """Trained members.

    Attributes:
        result: All members, the failed ones too.
        rows: Each member's rows.
        usable: Positions of the members whose parameters are sound.
        records: What became of each member.
    """

    def __init__(self, result: TrainResult, rows: StackRows, codes: Codes) -> None:
        self.result, self.rows, self._codes = result, rows, codes
        best_epoch, ended = result.per_member("best_epoch"), result.per_member("ended")
        best, epochs = result.per_member("best"), result.per_member("epochs")
        self.usable = [m for m in range(len(result.recipes)) if best_epoch[m]]
        self.records = tuple(
            MemberRecord(
                seed=recipe.seed,
                train_rows=len(rows.train[m]),
                validation_rows=len(rows.validation[m]),
                epochs=int(epochs[m]),
                best_epoch=int(best_epoch[m]),
                # JSON has no NaN; a member that never had a sound value says −1.
                best_validation=float(best[m]) if np.isfinite(best[m]) else -1.0,
                ended=str(ended[m]),
            )
            for m, recipe in enumerate(result.recipes)
        )

    def arrays(self) -> dict[str, Array]:
        """Stacked parameters ``[m, …]`` of the usable members.

        A category that a member never met has a vector that it never trained; it gets the mean of those that it met,
        weighted by how often, so that an unseen category counts as an average one and not as a random one.
        """
        members = [self._with_average_strangers(m) for m in self.usable]
        return {name: np.stack([arrays[name] for arrays in members]) for name in members[0]}

    def _with_average_strangers(self, member: int) -> dict[str, Array]:
        arrays = self.result.parameters(member)
        for column in range(self._codes.shape[1]):
            table = arrays[f"0.category.{column}"]
            met = np.bincount(self._codes[self.rows.train[member], column], minlength=len(table))
            table[met == 0] = met @ table / met.sum()
        return arrays


def train_ensemble(
    prepared: Prepared,
    recipe: Recipe,
    *,
    members: int = MEMBERS,
    seed: int = 0,
    lesson: Lesson | None = None,
    on_epoch: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Ensemble:
    """Train members that differ in seed and in what they learn from.

    Args:
        prepared: Encoded rows; only the training rows are touched.
        recipe: Of every member; the seed is replaced.
        members: How many; beyond eight the folds are drawn anew.
        seed: Decides folds and member seeds.
        lesson: What they learn from; None: rows.
        on_epoch: Called with (epochs done, epochs in all).
        stop: True ends training, keeping the best so far.

    Raises:
        TrainingError: If no member has finite parameters.
    """
    given = row_lesson(prepared, members, seed) if lesson is None else lesson
    result = train_members(
        [recipe.replace(seed=seed * 1_000_003 + member) for member in range(members)],
        given.data,
        given.units,
        target=given.target,
        classes=prepared.decided.target.classes,
        on_epoch=on_epoch,
        stop=stop,
    )
    ensemble = Ensemble(result, given.rows, prepared.encoded.codes)
    if not ensemble.usable:
        lr = optimizer_numbers(recipe, OPTIMIZERS(recipe.optimizer))["lr"]
        raise TrainingError(
            f"Training diverged: all {members} networks ended with values that are not finite. "
            f"The learning rate was {lr:g}; try --lr {lr / 10:g}."
        )
    return ensemble
